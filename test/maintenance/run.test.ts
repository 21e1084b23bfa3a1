/** The runner of tasks: batches, counts, stops and errors. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyEach } from '../../src/maintenance/apply-each.js';
import { runTask } from '../../src/maintenance/run.js';
import type { Action, Outcome, Task } from '../../src/maintenance/task.js';
import { createManualClock } from '../support/manual-clock.js';

const actions = (count: number, from = 0): Action[] =>
  Array.from({ length: count }, (_, i) => ({ what: `thing ${from + i}`, path: `/things/${from + i}`, bytes: 10, reason: 'old' }));

/** A task over pages that are given; each action has the outcome that `step` says. */
function taskOf(
  pages: readonly (readonly Action[])[],
  step: (action: Action) => Outcome | Promise<Outcome> = () => ({ kind: 'done' }),
  applied: number[] = [],
): Task<object> {
  return {
    name: 'test',
    summary: 'does nothing',
    unit: ['thing', 'things'],
    options: () => ({}),
    async *plan() {
      yield* pages;
    },
    apply(context, batch) {
      applied.push(batch.length);
      return applyEach(context, batch, async (action) => step(action));
    },
  };
}

describe('a run of a task', () => {
  it('applies page by page, in batches, and counts', async () => {
    const applied: number[] = [];
    const report = await runTask(taskOf([actions(250), actions(3, 250)], undefined, applied), {});
    assert.deepEqual(applied, [100, 100, 50, 3]);
    assert.equal(report.end, 'whole');
    assert.deepEqual(
      [report.planned, report.done],
      [
        { count: 253, bytes: 2530 },
        { count: 253, bytes: 2530 },
      ],
    );
    assert.deepEqual([report.left.count, report.failed.count], [0, 0]);
  });

  it('plans and applies nothing when it is dry', async () => {
    const applied: number[] = [];
    const planned: string[] = [];
    const report = await runTask(
      taskOf([actions(2)], undefined, applied),
      {},
      {
        dryRun: true,
        onPlanned: ({ what }) => planned.push(what),
        onOutcome: () => assert.fail('no outcome in a dry run'),
      },
    );
    assert.deepEqual([applied, planned], [[], ['thing 0', 'thing 1']]);
    assert.deepEqual([report.dryRun, report.planned.count, report.done.count], [true, 2, 0]);
  });

  it('takes the plan a page at a time, each when the one before has been applied', async () => {
    const order: string[] = [];
    const task: Task<object> = {
      ...taskOf([]),
      async *plan() {
        for (const page of ['a', 'b']) {
          order.push(`plan ${page}`);
          yield actions(1);
        }
      },
      async apply(_context, batch) {
        order.push('apply');
        return batch.map(() => ({ kind: 'done' }));
      },
    };
    await runTask(task, {});
    assert.deepEqual(order, ['plan a', 'apply', 'plan b', 'apply']);
  });

  it('counts what was left and what failed, and goes on', async () => {
    const report = await runTask(
      taskOf([actions(3)], ({ what }) => {
        if (what === 'thing 0') throw new Error('broken');
        return what === 'thing 1' ? { kind: 'left', why: 'in use' } : { kind: 'done', bytes: 7 };
      }),
      {},
    );
    assert.equal(report.end, 'whole');
    assert.deepEqual(
      [report.failed, report.left, report.done].map(({ count, bytes }) => [count, bytes]),
      [
        [1, 10],
        [1, 10],
        [1, 7],
      ],
    );
  });

  it('counts a whole batch as failed when its apply throws, and goes on', async () => {
    let calls = 0;
    const task: Task<object> = {
      ...taskOf([actions(2), actions(1, 2)]),
      async apply(_context, batch) {
        if (++calls === 1) throw new Error('no');
        return batch.map(() => ({ kind: 'done' }));
      },
    };
    const report = await runTask(task, {});
    assert.deepEqual([report.failed.count, report.done.count, report.end], [2, 1, 'whole']);
  });

  it('counts an action as failed whose outcome is not told', async () => {
    const report = await runTask({ ...taskOf([actions(2)]), apply: async () => [{ kind: 'done' }] }, {});
    assert.deepEqual([report.done.count, report.failed.count], [1, 1]);
  });

  it('says so when the plan breaks, with what was done before', async () => {
    const broken = new Error('the disk is gone');
    const task: Task<object> = {
      ...taskOf([]),
      async *plan() {
        yield actions(1);
        throw broken;
      },
    };
    const report = await runTask(task, {});
    assert.deepEqual([report.end, report.error, report.done.count], ['broken', broken, 1]);
  });

  it('begins nothing once its signal has fired', async () => {
    for (const reason of [undefined, new Error('enough')]) {
      const stop = new AbortController();
      const done: string[] = [];
      const report = await runTask(
        taskOf([actions(3), actions(3, 3)], ({ what }) => {
          done.push(what);
          if (what === 'thing 1') stop.abort(reason);
          return { kind: 'done' };
        }),
        {},
        { signal: stop.signal },
      );
      assert.deepEqual(done, ['thing 0', 'thing 1']);
      assert.deepEqual([report.end, report.planned.count, report.done.count, report.left.count], ['stopped', 3, 2, 1]);
    }
  });

  it('does nothing at all when its signal had fired before', async () => {
    const report = await runTask(taskOf([actions(1)]), {}, { signal: AbortSignal.abort() });
    assert.deepEqual([report.end, report.planned.count], ['stopped', 0]);
  });

  it('tells findings and progress, and how long it took', async () => {
    const clock = createManualClock();
    const task: Task<object> = {
      ...taskOf([]),
      async *plan({ found, progress }) {
        progress({ doing: 'looking' });
        found({ what: 'odd', path: '/x', message: 'this is odd' });
        progress({ bytes: 5 });
        clock.advance(2000);
        yield actions(1);
      },
    };
    const seen: [string, number, number][] = [];
    const findings: string[] = [];
    const report = await runTask(
      task,
      {},
      {
        clock,
        onFinding: ({ what }) => findings.push(what),
        onProgress: ({ doing, bytes, done }) => seen.push([doing, bytes, done.count]),
      },
    );
    assert.deepEqual([findings, report.findings, report.durationMs], [['odd'], 1, 2000]);
    assert.deepEqual(seen, [
      ['looking', 0, 0],
      ['looking', 5, 0],
      ['looking', 5, 1],
    ]);
  });
});
