/** Purges against clients that come back to an old upload, each a process of its own, in many orders of their driver calls. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { type Clock, systemClock } from '../../src/core/clock.js';
import { RegistryError } from '../../src/core/errors.js';
import type { RepositoryName, UploadId } from '../../src/core/reference.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { createPurgeUploads, DEFAULT_AGE_MS } from '../../src/maintenance/purge-uploads.js';
import { runTask } from '../../src/maintenance/run.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import type { Repository } from '../../src/registry/registry.js';
import { openStores } from '../../src/store/stores.js';
import { readBlob } from '../suites/registry/case.js';
import { atEachCrash } from '../support/crashing.js';
import { failOnce, faulty } from '../support/faulty-driver.js';
import { describeBytes, piecesOf } from '../support/images.js';
import { randomFrom } from '../support/random.js';
import { contentOf, filesOf } from '../support/store-content.js';
import { type Actor, interleaved } from './interleaved.js';
import { DAY, HOUR, idOf, inventoryOf, layFiles, leftUploads } from './left-uploads.js';

const ORDERS = 400;
const { digest: DIGEST } = describeBytes('one two');

const repositoryOf = (driver: StorageDriver, clock: Clock = systemClock): Repository =>
  createRegistry(openStores(driver, { clock })).repository('a' as RepositoryName);
const purgeOf = (driver: StorageDriver) => createPurgeUploads(inventoryOf(driver, systemClock));
const purge = async (driver: StorageDriver): Promise<void> => {
  const { end, failed } = await runTask(purgeOf(driver), { ageMs: DEFAULT_AGE_MS });
  assert.deepEqual([end, failed.count], ['whole', 0]);
};

/** False when the upload is gone; anything else than that is a mistake. */
async function lives(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'BLOB_UPLOAD_UNKNOWN') return false;
    throw error;
  }
}

/** A store with an upload of `one ` that is a week old. */
async function withOldUpload(): Promise<{ store: StorageDriver; id: UploadId }> {
  const store = createMemoryDriver();
  const { uploads } = repositoryOf(store);
  const { id } = await uploads.start();
  await uploads.append(id, piecesOf('one '));
  mock.timers.tick(8 * DAY);
  return { store, id };
}

