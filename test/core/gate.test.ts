import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createGate, createKeyedLock } from '../../src/core/gate.js';

/** A promise that the test settles. */
function later<T = void>(): { readonly promise: Promise<T>; resolve(value: T): void; reject(error: Error): void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Lets everything run that is ready to. */
async function settle(): Promise<void> {
  await new Promise((done) => setImmediate(done));
}

describe('a gate', () => {
  it('lets so many tasks run at once, all of them in the end, and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.boolean(), { maxLength: 20 }), async (width, fails) => {
        const gate = createGate(width);
        const started: number[] = [];
        let running = 0;
        let most = 0;
        const results = await Promise.allSettled(
          fails.map((fail, index) =>
            gate(async () => {
              started.push(index);
              most = Math.max(most, ++running);
              await settle();
              running--;
              if (fail) throw new Error(`task ${index}`);
              return index;
            }),
          ),
        );
        assert.equal(most, Math.min(width, fails.length));
        assert.deepEqual(started, [...fails.keys()]);
        assert.deepEqual(
          results.map((result) => result.status === 'rejected'),
          fails,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('is open again after a task that threw before it waited', async () => {
    const gate = createGate(1);
    const fails = (): Promise<never> => {
      throw new Error('at once');
    };
    await assert.rejects(gate(fails), /at once/);
    assert.equal(await gate(async () => 'next'), 'next');
  });
});

describe('a keyed lock', () => {
  it('runs tasks of one key one after the other, and of another key meanwhile', async () => {
    const lock = createKeyedLock();
    const first = later();
    const seen: string[] = [];
    const a = lock('a', async () => {
      await first.promise;
      seen.push('a1');
    });
    const b = lock('a', async () => void seen.push('a2'));
    await lock('b', async () => void seen.push('b'));
    await settle();
    assert.deepEqual(seen, ['b']);
    first.resolve();
    await Promise.all([a, b]);
    assert.deepEqual(seen, ['b', 'a1', 'a2']);
  });

  it('goes on after a failure, which only its own caller hears of', async () => {
    const lock = createKeyedLock();
    const failed = lock('a', async () => Promise.reject(new Error('first')));
    const next = lock('a', async () => 'second');
    await assert.rejects(failed, /first/);
    assert.equal(await next, 'second');
  });
});
