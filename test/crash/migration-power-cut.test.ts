/**
 * Power cuts in a migration: it is recorded below the driver, and at moments of the record the power goes. The volume must
 * then hold all that it had, and the next run must bring it to its end.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGate } from '../../src/core/gate.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { ROOT } from '../../src/paths/layout.js';
import { assertFiles, filesIn, migrate } from '../maintenance/migrate-layout/bench.js';
import { OLD_FORMS, type OldForm, type OldVolume, oldVolume, releasedFiles } from '../support/old-volumes/volumes.js';
import { fingerprintOf, forgetfulDisk, writeTree } from '../support/power-cut.js';
import { type RecordedSync, recordingFileSystem } from '../support/recording-file-system.js';
import { pathOf } from '../support/stored-paths.js';
import { folderInMemory } from '../support/temporary-folder.js';
import { withoutSyncs } from '../support/without-syncs.js';

/** Lines of the record between two cuts: odd, so that cuts fall before and after all kinds of calls. */
const EACH = 7;

/** The record cannot tell calls apart that make the same folder at the same time. */
function oneChangeAtATime(driver: StorageDriver): StorageDriver {
  const gate = createGate(1);
  return {
    ...driver,
    put: (...args) => gate(() => driver.put(...args)),
    move: (...args) => gate(() => driver.move(...args)),
    copy: (...args) => gate(() => driver.copy(...args)),
    makeFolder: (...args) => gate(() => driver.makeFolder(...args)),
    remove: (...args) => gate(() => driver.remove(...args)),
  };
}

/** A migration on a recorded folder. The volume is on the disk when it begins. */
async function record(volume: OldVolume, isLeftOut?: (sync: RecordedSync) => boolean) {
  const folder = await folderInMemory();
  try {
    let begun = false;
    const recorder = recordingFileSystem(folder.path, (sync) => begun && (isLeftOut?.(sync) ?? false));
    const driver = await createFsDriver({ root: folder.path, system: recorder.system });
    for (const [path, content] of Object.entries(volume.files)) {
      await driver.put(pathOf(`${ROOT}/${path}`), Buffer.from(content, 'latin1'));
    }
    begun = true;
    recorder.mark('begun');
    const { report } = await migrate(oneChangeAtATime(driver));
    assert.equal(report.failed.count, 0);
    return recorder.journal;
  } finally {
    await folder.remove();
  }
}

/** Cuts the power at moments of a migration, and has each volume that is left migrated. How many there were. */
async function cut(form: OldForm, isLeftOut?: (sync: RecordedSync) => boolean): Promise<number> {
  const volume = await oldVolume(form, { names: ['x/layers'] });
  const disk = forgetfulDisk();
  const looked = new Set<string>();
  let begun = false;
  for (const [line, entry] of (await record(volume, isLeftOut)).entries()) {
    disk.play(entry);
    begun ||= entry.kind === 'mark';
    const tree = disk.strict();
    if (!begun || line % EACH !== 0 || looked.has(fingerprintOf(tree))) continue;
    looked.add(fingerprintOf(tree));
    const folder = await folderInMemory();
    try {
      writeTree(tree, folder.path);
      const driver = await createFsDriver({ root: folder.path, system: withoutSyncs });
      const { report } = await migrate(driver);
      assert.deepEqual([report.end, report.failed.count], ['whole', 0], `line ${line}`);
      assertFiles(await filesIn(driver), releasedFiles(volume), `line ${line}`);
    } finally {
      await folder.remove();
    }
  }
  return looked.size;
}

describe('a power cut in a migration', () => {
  for (const form of OLD_FORMS) {
    it(`of ${form} takes nothing, and the next run brings it to its end`, async () => {
      assert.ok((await cut(form)) > 5);
    });
  }

  it('is seen to take something when what is copied, or its folder, is not synced', async () => {
    await assert.rejects(
      cut('february-2015', ({ path }) => /\/blobs\/sha256\b/.test(path)),
      { code: 'ERR_ASSERTION' },
    );
  });
});
