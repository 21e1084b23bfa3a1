/**
 * What every maintenance task must hold: `taskSuite('purge-uploads', open)` in a test file of its own. `open` makes a store
 * that has something for the task to do: three actions at least.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collectPages } from '../../src/core/pages.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { runTask } from '../../src/maintenance/run.js';
import type { Action, Task, TaskContext } from '../../src/maintenance/task.js';
import { failAlways, faulty, isChange } from '../support/faulty-driver.js';
import type { ManualClock } from '../support/manual-clock.js';
import { contentOf } from '../support/store-content.js';

/** A store with something to do. */
export interface TaskCase<O, A extends Action> {
  readonly driver: StorageDriver;
  readonly clock: ManualClock;
  readonly options: O;
  /** The task over a driver of the same content, as another process has it. */
  task(driver: StorageDriver): Task<O, A>;
  done(): Promise<void>;
}

/** Runs the suite. */
export function taskSuite<O, A extends Action>(name: string, open: () => Promise<TaskCase<O, A>>): void {
  const on = (run: (one: TaskCase<O, A>) => Promise<void>) => async () => {
    const one = await open();
    try {
      await run(one);
    } finally {
      await one.done();
    }
  };

  describe(`the task ${name}`, () => {
    it(
      'plans without a change, twice the same',
      on(async ({ driver, clock, options, task }) => {
        const before = await contentOf(driver);
        const readOnly = faulty(driver, ({ operation }) => (isChange(operation) ? { fault: 'failed' } : undefined));
        const plans = [await planOf(task(readOnly), clock, options), await planOf(task(driver), clock, options)];
        assert.deepEqual(plans[0], plans[1]);
        assert.ok((plans[0]?.length ?? 0) >= 3);
        const report = await runTask(task(readOnly), options, { dryRun: true, clock });
        assert.deepEqual([report.end, report.planned.count, report.failed.count], ['whole', plans[0]?.length, 0]);
        assert.deepEqual(await contentOf(driver), before);
      }),
    );

    it(
      'does what it has planned, and has nothing to do then',
      on(async ({ driver, clock, options, task }) => {
        const { planned, done, end } = await runTask(task(driver), options, { clock });
        assert.deepEqual([done, end], [planned, 'whole']);
        assert.ok(planned.count >= 3);
        assert.deepEqual(await planOf(task(driver), clock, options), []);
      }),
    );

    it(
      'may be told to do the same again',
      on(async ({ driver, clock, options, task }) => {
        const actions = await planOf(task(driver), clock, options);
        await task(driver).apply(contextOf(clock), actions, options);
        const after = await contentOf(driver);
        const again = await task(driver).apply(contextOf(clock), actions, options);
        assert.deepEqual(await contentOf(driver), after);
        assert.equal(again.length, actions.length);
        assert.ok(again.every(({ kind }) => kind !== 'failed'));
      }),
    );

    it(
      'may be run by two at once',
      on(async ({ driver, clock, options, task }) => {
        const reports = await Promise.all([task(driver), task(driver)].map((one) => runTask(one, options, { clock })));
        for (const { end, failed } of reports) assert.deepEqual([end, failed.count], ['whole', 0]);
        assert.deepEqual(await planOf(task(driver), clock, options), []);
      }),
    );

    it(
      'begins nothing once it has been stopped, and goes on later',
      on(async ({ driver, clock, options, task }) => {
        const stop = new AbortController();
        const actions = await planOf(task(driver), clock, options);
        const before = await contentOf(driver);
        stop.abort();
        const outcomes = await task(driver).apply(contextOf(clock, stop.signal), actions, options);
        assert.ok(outcomes.every(({ kind }) => kind === 'left'));
        assert.equal((await runTask(task(driver), options, { clock, signal: stop.signal })).end, 'stopped');
        assert.deepEqual(await contentOf(driver), before);
        assert.equal((await runTask(task(driver), options, { clock })).end, 'whole');
        assert.deepEqual(await planOf(task(driver), clock, options), []);
      }),
    );

    it(
      'does the others when one fails',
      on(async ({ driver, clock, options, task }) => {
        const [first, ...others] = await planOf(task(driver), clock, options);
        assert.ok(first);
        const failing = faulty(driver, ({ operation, paths }) =>
          isChange(operation) && paths.some((path) => path.startsWith(first.path)) ? { fault: 'failed' } : undefined,
        );
        const { failed, done, end } = await runTask(task(failing), options, { clock });
        assert.deepEqual([failed.count, done.count, end], [1, others.length, 'whole']);
      }),
    );

    it(
      'says so when it cannot plan',
      on(async ({ driver, clock, options, task }) => {
        for (const operation of ['list', 'walk'] as const) {
          const before = await contentOf(driver);
          const { end, error } = await runTask(task(faulty(driver, failAlways(operation, { fault: 'failed' }))), options, {
            clock,
          });
          if (end !== 'broken') continue;
          assert.ok(error instanceof Error);
          assert.deepEqual(await contentOf(driver), before);
          return;
        }
        assert.fail('it neither lists nor walks');
      }),
    );

    it(
      'has words for people',
      on(async ({ driver, clock, options, task }) => {
        const one = task(driver);
        assert.match(one.name, /^[a-z]+(?:-[a-z]+)*$/);
        assert.equal(one.unit.length, 2);
        for (const { what, path, bytes, reason } of await planOf(one, clock, options)) {
          assert.ok(what.length > 0 && path.startsWith('/') && bytes >= 0);
          assert.match(reason, /[^.]$/);
        }
      }),
    );
  });
}

/** All actions of a task. */
export function planOf<O, A extends Action>(task: Task<O, A>, clock: ManualClock, options: O): Promise<A[]> {
  return collectPages(task.plan(contextOf(clock), options));
}

/** A context that nobody listens to. */
export function contextOf(clock: ManualClock, signal: AbortSignal = new AbortController().signal): TaskContext {
  return { clock, signal, found: () => undefined, progress: () => undefined };
}
