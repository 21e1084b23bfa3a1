/** The purge of old uploads: what it takes, what it leaves, on memory and on a folder. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RepositoryName } from '../../src/core/reference.js';
import { DriverError, type StorageDriver } from '../../src/driver/driver.js';
import { createPurgeUploads, DEFAULT_AGE_MS } from '../../src/maintenance/purge-uploads.js';
import { runTask } from '../../src/maintenance/run.js';
import type { Finding } from '../../src/maintenance/task.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { createInventory } from '../../src/registry/inventory.js';
import { createUploadLocks } from '../../src/registry/upload-locks.js';
import { openStores } from '../../src/store/stores.js';
import { refused } from '../suites/registry/case.js';
import { contextOf, planOf, taskSuite } from '../suites/task.js';
import { faulty } from '../support/faulty-driver.js';
import { describeBytes, piecesOf, pushImage, tagOf } from '../support/images.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';
import { openFolder, openMemory } from '../support/opened-stores.js';
import { filesOf } from '../support/store-content.js';
import { DAY, folderOf, HOUR, idOf, inventoryOf, LEFT, layFiles, leftUploads, startOf } from './left-uploads.js';

const STORES = { memory: openMemory, 'a folder': openFolder } as const;
const OPTIONS = { ageMs: DEFAULT_AGE_MS };

for (const [name, open] of Object.entries(STORES)) {
  taskSuite(`purge-uploads on ${name}`, async () => {
    const { driver, done } = await open();
    const clock = createManualClock();
    await layFiles(driver, leftUploads(clock.now()));
    await driver.makeFolder(folderOf('library/app', idOf('0')));
    clock.advance(8 * DAY);
    return { driver, clock, options: OPTIONS, task: (other) => createPurgeUploads(inventoryOf(other, clock)), done };
  });

  const on = (run: (driver: StorageDriver, clock: ManualClock) => Promise<void>) => async () => {
    const { driver, done } = await open();
    try {
      await run(driver, createManualClock());
    } finally {
      await done();
    }
  };
  const purge = (driver: StorageDriver, clock: ManualClock, found: Finding[] = []) =>
    runTask(createPurgeUploads(inventoryOf(driver, clock)), OPTIONS, { clock, onFinding: (finding) => found.push(finding) });

  describe(`a purge on ${name}`, () => {
    it(
      'takes uploads of every age of the layout, in every repository, and nothing else',
      on(async (driver, clock) => {
        const registry = createRegistry(openStores(driver, { clock }));
        await pushImage(registry.repository('library/app' as RepositoryName), 'image', { tags: [tagOf('1')] });
        const others = await filesOf(driver);
        const files = leftUploads(clock.now());
        await layFiles(driver, files);
        assert.equal((await purge(driver, clock)).planned.count, 0, 'young ones are left');
        clock.advance(8 * DAY);
        const { done, planned, findings } = await purge(driver, clock);
        const bytes = Object.values(files).reduce((sum, text) => sum + text.length, 0);
        assert.deepEqual([done, planned, findings], [{ count: LEFT, bytes }, { count: LEFT, bytes }, 0]);
        assert.deepEqual(await filesOf(driver), others);
      }),
    );

    it(
      'goes by the start of an upload, and by its newest file where that cannot be told',
      on(async (driver, clock) => {
        const old = startOf(new Date(clock.now().getTime() - 6 * DAY));
        const files = (digit: string, start?: string) => ({
          [`repositories/a/_uploads/${idOf(digit)}/data`]: 'x',
          ...(start === undefined ? {} : { [`repositories/a/_uploads/${idOf(digit)}/startedat`]: start }),
        });
        await layFiles(driver, {
          ...files('1', old),
          ...files('2', startOf(clock.now())),
          ...files('3'),
          ...files('4', 'broken'),
        });
        clock.advance(2 * DAY);
        const task = createPurgeUploads(inventoryOf(driver, clock));
        const ids = async () => (await planOf(task, clock, OPTIONS)).map(({ upload }) => upload[0]);
        assert.deepEqual(await ids(), ['1']);
        clock.advance(6 * DAY);
        assert.deepEqual(await ids(), ['1', '2', '3', '4']);
      }),
    );

    it(
      'leaves an old upload that has received something in the last hour',
      on(async (driver, clock) => {
        const old = startOf(new Date(clock.now().getTime() - 30 * DAY));
        await layFiles(driver, {
          [`repositories/a/_uploads/${idOf('1')}/startedat`]: old,
          [`repositories/a/_uploads/${idOf('1')}/data`]: 'x',
        });
        clock.advance(HOUR - 60_000);
        assert.equal((await purge(driver, clock)).planned.count, 0);
        clock.advance(120_000);
        assert.equal((await purge(driver, clock)).done.count, 1);
      }),
    );

    it(
      'reports what stands among uploads and is none, and leaves it',
      on(async (driver, clock) => {
        const odd = {
          'repositories/a/_uploads/README': 'not an upload',
          'repositories/a/_uploads/backup/data': 'x',
          [`repositories/a/_uploads/${idOf('1')}.old/startedat`]: '2020-01-01T00:00:00Z',
          [`repositories/a/_uploads/deep/${idOf('1')}/startedat`]: '2020-01-01T00:00:00Z',
          [`repositories/a/_other/_uploads/${idOf('1')}/startedat`]: '2020-01-01T00:00:00Z',
          [`repositories/_uploads/${idOf('1')}/startedat`]: '2020-01-01T00:00:00Z',
        };
        await layFiles(driver, odd);
        clock.advance(8 * DAY);
        const found: Finding[] = [];
        const { planned, findings } = await purge(driver, clock, found);
        assert.deepEqual([planned.count, findings], [0, 4]);
        assert.deepEqual(
          found.map(({ what, path }) => [what, path.replace(/.*_uploads\//, '')]),
          [
            ['upload-odd', `${idOf('1')}.old`],
            ['upload-odd', 'README'],
            ['upload-odd', 'backup'],
            ['upload-odd', 'deep'],
          ],
        );
        assert.equal((await filesOf(driver)).length, Object.keys(odd).length);
      }),
    );

    it(
      'takes the others where one cannot be looked at, and says at the end that this was not all',
      on(async (driver, clock) => {
        for (const digit of ['1', '2', '3'])
          await layFiles(driver, { [`repositories/a/_uploads/${idOf(digit)}/startedat`]: startOf(clock.now()) });
        clock.advance(8 * DAY);
        const isBad = (paths: readonly string[]) => paths[0] === folderOf('a', idOf('1'));
        const damaged = faulty(driver, ({ operation, paths }) =>
          operation === 'walk' && isBad(paths) ? { fault: 'failed' } : undefined,
        );
        const found: Finding[] = [];
        const { end, done, error } = await purge(damaged, clock, found);
        assert.deepEqual([end, done.count], ['broken', 2]);
        assert.ok(error instanceof DriverError);
        assert.deepEqual(
          found.map(({ what, path }) => [what, path]),
          [['upload-unreadable', folderOf('a', idOf('1'))]],
        );
        assert.equal((await purge(driver, clock)).done.count, 1);
      }),
    );

    it(
      'reads no more of a start than a time is long',
      on(async (driver, clock) => {
        const start = `${startOf(clock.now())}${' '.repeat(300_000)}`;
        await layFiles(driver, {
          [`repositories/a/_uploads/${idOf('1')}/startedat`]: start,
          [`repositories/a/_uploads/${idOf('2')}/startedat`]: 'x'.repeat(300_000),
        });
        clock.advance(8 * DAY);
        const sparing = faulty(driver, ({ operation }) => (operation === 'read' ? { fault: 'failed' } : undefined));
        assert.deepEqual((await purge(sparing, clock)).done, { count: 2, bytes: start.length + 300_000 });
      }),
    );

    it(
      'leaves an upload that a request of the same process is at, and takes it when that has ended',
      on(async (driver, clock) => {
        const stores = openStores(driver, { clock });
        const locks = createUploadLocks();
        const { uploads } = createRegistry(stores, { locks }).repository('a' as RepositoryName);
        const task = createPurgeUploads(createInventory(stores, locks));
        const { id } = await uploads.start();
        let go = (): void => undefined;
        const wait = new Promise<void>((resolve) => {
          go = resolve;
        });
        const slowly = async function* () {
          yield Buffer.from('x');
          await wait;
        };
        const request = uploads.append(id, slowly());
        clock.advance(8 * DAY);
        const { left, done } = await runTask(task, OPTIONS, { clock });
        assert.deepEqual([left.count, done.count], [1, 0]);
        go();
        assert.equal((await request).size, 1);
        clock.advance(8 * DAY);
        assert.equal((await runTask(task, OPTIONS, { clock })).done.count, 1);
        await refused(uploads.status(id), 'BLOB_UPLOAD_UNKNOWN');
        await refused(uploads.append(id, piecesOf('y')), 'BLOB_UPLOAD_UNKNOWN');
        await refused(uploads.commit(id, describeBytes('x').digest), 'BLOB_UPLOAD_UNKNOWN');
      }),
    );

    it(
      'goes on with what a purge that died has begun, after an hour and at any age',
      on(async (driver, clock) => {
        const folder = `repositories/a/_uploads/${idOf('1')}`;
        await layFiles(driver, { [`${folder}/data`]: 'x', [`${folder}/purging`]: 'somebody' });
        clock.advance(HOUR / 2);
        assert.equal((await purge(driver, clock)).done.count, 0);
        clock.advance(HOUR);
        assert.deepEqual((await purge(driver, clock)).done, { count: 1, bytes: 1 });
        assert.deepEqual(await filesOf(driver), []);
      }),
    );

    it(
      'leaves one that another purge has just claimed',
      on(async (driver, clock) => {
        const folder = `repositories/a/_uploads/${idOf('1')}`;
        await layFiles(driver, { [`${folder}/startedat`]: startOf(clock.now()), [`${folder}/data`]: 'x' });
        clock.advance(8 * DAY);
        const task = createPurgeUploads(inventoryOf(driver, clock));
        const actions = await planOf(task, clock, OPTIONS);
        assert.equal(actions.length, 1);
        await layFiles(driver, { [`${folder}/purging`]: 'somebody' });
        // By the clock that the store has, which has not been set forward.
        const other = createPurgeUploads(inventoryOf(driver, createManualClock()));
        const outcomes = await other.apply(contextOf(clock), actions, OPTIONS);
        assert.deepEqual(outcomes, [{ kind: 'left', why: 'another purge is at it, or was killed there within the hour' }]);
      }),
    );
  });
}
