/** Moving objects. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { appendAll, at, bytes, fails, type On, outcomeOf, patterned } from './store.js';

/** Moves, one at a time. */
export function movingCases(on: On): void {
  it(
    'moves an object to folders that are not there yet',
    on(async ({ driver }) => {
      await driver.put(at('a'), bytes('content'));
      await driver.move(at('a'), at('some/where/else'));
      await fails(driver.read(at('a')), 'not-found');
      assert.equal((await driver.read(at('some/where/else'))).toString(), 'content');
    }),
  );

  it(
    'replaces what is at the target, and leaves what is moved onto itself',
    on(async ({ driver }) => {
      await driver.put(at('a'), bytes('new'));
      await driver.put(at('b'), bytes('old'));
      await driver.move(at('a'), at('b'));
      assert.equal((await driver.read(at('b'))).toString(), 'new');
      await driver.move(at('b'), at('b'));
      assert.equal((await driver.read(at('b'))).toString(), 'new');
    }),
  );

  it(
    'moves what was appended',
    on(async ({ driver }) => {
      const content = patterned(100_000);
      await appendAll(driver, at('upload/data'), 0, content);
      await driver.move(at('upload/data'), at('blob/data'));
      assert.ok((await driver.read(at('blob/data'))).equals(content));
      await fails(driver.appended(at('upload/data')), 'not-found');
    }),
  );

  it(
    'does not move onto a folder or below an object, and loses nothing by trying',
    on(async ({ driver }) => {
      if (!driver.features.folders) return;
      await driver.put(at('a'), bytes('content'));
      await driver.put(at('folder/b'), bytes('other'));
      for (const target of [at('folder'), at('folder/b/below'), at('a/below')]) {
        await fails(driver.move(at('a'), target), 'condition-failed');
      }
      assert.equal((await driver.read(at('a'))).toString(), 'content');
      assert.equal((await driver.read(at('folder/b'))).toString(), 'other');
    }),
  );
}

/** Moves of the same object at the same time; not between two disks, where a move is a copy and both may be done. */
export function rivalMoveCases(on: On): void {
  it(
    'lets one of two movers of the same object win',
    on(async ({ driver, second = driver }) => {
      for (let round = 0; round < 5; round++) {
        await driver.put(at('a'), bytes('content'));
        const outcomes = await Promise.all([
          outcomeOf(driver.move(at('a'), at('to/b'))),
          outcomeOf(second.move(at('a'), at('to/c'))),
        ]);
        assert.deepEqual([...outcomes].sort(), ['not-found', undefined]);
        const winner = outcomes[0] === undefined ? 'b' : 'c';
        assert.equal((await driver.read(at(`to/${winner}`))).toString(), 'content');
        await driver.removeTree(at('to'));
      }
    }),
  );
}
