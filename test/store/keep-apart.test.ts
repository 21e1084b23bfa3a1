import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/core/clock.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { announceMigration, announceWorker, refuseOthers } from '../../src/store/keep-apart.js';
import { createPresences } from '../../src/store/presence.js';
import { failAlways, faulty } from '../support/faulty-driver.js';
import { filesOf } from '../support/store-content.js';

const processOn = (host: string, driver: StorageDriver) => ({
  presences: createPresences(driver, { clock: systemClock, self: { host, process: 'here 7' }, isGone: () => false }),
  folder: '/srv/registry',
});
const noWarning = (message: string): void => assert.fail(message);

describe('a store that somebody is at work on', () => {
  it('lets servers in beside servers, and no migration', async () => {
    const driver = createMemoryDriver();
    const servers = [
      await announceWorker(processOn('a', driver).presences, 'server', noWarning),
      await announceWorker(processOn('b', driver).presences, 'server', noWarning),
    ];
    await assert.rejects(announceMigration(processOn('c', driver)), /a server is at work on \/srv\/registry, on a \(process 7\)/);
    assert.equal((await filesOf(driver)).length, 2);
    for (const server of servers) await server?.end();
    await (await announceMigration(processOn('c', driver))).end();
    assert.deepEqual(await filesOf(driver), []);
  });

  it('lets tasks in beside servers, and no migration beside a task', async () => {
    const driver = createMemoryDriver();
    const server = await announceWorker(processOn('a', driver).presences, 'server', noWarning);
    const task = await announceWorker(processOn('b', driver).presences, 'task', noWarning);
    await server?.end();
    await assert.rejects(announceMigration(processOn('c', driver)), /a task is at work on \/srv\/registry, on b/);
    await task?.end();
    await (await announceMigration(processOn('c', driver))).end();
  });

  it('lets nobody in beside a migration', async () => {
    const driver = createMemoryDriver();
    const migration = await announceMigration(processOn('a', driver));
    const other = processOn('b', driver);
    await assert.rejects(announceWorker(other.presences, 'server', noWarning), /the store is being migrated, on a/);
    await assert.rejects(announceWorker(other.presences, 'task', noWarning), /the store is being migrated, on a/);
    await assert.rejects(announceMigration(other), /another migration is at work/);
    await assert.rejects(refuseOthers(other), /another migration is at work/);
    assert.equal((await filesOf(driver)).length, 1);
    await migration.end();
    await refuseOthers(other);
  });

  it('never lets two in that must not meet, when they come at once', async () => {
    for (let round = 0; round < 20; round++) {
      const driver = createMemoryDriver();
      const [a, b] = [processOn('a', driver), processOn('b', driver)];
      const both = await Promise.allSettled([
        announceMigration(a),
        round % 2 ? announceMigration(b) : announceWorker(b.presences, 'server', noWarning),
      ]);
      assert.ok(both.filter(({ status }) => status === 'fulfilled').length <= 1);
      for (const one of both) if (one.status === 'fulfilled') await one.value?.end();
      assert.deepEqual(await filesOf(driver), []);
    }
  });

  it('is served where it takes no note, with a warning, and not migrated', async () => {
    const driver = faulty(createMemoryDriver(), failAlways('put', { fault: 'unavailable' }));
    const warnings: string[] = [];
    assert.equal(
      await announceWorker(processOn('a', driver).presences, 'server', (message) => void warnings.push(message)),
      undefined,
    );
    assert.equal(warnings.length, 1);
    await assert.rejects(announceMigration(processOn('b', driver)));
  });

  it('is left without a note by whoever cannot read those of others', async () => {
    const driver = createMemoryDriver();
    const first = await announceWorker(processOn('a', driver).presences, 'server', noWarning);
    const store = faulty(driver, failAlways('read', { fault: 'failed' }));
    await assert.rejects(announceWorker(processOn('b', store).presences, 'server', noWarning));
    await assert.rejects(announceMigration(processOn('c', store)));
    assert.equal((await filesOf(driver)).length, 1);
    await first?.end();
  });
});
