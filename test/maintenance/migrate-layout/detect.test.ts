import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryDriver } from '../../../src/driver/memory/driver.js';
import { needsMigration } from '../../../src/maintenance/migrate-layout/detect.js';
import { createMigrateLayout } from '../../../src/maintenance/migrate-layout/task.js';
import { runTask } from '../../../src/maintenance/run.js';
import { openStores } from '../../../src/store/stores.js';
import { oldVolume, releasedFiles } from '../../support/old-volumes/volumes.js';
import { migrate, storeWith } from './bench.js';

describe('whoever starts to serve a store', () => {
  it('is told of data of 2014, and not when they have been brought over', async () => {
    for (const form of ['november-2014', 'december-2014'] as const) {
      const store = await storeWith((await oldVolume(form, { names: ['a'] })).files);
      assert.match((await needsMigration(store)) ?? '', /forms of 2014.*lading migrate-layout/);
      await migrate(store);
      assert.equal(await needsMigration(store), undefined);
    }
  });

  it('is told of content by tarsums, and not when it has been brought over', async () => {
    for (const form of ['january-2015', 'february-2015'] as const) {
      const store = await storeWith((await oldVolume(form, { names: ['a'] })).files);
      assert.match((await needsMigration(store)) ?? '', /early 2015 by tarsums: lading migrate-layout/);
      await migrate(store);
      assert.equal(await needsMigration(store), undefined);
    }
  });

  it('is told of a migration that has not come to its end', async () => {
    const store = await storeWith((await oldVolume('february-2015', { names: ['a'] })).files);
    const stop = new AbortController();
    const task = createMigrateLayout({ driver: store, stores: openStores(store) });
    await runTask(task, {}, { signal: stop.signal, onOutcome: () => stop.abort() });
    assert.match((await needsMigration(store)) ?? '', /has not come to its end.*again/);
  });

  it('is told nothing of a store of today, or of none', async () => {
    const old = await oldVolume('january-2015', { names: ['a'] });
    assert.equal(await needsMigration(await storeWith(releasedFiles(old))), undefined);
    assert.equal(await needsMigration(createMemoryDriver()), undefined);
  });
});
