/** Conditional puts and removals, and callers that compete. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { at, bytes, fails, type On, outcomeOf, TOP } from './store.js';

const CALLERS = 12;

export function conditionCases(on: On): void {
  it(
    'puts with ifAbsent only what is not there',
    on(async ({ driver }) => {
      await driver.put(at('a'), bytes('first'), { ifAbsent: true });
      await fails(driver.put(at('a'), bytes('second'), { ifAbsent: true }), 'condition-failed');
      assert.equal((await driver.read(at('a'))).toString(), 'first');
      await driver.remove([at('a')]);
      await driver.put(at('a'), bytes('third'), { ifAbsent: true });
      assert.equal((await driver.read(at('a'))).toString(), 'third');
    }),
  );

  it(
    'puts with ifMatch only over exactly these bytes',
    on(async ({ driver }) => {
      await fails(driver.put(at('a/b'), bytes('new'), { ifMatch: bytes('old') }), 'condition-failed');
      for await (const page of driver.list(TOP)) assert.fail(`${page[0]?.path} was made by a put that failed`);
      await driver.put(at('a/b'), bytes('old'));
      for (const other of ['', 'ol', 'old ', 'OLD']) {
        await fails(driver.put(at('a/b'), bytes('new'), { ifMatch: bytes(other) }), 'condition-failed');
      }
      await driver.put(at('a/b'), bytes(''), { ifMatch: bytes('old') });
      await driver.put(at('a/b'), bytes('new'), { ifMatch: bytes('') });
      assert.equal((await driver.read(at('a/b'))).toString(), 'new');
    }),
  );

  it(
    'removes with ifMatch only exactly these bytes',
    on(async ({ driver }) => {
      await fails(driver.remove([at('a')], { ifMatch: bytes('old') }), 'not-found');
      await driver.put(at('a'), bytes('old'));
      await fails(driver.remove([at('a')], { ifMatch: bytes('other') }), 'condition-failed');
      assert.equal((await driver.read(at('a'))).toString(), 'old');
      await driver.remove([at('a')], { ifMatch: bytes('old') });
      await fails(driver.read(at('a')), 'not-found');
    }),
  );

  it(
    'lets one of many callers win an ifAbsent, and stores what the winner put',
    on(async ({ driver, second = driver }) => {
      for (let round = 0; round < 5; round++) {
        const outcomes = await Promise.all(
          Array.from({ length: CALLERS }, (_, i) =>
            outcomeOf((i % 2 ? driver : second).put(at('a'), bytes(`${i}`), { ifAbsent: true })),
          ),
        );
        const winners = [...outcomes.keys()].filter((i) => outcomes[i] === undefined);
        assert.equal(winners.length, 1, outcomes.join());
        assert.ok(outcomes.every((outcome) => outcome === undefined || outcome === 'condition-failed'));
        assert.equal((await driver.read(at('a'))).toString(), `${winners[0]}`);
        await driver.remove([at('a')]);
      }
    }),
  );

  it(
    'loses no step of many callers that count by ifMatch',
    on(async ({ driver, second = driver }) => {
      await driver.put(at('count'), bytes('0'));
      const countUp = async (through: typeof driver): Promise<void> => {
        for (;;) {
          const now = await through.read(at('count'));
          const next = bytes(`${Number(now) + 1}`);
          const outcome = await outcomeOf(through.put(at('count'), next, { ifMatch: now, volatile: true }));
          if (outcome === undefined) return;
          assert.equal(outcome, 'condition-failed');
        }
      };
      await Promise.all(Array.from({ length: CALLERS }, (_, i) => countUp(i % 2 ? driver : second)));
      assert.equal((await driver.read(at('count'))).toString(), `${CALLERS}`);
    }),
  );

  it(
    'lets either a put or a removal of the same bytes win, not both',
    on(async ({ driver, second = driver }) => {
      for (let round = 0; round < 8; round++) {
        await driver.put(at('a'), bytes('old'));
        const [put, removed] = await Promise.all([
          outcomeOf(driver.put(at('a'), bytes('new'), { ifMatch: bytes('old') })),
          outcomeOf(second.remove([at('a')], { ifMatch: bytes('old') })),
        ]);
        const left = await outcomeOf(driver.read(at('a')));
        if (put === undefined) {
          assert.equal(removed, 'condition-failed');
          assert.equal(left.toString(), 'new');
        } else {
          assert.deepEqual([put, removed, left], ['condition-failed', undefined, 'not-found']);
        }
      }
    }),
  );

  it(
    'stores one of many puts at the same time, whole',
    on(async ({ driver, second = driver }) => {
      const contents = Array.from({ length: CALLERS }, (_, i) => Buffer.alloc(10_000 + i, i));
      await Promise.all(contents.map((content, i) => (i % 2 ? driver : second).put(at('deep/folder/a'), content)));
      const found = await driver.read(at('deep/folder/a'));
      assert.ok(contents.some((content) => content.equals(found)));
    }),
  );
}
