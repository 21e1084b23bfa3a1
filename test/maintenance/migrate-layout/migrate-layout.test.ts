import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryDriver } from '../../../src/driver/memory/driver.js';
import { ROOT } from '../../../src/paths/layout.js';
import { OLD_FORMS, oldVolume, releasedFiles } from '../../support/old-volumes/volumes.js';
import { assertFiles, filesIn, migrate, storeWith } from './bench.js';

describe('lading migrate-layout', () => {
  for (const form of OLD_FORMS) {
    it(`brings a volume of ${form} to the released form, in its place`, async () => {
      const volume = await oldVolume(form);
      const store = await storeWith(volume.files);
      const { report, findings } = await migrate(store);
      assert.equal(report.error, undefined);
      assert.deepEqual(findings, []);
      assert.deepEqual([report.end, report.failed.count, report.left.count], ['whole', 0, 0]);
      assertFiles(await filesIn(store), releasedFiles(volume));
    });

    it(`brings a volume of ${form} into another store, and leaves its own as it is`, async () => {
      const volume = await oldVolume(form);
      const [store, other] = [await storeWith(volume.files), createMemoryDriver()];
      const { report, findings } = await migrate(store, other);
      assert.deepEqual(findings, []);
      assert.deepEqual([report.end, report.failed.count, report.left.count], ['whole', 0, 0]);
      assertFiles(await filesIn(store), volume.files);
      assertFiles(await filesIn(other), releasedFiles(volume));
    });

    it(`leaves what is damaged or foreign in a volume of ${form} as it is, and says so`, async () => {
      const volume = await oldVolume(form, { damaged: true });
      const store = await storeWith(volume.files);
      const { report, findings, failed } = await migrate(store);
      assert.equal(report.end, 'whole');
      assertFiles(await filesIn(store), releasedFiles(volume));
      const told = [...failed, ...findings.map(({ path }) => path)].map((path) => path.replace(`${ROOT}/`, ''));
      assert.deepEqual(told.sort(), [...volume.stay].sort());
    });

    it(`plans the migration of ${form} without changing anything`, async () => {
      const volume = await oldVolume(form);
      const store = await storeWith(volume.files);
      const { report, steps } = await migrate(store, undefined, { dryRun: true });
      assertFiles(await filesIn(store), volume.files);
      assert.ok(report.planned.count > 0 && report.planned.bytes > 0);
      assert.equal(new Set(steps.map(({ path }) => path)).size, steps.length);
    });

    it(`finds nothing more to do after a volume of ${form} was migrated`, async () => {
      const store = await storeWith((await oldVolume(form)).files);
      await migrate(store);
      const { report } = await migrate(store);
      assert.equal(report.planned.count, 0);
    });
  }
});