describe('purges while clients come back', () => {
  // The memory driver dates what it keeps by the time of day; files on a disk cannot be made to.
  beforeEach(() => mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 10, 1) }));
  afterEach(() => mock.timers.reset());

  it('never take what was acknowledged: an append that succeeds can be gone on with, and a blob is whole', async () => {
    const seen = { kept: 0, taken: 0 };
    for (let seed = 1; seed <= ORDERS; seed++) {
      const { store, id } = await withOldUpload();
      const acknowledged = { bytes: false, blob: false };
      const client: Actor = async (driver, clock) => {
        const { uploads } = repositoryOf(driver, clock);
        if (!(await lives(uploads.append(id, piecesOf('two'))))) return;
        acknowledged.bytes = true;
        assert.ok(await lives(uploads.commit(id, DIGEST)), 'the bytes that were acknowledged are gone');
        acknowledged.blob = true;
      };
      const trace = await interleaved(store, { purge, client, other: purge }, randomFrom(seed));
      const where = `seed ${seed}\n${trace.join('\n')}`;
      if (acknowledged.blob) assert.equal(await readBlob(repositoryOf(store), DIGEST), 'one two', where);
      seen[acknowledged.bytes ? 'kept' : 'taken']++;
      // A client that has been told in the middle of a purge that there is no upload may find one later; never bytes alone.
      const left = (await filesOf(store)).filter((path) => path.includes('_uploads'));
      assert.ok(left.length === 0 || left.some((path) => path.endsWith('startedat')), where);
      assert.ok(!left.some((path) => path.endsWith('purging')), where);
    }
    assert.ok(seen.kept > 20 && seen.taken > 20, JSON.stringify(seen));
  });

  it('let a commit that they meet either succeed whole or be told that there is no upload', async () => {
    const seen = { kept: 0, taken: 0 };
    for (let seed = 1; seed <= ORDERS; seed++) {
      const { store, id } = await withOldUpload();
      const { digest } = describeBytes('one ');
      let committed = false;
      const client: Actor = async (driver, clock) => {
        committed = await lives(repositoryOf(driver, clock).uploads.commit(id, digest));
      };
      const trace = await interleaved(store, { purge, client }, randomFrom(seed));
      if (committed) assert.equal(await readBlob(repositoryOf(store), digest), 'one ', `seed ${seed}\n${trace.join('\n')}`);
      seen[committed ? 'kept' : 'taken']++;
    }
    assert.ok(seen.kept > 20 && seen.taken > 20, JSON.stringify(seen));
  });

  it('lose nothing when one of them or the client dies at any call, and the next purge ends the rest', async () => {
    for (let seed = 1; seed <= ORDERS; seed++) {
      const { store, id } = await withOldUpload();
      let committed = false;
      const client: Actor = async (driver, clock) => {
        const { uploads } = repositoryOf(driver, clock);
        if (!(await lives(uploads.append(id, piecesOf('two'))))) return;
        committed = await lives(uploads.commit(id, DIGEST));
      };
      const trace = await interleaved(store, { purge, client, other: purge }, randomFrom(seed), 2);
      const where = `seed ${seed}\n${trace.join('\n')}`;
      if (committed) assert.equal(await readBlob(repositoryOf(store), DIGEST), 'one two', where);
      mock.timers.tick(8 * DAY);
      await purge(store);
      assert.deepEqual(
        (await filesOf(store)).filter((path) => path.includes('_uploads')),
        [],
        where,
      );
    }
  });

  for (const when of ['before', 'during', 'after'] as const) {
    it(`leave what the next one ends when they die ${when} any change`, async () => {
      const open = async () => {
        const store = createMemoryDriver();
        await layFiles(store, leftUploads(new Date()));
        await layFiles(store, { 'repositories/a/_layers/keep': 'x' });
        mock.timers.tick(8 * DAY);
        return store;
      };
      const deaths = await atEachCrash(
        open,
        async (driver) => {
          const { failed, end } = await runTask(purgeOf(driver), { ageMs: DEFAULT_AGE_MS });
          if (failed.count > 0 || end !== 'whole') throw new Error('died');
        },
        async ({ store, point }) => {
          mock.timers.tick(2 * HOUR);
          await purge(store);
          // One whose start cannot be read is as old as its newest file, which may have been touched by the claim.
          const unreadable = new RegExp(`${idOf('e')}/(?:startedat|data)$`);
          const left = (await filesOf(store)).filter((path) => !unreadable.test(path));
          assert.deepEqual(left, ['repositories/a/_layers/keep'], point);
          mock.timers.tick(8 * DAY);
          await purge(store);
          assert.equal((await filesOf(store)).length, 1, point);
        },
        when,
      );
      assert.ok(deaths > 20);
    });
  }

  for (const fault of ['unavailable', 'no-space', 'failed', 'not-found'] as const) {
    it(`go on with the other uploads when any call says ${fault} once`, async () => {
      for (let n = 1; ; n++) {
        const store = createMemoryDriver();
        await layFiles(store, leftUploads(new Date()));
        mock.timers.tick(8 * DAY);
        let struck = false;
        const plan = failOnce(n, { fault });
        const driver = faulty(store, (call) => {
          const injection = plan(call);
          struck ||= injection !== undefined;
          return injection;
        });
        const { end, failed } = await runTask(purgeOf(driver), { ageMs: DEFAULT_AGE_MS });
        if (!struck) break;
        assert.ok(failed.count <= 1);
        assert.ok(end !== 'stopped');
        mock.timers.tick(8 * DAY);
        await purge(store);
        assert.deepEqual(await filesOf(store), [], `call ${n}`);
      }
    });
  }

  it('need no room on the disk', async () => {
    const { store } = await withOldUpload();
    const full = faulty(store, ({ operation }) =>
      operation === 'put' || operation === 'write' ? { fault: 'no-space' } : undefined,
    );
    await purge(full);
    assert.deepEqual((await contentOf(store)).size, 0);
  });
});
