/** Removing objects, folders and trees; making folders. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { collectPages } from '../../../src/core/pages.js';
import type { StorageDriver } from '../../../src/driver/driver.js';
import { at, bytes, fails, type On, outcomeOf, TOP } from './store.js';

async function namesIn(driver: StorageDriver, folder = TOP): Promise<string[]> {
  return (await collectPages(driver.list(folder))).map((entry) => entry.name);
}

export function removalCases(on: On): void {
  it(
    'removes many objects at once, and minds neither missing ones nor folders',
    on(async ({ driver }) => {
      const paths = Array.from({ length: 50 }, (_, i) => at(`many/${i}`));
      for (const path of paths) await driver.put(path, bytes('x'), { volatile: true });
      await driver.put(at('folder/kept'), bytes('kept'));
      await driver.remove([...paths, at('missing'), at('missing/below'), at('folder'), at('folder/kept/below'), ...paths]);
      assert.deepEqual(await namesIn(driver, at('many')), []);
      assert.equal((await driver.read(at('folder/kept'))).toString(), 'kept');
      await driver.remove([]);
    }),
  );

  it(
    'removes a folder only while it is empty',
    on(async ({ driver }) => {
      await driver.put(at('folder/inner/object'), bytes('x'));
      assert.equal(await driver.removeFolder(at('missing')), true);
      assert.equal(await driver.removeFolder(at('missing/below')), true);
      if (!driver.features.folders) return;
      assert.equal(await driver.removeFolder(at('folder')), false);
      assert.equal(await driver.removeFolder(at('folder/inner')), false);
      assert.equal(await driver.removeFolder(at('folder/inner/object')), false);
      assert.equal(await driver.removeFolder(at('folder/inner/object/below')), true);
      await driver.remove([at('folder/inner/object')]);
      assert.equal(await driver.removeFolder(at('folder/inner')), true);
      assert.deepEqual(await namesIn(driver, at('folder')), []);
    }),
  );

  it(
    'makes folders, again and again, with all on the way',
    on(async ({ driver }) => {
      await driver.makeFolder(at('a/b/c'));
      await driver.makeFolder(at('a/b/c'));
      await Promise.all([driver.makeFolder(at('x/y')), driver.makeFolder(at('x/z')), driver.makeFolder(at('x/y'))]);
      if (!driver.features.folders) return;
      assert.deepEqual(await collectPages(driver.list(at('a/b'))), [
        { path: at('a/b/c'), name: 'c', folder: true, size: 0, modified: undefined },
      ]);
      assert.deepEqual(await namesIn(driver, at('x')), ['y', 'z']);
      assert.deepEqual(await collectPages(driver.walk(TOP)), []);
    }),
  );

  it(
    'removes a tree and nothing beside it',
    on(async ({ driver }) => {
      for (const name of ['a/1', 'a/b/c/2', 'a-b', 'ab/3', 'a.b']) await driver.put(at(name), bytes(name), { volatile: true });
      await driver.makeFolder(at('a/empty/folder'));
      await driver.removeTree(at('a'));
      assert.deepEqual(
        (await collectPages(driver.walk(TOP))).map((entry) => entry.path),
        [at('a-b'), at('a.b'), at('ab/3')],
      );
      await driver.removeTree(at('a'));
      await driver.removeTree(at('a-b/below'));
      await driver.removeTree(at('a-b'));
      await fails(driver.stat(at('a-b')), 'not-found');
    }),
  );

  it(
    'loses no put to somebody who removes the folder meanwhile',
    on(async ({ driver, second = driver }) => {
      let running = true;
      const sweep = async (): Promise<void> => {
        while (running) {
          await second.removeFolder(at('x/y'));
          await second.removeFolder(at('x'));
        }
      };
      const sweeping = sweep();
      try {
        for (let i = 0; i < 40; i++) {
          const path = at(`x/y/${i}`);
          await driver.put(path, bytes(`${i}`), i % 2 ? {} : { ifAbsent: true });
          assert.equal((await driver.read(path)).toString(), `${i}`);
          await driver.remove([path]);
          await driver.makeFolder(at('x/y'));
        }
      } finally {
        running = false;
        await sweeping;
      }
    }),
  );

  it(
    'ends with nothing or with what was put last when a tree is removed while others put into it',
    on(async ({ driver, second = driver }) => {
      for (let round = 0; round < 5; round++) {
        const puts = Array.from({ length: 10 }, (_, i) =>
          outcomeOf(driver.put(at(`tree/${i % 3}/${i}`), bytes(`${i}`), { volatile: true })),
        );
        await Promise.all([...puts, outcomeOf(second.removeTree(at('tree')))]);
        for (const entry of await collectPages(driver.walk(at('tree')))) {
          assert.equal((await driver.read(entry.path)).toString(), entry.name);
        }
        await driver.removeTree(at('tree'));
        assert.deepEqual(await namesIn(driver), []);
      }
    }),
  );
}
