/** Copying objects. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { appendAll, at, bytes, fails, type On, patterned } from './store.js';

/** Copies, one at a time. */
export function copyingCases(on: On): void {
  it(
    'copies an object to folders that are not there yet, and leaves it',
    on(async ({ driver }) => {
      const content = patterned(100_000);
      await appendAll(driver, at('upload/data'), 0, content);
      await driver.copy(at('upload/data'), at('some/where/else'));
      assert.ok((await driver.read(at('upload/data'))).equals(content));
      assert.ok((await driver.read(at('some/where/else'))).equals(content));
    }),
  );

  it(
    'replaces what is at the target, a copy of the same object too',
    on(async ({ driver }) => {
      await driver.put(at('a'), bytes('new'));
      await driver.put(at('b'), bytes('old'));
      for (const to of ['b', 'b', 'a']) await driver.copy(at('a'), at(to));
      assert.equal((await driver.read(at('b'))).toString(), 'new');
      assert.equal((await driver.read(at('a'))).toString(), 'new');
    }),
  );

  it(
    'keeps one of the two when the other is removed or written anew',
    on(async ({ driver }) => {
      await driver.put(at('a'), bytes('content'));
      await driver.copy(at('a'), at('b'));
      await driver.copy(at('a'), at('c'));
      await driver.put(at('a'), bytes('other'));
      await driver.remove([at('c')]);
      assert.equal((await driver.read(at('b'))).toString(), 'content');
      await driver.move(at('b'), at('d'));
      assert.equal((await driver.read(at('d'))).toString(), 'content');
    }),
  );

  it(
    'copies nothing that is missing, and not onto a folder or below an object',
    on(async ({ driver }) => {
      await fails(driver.copy(at('missing'), at('to/b')), 'not-found');
      if (!driver.features.folders) return;
      await driver.put(at('a'), bytes('content'));
      await driver.put(at('folder/b'), bytes('other'));
      await fails(driver.copy(at('folder'), at('c')), 'not-found');
      for (const target of [at('folder'), at('folder/b/below'), at('a/below')]) {
        await fails(driver.copy(at('a'), target), 'condition-failed');
      }
      assert.equal((await driver.read(at('folder/b'))).toString(), 'other');
    }),
  );
}
