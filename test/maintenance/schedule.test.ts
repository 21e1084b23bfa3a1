/** Tasks that a server runs by itself: when, what it logs, and its end. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as macrotask } from 'node:timers/promises';
import { applyEach } from '../../src/maintenance/apply-each.js';
import type { TaskReport } from '../../src/maintenance/run.js';
import { type ScheduleOptions, scheduleTask } from '../../src/maintenance/schedule.js';
import type { Action, Outcome, Task } from '../../src/maintenance/task.js';
import { createManualClock } from '../support/manual-clock.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A task with one action for each outcome. */
function taskOf(outcomes: readonly Outcome[], broken?: Error): Task<object> {
  const actions: Action[] = outcomes.map((_, i) => ({ what: `thing ${i}`, path: `/${i}`, bytes: 10, reason: 'it is old' }));
  return {
    name: 'test',
    summary: 'does nothing',
    unit: ['thing', 'things'],
    options: () => ({}),
    async *plan({ found }) {
      if (broken) throw broken;
      found({ what: 'odd', path: '/odd', message: 'this is odd' });
      yield actions;
    },
    apply: (context, batch) => applyEach(context, batch, async (action) => outcomes[actions.indexOf(action)] ?? { kind: 'done' }),
  };
}

/** A schedule whose time is turned by hand. */
function schedule(task: Task<object>, how: Partial<ScheduleOptions> = {}) {
  const clock = createManualClock();
  const lines: [string, string, Readonly<Record<string, unknown>>][] = [];
  const reports: TaskReport[] = [];
  const line = (level: string) => (message: string, fields: Readonly<Record<string, unknown>>) =>
    void lines.push([level, message, fields]);
  const { stop } = scheduleTask(
    task,
    {},
    {
      firstAfterMs: 10 * MINUTE,
      everyMs: 36 * HOUR,
      clock,
      log: { debug: line('debug'), info: line('info'), warn: line('warn') },
      onReport: (report) => reports.push(report),
      ...how,
    },
  );
  /** Lets so much time pass, in steps in which everybody is woken. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= MINUTE) {
      clock.advance(Math.min(left, MINUTE));
      await macrotask();
    }
  };
  return { stop, pass, lines, reports };
}

describe('a task on a schedule', () => {
  it('runs first after some time, and then again and again', async () => {
    const { stop, pass, reports } = schedule(taskOf([{ kind: 'done' }]));
    await pass(9 * MINUTE);
    assert.equal(reports.length, 0);
    await pass(MINUTE);
    assert.equal(reports.length, 1);
    await pass(36 * HOUR - MINUTE);
    assert.equal(reports.length, 1);
    await pass(2 * MINUTE);
    assert.equal(reports.length, 2);
    await stop();
    await pass(100 * HOUR);
    assert.equal(reports.length, 2);
  });

  it('logs a line for each run, with counts, and one for what failed or is odd', async () => {
    const { stop, pass, lines } = schedule(
      taskOf([{ kind: 'done' }, { kind: 'left', why: 'in use' }, { kind: 'failed', error: new Error('no') }]),
    );
    await pass(10 * MINUTE);
    const told = lines
      .filter(([level]) => level !== 'debug')
      .map(([level, message, { seconds, err, ...fields }]) => [level, message, fields]);
    assert.deepEqual(told, [
      ['warn', 'this is odd', { what: 'odd', path: '/odd' }],
      ['warn', 'test: thing 2 failed', { path: '/2' }],
      ['info', 'test: done', { planned: 3, plannedbytes: 30, done: 1, bytes: 10, left: 1, failed: 1, findings: 1, end: 'whole' }],
    ]);
    await stop();
  });

  it('says when it has only looked, and when it could not', async () => {
    const dry = schedule(taskOf([{ kind: 'done' }]), { dryRun: true });
    await dry.pass(10 * MINUTE);
    const [, message, fields] = dry.lines.at(-1) ?? [];
    assert.deepEqual([message, fields?.['dryrun'], fields?.['done']], ['test: looked, and changed nothing', true, 0]);
    await dry.stop();
    const error = new Error('the disk is gone');
    const broken = schedule(taskOf([], error));
    await broken.pass(10 * MINUTE);
    const [level, , facts] = broken.lines.at(-1) ?? [];
    assert.deepEqual([level, facts?.['err'], facts?.['end']], ['warn', error, 'broken']);
    await broken.pass(37 * HOUR);
    assert.equal(broken.reports.length, 2);
    await broken.stop();
  });

  it('logs no more than some of many failures', async () => {
    const { stop, pass, lines } = schedule(
      taskOf(Array.from({ length: 99 }, () => ({ kind: 'failed', error: new Error('no') }))),
    );
    await pass(10 * MINUTE);
    assert.equal(lines.filter(([level]) => level === 'warn').length, 20);
    await stop();
  });

  it('ends what is under way when it is stopped, begins nothing else, and waits for that', async () => {
    let finish = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const done: string[] = [];
    const task: Task<object> = {
      ...taskOf([{ kind: 'done' }, { kind: 'done' }]),
      apply: (context, batch) =>
        applyEach(context, batch, async ({ what }) => {
          await gate;
          done.push(what);
          return { kind: 'done' };
        }),
    };
    const { stop, pass, reports } = schedule(task);
    await pass(10 * MINUTE);
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await macrotask();
    assert.equal(stopped, false);
    finish();
    await stopping;
    assert.deepEqual([done, reports[0]?.end, reports[0]?.left.count], [['thing 0'], 'stopped', 1]);
  });

  it('keeps no process alive by its timer', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const log = { debug() {}, info() {}, warn() {} };
    const { stop } = scheduleTask(taskOf([]), {}, { firstAfterMs: HOUR, everyMs: HOUR, log });
    await macrotask();
    assert.equal(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length, before);
    await stop();
  });
});
