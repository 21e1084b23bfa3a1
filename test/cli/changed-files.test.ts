/** Files that change, each way in which others change them. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createChangedFiles } from '../../src/cli/changed-files.js';

function place(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lading-files-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('files that are looked at', () => {
  const CHANGES: Readonly<Record<string, (folder: string) => void>> = {
    'is written anew in its place': (folder) => writeFileSync(join(folder, 'a'), 'other'),
    'is replaced by another': (folder) => {
      writeFileSync(join(folder, 'b'), 'a');
      renameSync(join(folder, 'b'), join(folder, 'a'));
    },
    'is gone': (folder) => rmSync(join(folder, 'a')),
    'gets other bytes, with the size and the time of before': (folder) => {
      const { atime, mtime } = statSync(join(folder, 'a'));
      writeFileSync(join(folder, 'a'), 'b');
      utimesSync(join(folder, 'a'), atime, mtime);
    },
  };

  for (const [how, change] of Object.entries(CHANGES)) {
    it(`have changed when one ${how}, once it has come to rest`, async (test) => {
      const folder = place(test);
      const files = [join(folder, 'a'), join(folder, 'never')];
      writeFileSync(join(folder, 'a'), 'a');
      const { look } = createChangedFiles();
      assert.deepEqual([await look(files), await look(files), await look(files)], [false, true, false]);
      change(folder);
      assert.deepEqual([await look(files), await look(files), await look(files)], [false, true, false]);
    });
  }

  it('have changed when a folder of links is turned to another, as Kubernetes does it', async (test) => {
    const folder = place(test);
    for (const version of ['1', '2']) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'tls.crt'), 'same');
    }
    symlinkSync('1', join(folder, '..data'));
    symlinkSync('..data/tls.crt', join(folder, 'tls.crt'));
    const { look } = createChangedFiles();
    const files = [join(folder, 'tls.crt')];
    assert.deepEqual([await look(files), await look(files)], [false, true]);
    symlinkSync('2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    assert.deepEqual([await look(files), await look(files), await look(files)], [false, true, false]);
  });

  it('have not changed while they go on changing', async (test) => {
    const folder = place(test);
    const files = [join(folder, 'a')];
    const { look } = createChangedFiles();
    for (let times = 0; times < 5; times++) {
      writeFileSync(join(folder, 'a'), 'a'.repeat(times));
      assert.equal(await look(files), false);
    }
    assert.equal(await look(files), true);
  });
});
