/** A migration that dies at each change of the store: nothing is lost or taken for good, and the next run ends it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { createMemoryDriver } from '../../../src/driver/memory/driver.js';
import { atEachCrash } from '../../support/crashing.js';
import { OLD_FORMS, type OldFiles, oldVolume, releasedFiles } from '../../support/old-volumes/volumes.js';
import { assertFiles, filesIn, migrate, storeWith } from './bench.js';

/** Every blob is what its digest says, and every link of the released form names what is there. */
function assertSound(files: OldFiles, point: string): void {
  for (const [path, content] of Object.entries(files)) {
    const [, blob] = /^blobs\/sha256\/..\/([0-9a-f]{64})\/data$/.exec(path) ?? [];
    if (blob !== undefined) {
      const found = createHash('sha256').update(Buffer.from(content, 'latin1')).digest('hex');
      assert.equal(found, blob, `${point}: ${path}`);
    }
    if (!/\/_(?:layers|manifests)\/.*\/link$/.test(path)) continue;
    const [algorithm, hex = ''] = content.split(':');
    const folder = algorithm === 'sha256' ? 'sha256' : 'tarsum/v1/sha256';
    assert.ok(`blobs/${folder}/${hex.slice(0, 2)}/${hex}/data` in files, `${point}: ${path} names nothing: ${content}`);
    const [, root] = /^(.*_manifests)\/tags\/.*\/link$/.exec(path) ?? [];
    if (root !== undefined) assert.ok(`${root}/revisions/sha256/${hex}/link` in files, `${point}: ${path} has no revision`);
  }
}

describe('a migration that dies', () => {
  for (const form of OLD_FORMS) {
    for (const when of ['before', 'after'] as const) {
      it(`${when} any change, of a volume of ${form} in its place, loses nothing and is ended by the next run`, async () => {
        const volume = await oldVolume(form, { names: ['x/layers'] });
        const deaths = await atEachCrash(
          () => storeWith(volume.files),
          async (driver) => {
            const { report } = await migrate(driver);
            // A death of a call is the failure of a step, and of all that come after it.
            if (report.end !== 'whole' || report.failed.count > 0) throw new Error('died');
          },
          async ({ store, point }) => {
            assertSound(await filesIn(store), point);
            const { report } = await migrate(store);
            assert.deepEqual([report.end, report.failed.count, report.left.count], ['whole', 0, 0], point);
            assertFiles(await filesIn(store), releasedFiles(volume), point);
          },
          when,
        );
        assert.ok(deaths > 20, String(deaths));
      });
    }

    it(`anywhere, of a volume of ${form} into another store, is ended by the next run`, async () => {
      const volume = await oldVolume(form, { names: ['x/layers'] });
      const source = await storeWith(volume.files);
      await atEachCrash(
        async () => createMemoryDriver(),
        async (driver) => {
          const { report } = await migrate(source, driver);
          if (report.end !== 'whole' || report.failed.count > 0) throw new Error('died');
        },
        async ({ store, point }) => {
          assertSound(await filesIn(store), point);
          const { report } = await migrate(source, store);
          assert.deepEqual([report.end, report.failed.count, report.left.count], ['whole', 0, 0], point);
          assertFiles(await filesIn(store), releasedFiles(volume), point);
        },
      );
      assertFiles(await filesIn(source), volume.files);
    });
  }
});
