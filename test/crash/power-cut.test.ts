/**
 * Power cuts: a run of the registry on a folder is recorded below the driver, and after each line of the record the power
 * goes. What was acknowledged by then must be there and whole; what was not, wholly there or not at all.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordedSync } from '../support/recording-file-system.js';
import { findLosses, recordRun } from './losses.js';
import { PUSH, PUSH_AGAIN, STEPS } from './run.js';

describe('a power cut at any moment', () => {
  it('takes nothing that was acknowledged, whether all is lost that was not synced or some of it comes to the disk', async (t) => {
    const run = await recordRun(STEPS);
    assert.deepEqual(run.complaints, []);
    const { losses, disks } = await findLosses(run, STEPS, { luckyEach: 3 });
    assert.deepEqual(losses, []);
    t.diagnostic(`${run.journal.length} moments, ${disks} different disks`);
    assert.ok(disks > 100, `${disks} disks`);
  });

  it('leaves a store to which the same image can be pushed again', async () => {
    const { losses } = await findLosses(await recordRun(PUSH), PUSH, { again: true });
    assert.deepEqual(losses, []);
  });

  it('takes nothing of a push that found its blobs there, left unsynced by a process that was killed', async () => {
    const run = await recordRun(PUSH_AGAIN, undefined, PUSH);
    const { losses } = await findLosses(run, PUSH_AGAIN, { luckyEach: 1, lucky: 4 });
    assert.deepEqual(losses, []);
  });
});

describe('the test of power cuts', () => {
  const mutants: readonly (readonly [string, (sync: RecordedSync) => boolean])[] = [
    ['files are not synced', ({ folder }) => !folder],
    ['folders are not synced', ({ folder }) => folder],
    ['blobs alone are not synced when they come', ({ path }) => path.includes('/_uploads/')],
    ['the folders of new blobs are not synced', ({ path, folder }) => folder && path.includes('/blobs/sha256/')],
    ['folders above the first one are not synced', ({ path, folder }) => folder && /\/blobs(?:\/sha256)?$/.test(path)],
    ['the folder of a tag is not synced', ({ path }) => path.endsWith('/tags/v1/current')],
    ['the way to the root is not synced', ({ path }) => path.endsWith('/srv')],
  ];
  for (const [name, isLeftOut] of mutants) {
    it(`finds the loss when ${name}`, async () => {
      const { losses } = await findLosses(await recordRun(STEPS, isLeftOut), STEPS, { firstOnly: true });
      assert.equal(losses.length > 0, true);
    });
  }

  it('finds the loss when what a killed process left is not settled', async () => {
    const run = await recordRun(PUSH_AGAIN, ({ path, folder }) => !folder && path.endsWith('/data'), PUSH);
    const { losses } = await findLosses(run, PUSH_AGAIN, { firstOnly: true });
    assert.equal(losses.length > 0, true);
  });
});
