/** Touch, stamp and settle. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { appendAll, at, bytes, fails, type On, TOP } from './store.js';

export function stampCases(on: On): void {
  it(
    'sets the time of an object by a touch, and keeps its bytes',
    on(async ({ driver, age }) => {
      await driver.put(at('a'), bytes('content'));
      const before = (await driver.stat(at('a'))).modified;
      age();
      await driver.touch(at('a'));
      const { modified, size } = await driver.stat(at('a'));
      if (before && modified) assert.ok(modified >= before);
      assert.equal(size, 7);
      assert.equal((await driver.read(at('a'))).toString(), 'content');
    }),
  );

  it(
    'never makes an object by a touch',
    on(async ({ driver }) => {
      await driver.put(at('f/kept'), bytes('x'));
      await fails(driver.touch(at('f/a')), 'not-found');
      await fails(driver.touch(at('f')), 'not-found');
      await fails(driver.stat(at('f/a')), 'not-found');
    }),
  );

  it(
    'has a stamp that stands while nothing changes, and goes with each change of the bytes',
    on(async ({ driver, second = driver, age }) => {
      assert.equal(driver.stamp(at('a')), undefined);
      const seen = new Set<string>();
      const look = (): void => {
        age();
        const stamp = driver.stamp(at('a'));
        if (stamp === undefined) return;
        assert.equal(driver.stamp(at('a')), stamp);
        assert.ok(!seen.has(stamp), `${stamp} came again`);
        seen.add(stamp);
      };
      await driver.put(at('a'), bytes('aaaa'));
      look();
      await second.put(at('a'), bytes('bbbb'));
      look();
      await second.put(at('a'), bytes('cccc'), { ifMatch: bytes('bbbb') });
      look();
      await driver.remove([at('a')]);
      assert.equal(driver.stamp(at('a')), undefined);
      await driver.put(at('a'), bytes('dddd'));
      look();
      await appendAll(second, at('a'), 4, bytes('eeee'));
      look();
      await driver.put(at('b'), bytes('ffffffff'));
      await driver.move(at('b'), at('a'));
      look();
    }),
  );

  it(
    'has a stamp of a folder that goes with each change of its names',
    on(async ({ driver, second = driver, age }) => {
      let last: string | undefined;
      const look = (): void => {
        age();
        const stamp = driver.stamp(at('f'));
        assert.ok(stamp === undefined || stamp !== last, `${stamp} stayed`);
        last = stamp;
      };
      await driver.put(at('f/a'), bytes('x'));
      look();
      await second.put(at('f/b'), bytes('x'));
      look();
      await second.remove([at('f/a')]);
      look();
      await second.move(at('f/b'), at('f/c'));
      look();
      await second.makeFolder(at('f/d'));
      look();
    }),
  );

  it(
    'trusts no stamp of what has just changed where a further change could leave the same',
    on(async ({ driver }) => {
      for (let i = 0; i < 20; i++) {
        await driver.put(at('a'), bytes(`${i % 10}`), { volatile: true });
        const stamp = driver.stamp(at('a'));
        await driver.put(at('a'), bytes(`${(i + 1) % 10}`), { volatile: true });
        assert.ok(stamp === undefined || driver.stamp(at('a')) !== stamp);
      }
    }),
  );

  it(
    'settles objects, folders and what is missing, and changes nothing by it',
    on(async ({ driver, second = driver }) => {
      await second.put(at('f/a'), bytes('content'), { volatile: true });
      await driver.settle([at('f/a'), at('f'), at('missing'), at('missing/below'), at('f/a/below'), TOP, at('f/a')]);
      await driver.settle([]);
      assert.equal((await driver.read(at('f/a'))).toString(), 'content');
      await fails(driver.stat(at('missing')), 'not-found');
    }),
  );
}
