/** When a check counts as failing, and when it ceases to. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Health, type HealthCheck, watchHealth } from '../../src/health/health.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';

const INTERVAL_MS = 1_000;
const TIMEOUT_MS = 300;

interface World {
  readonly clock: ManualClock;
  readonly health: Health;
  readonly lines: string[];
  /** Lets time go by and everybody act who waited for it. */
  pass(ms?: number): Promise<void>;
}

function watching(checks: readonly Partial<HealthCheck>[]): World {
  const clock = createManualClock();
  const lines: string[] = [];
  const told =
    (level: string) =>
    (message: string, { check }: Readonly<Record<string, unknown>>) =>
      void lines.push(`${level} ${String(check)}: ${message}`);
  const health = watchHealth(
    checks.map((check) => ({
      name: 'it',
      intervalMs: INTERVAL_MS,
      threshold: 0,
      timeoutMs: TIMEOUT_MS,
      run: async () => undefined,
      ...check,
    })),
    { clock, log: { info: told('info'), error: told('error') } },
  );
  return {
    clock,
    health,
    lines,
    async pass(ms = INTERVAL_MS) {
      clock.advance(ms);
      for (let n = 0; n < 3; n++) await turn();
    },
  };
}

/** A check that does what the test says. */
function scripted(): { outcome: 'well' | 'wrong' | 'silent'; runs: number; aborted: number; run: HealthCheck['run'] } {
  const script = {
    outcome: 'well' as 'well' | 'wrong' | 'silent',
    runs: 0,
    aborted: 0,
    async run(signal: AbortSignal): Promise<void> {
      script.runs++;
      if (script.outcome === 'wrong') throw new Error('it is wrong');
      if (script.outcome === 'silent')
        await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            script.aborted++;
            reject(new Error('aborted'));
          }),
        );
    },
  };
  return script;
}

describe('a health check', () => {
  it('is run for the first time after one interval, and from then on at each', async () => {
    const script = scripted();
    const world = watching([{ run: script.run }]);
    script.outcome = 'wrong';
    await world.pass(INTERVAL_MS - 1);
    assert.deepEqual([script.runs, world.health.isWell()], [0, true]);
    await world.pass(1);
    assert.deepEqual([script.runs, world.health.isWell()], [1, false]);
    assert.deepEqual(world.health.failing(), { it: 'it is wrong' });
    await world.pass();
    assert.equal(script.runs, 2);
    await world.health.stop();
  });

  it('counts once it has failed as often in a row as its threshold says, and one success ends that', async () => {
    const script = scripted();
    const world = watching([{ run: script.run, threshold: 3 }]);
    const after = async (outcome: 'well' | 'wrong'): Promise<boolean> => {
      script.outcome = outcome;
      await world.pass();
      return world.health.isWell();
    };
    assert.deepEqual([await after('wrong'), await after('wrong'), await after('well')], [true, true, true]);
    assert.deepEqual([await after('wrong'), await after('wrong'), await after('wrong')], [true, true, false]);
    assert.deepEqual([await after('wrong'), await after('well'), await after('wrong')], [false, true, true]);
    await world.health.stop();
    assert.deepEqual(world.lines, [
      'error it: health check failed: requests are refused',
      'info it: health check succeeds again',
    ]);
  });

  it('fails when it does not end in time, and is told to', async () => {
    const script = scripted();
    script.outcome = 'silent';
    const world = watching([{ run: script.run }]);
    await world.pass();
    assert.deepEqual([script.runs, world.health.isWell()], [1, true]);
    await world.pass(TIMEOUT_MS);
    assert.deepEqual(world.health.failing(), { it: 'no answer in time' });
    assert.equal(script.aborted, 1);
    script.outcome = 'well';
    await world.pass();
    assert.deepEqual([script.runs, world.health.isWell()], [2, true]);
    await world.health.stop();
  });

  it('is never run twice at the same time, also when it does not heed that it was told to end', async () => {
    let runs = 0;
    let release = (): void => undefined;
    const run = (): Promise<void> => {
      runs++;
      return new Promise((resolve) => {
        release = resolve;
      });
    };
    const world = watching([{ run }]);
    for (let n = 0; n < 4; n++) {
      await world.pass();
      await world.pass(TIMEOUT_MS);
      assert.deepEqual([runs, world.health.isWell()], [1, false]);
    }
    release();
    await world.pass();
    assert.deepEqual([runs, world.health.isWell()], [2, false]);
    release();
    await world.pass(0);
    assert.equal(world.health.isWell(), true);
    await world.health.stop();
  });

  it('that fails does not hide how others are', async () => {
    const [one, two] = [scripted(), scripted()];
    const world = watching([
      { name: 'one', run: one.run },
      { name: 'two', run: two.run, intervalMs: 2 * INTERVAL_MS },
    ]);
    one.outcome = 'wrong';
    two.outcome = 'wrong';
    await world.pass();
    assert.deepEqual(Object.keys(world.health.failing()), ['one']);
    one.outcome = 'well';
    await world.pass();
    assert.deepEqual(Object.keys(world.health.failing()), ['two']);
    await world.health.stop();
  });

  it('ends when it is told to stop, in the middle of a run too', async () => {
    const script = scripted();
    script.outcome = 'silent';
    const world = watching([{ run: script.run }]);
    await world.pass();
    assert.equal(script.runs, 1);
    await world.health.stop();
    await world.health.stop();
    await world.pass(10 * INTERVAL_MS);
    assert.deepEqual([script.runs, script.aborted], [1, 1]);
    assert.deepEqual(world.lines, []);
  });
});
