/** What a command prints of its task, and its exit code. */
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { measureTask, runTaskCommand, type TaskCommand } from '../../src/cli/run-task.js';
import { applyEach } from '../../src/maintenance/apply-each.js';
import type { Action, Outcome, Task } from '../../src/maintenance/task.js';

const action = (name: string): Action => ({ what: name, path: `/${name}`, bytes: 1024, reason: 'it is old' });

function taskOf(outcomes: Readonly<Record<string, Outcome>>, broken?: Error): Task<object> {
  return {
    name: 'test',
    summary: 'does nothing',
    unit: ['thing', 'things'],
    options: () => ({}),
    async *plan({ found }) {
      found({ what: 'odd', path: '/odd', message: 'this is odd' });
      yield Object.keys(outcomes).map(action);
      if (broken) throw broken;
    },
    apply: (context, batch) => applyEach(context, batch, async ({ what }) => outcomes[what] ?? { kind: 'done' }),
  };
}

/** Runs a task with its output kept, and the exit code that it set. */
async function printed(task: Task<object>, command: TaskCommand<Action>) {
  const out: string[] = [];
  const err: string[] = [];
  const log = mock.method(console, 'log', (text: string) => void out.push(text));
  const error = mock.method(console, 'error', (text: string) => void err.push(text));
  try {
    await runTaskCommand(task, {}, command);
    return { out, err, code: process.exitCode ?? 0 };
  } finally {
    log.mock.restore();
    error.mock.restore();
    process.exitCode = 0;
  }
}

const MIXED: Readonly<Record<string, Outcome>> = {
  a: { kind: 'done' },
  b: { kind: 'left', why: 'in use' },
  c: { kind: 'failed', error: new Error('no') },
};

describe('the output of a task', () => {
  it('lists a plan, and says that nothing was changed', async () => {
    const { out, err, code } = await printed(taskOf(MIXED), { dryRun: true });
    assert.deepEqual(out.slice(0, 3), ['a  1.0 KiB  it is old', 'b  1.0 KiB  it is old', 'c  1.0 KiB  it is old']);
    assert.match(out[3] ?? '', /^would do 3 things, 3\.0 KiB; nothing was changed; 1 found odd and left; in \d/);
    assert.deepEqual([err, code, out.length], [['lading: this is odd: /odd'], 0, 4]);
  });

  it('obeys nothing of what strangers have written into a store', async () => {
    const hostile = 'x\u001b[2J\u009b31m\nfailed  FORGED';
    const task = taskOf(
      { a: { kind: 'failed', error: new Error(hostile) }, b: { kind: 'left', why: hostile } },
      new Error(hostile),
    );
    const printing: Task<object> = {
      ...task,
      async *plan(context, options) {
        context.found({ what: 'odd', path: '/odd', message: hostile });
        yield* task.plan(context, options);
      },
    };
    for (const command of [{}, { json: true }]) {
      const { out, err } = await printed(printing, command);
      for (const line of out) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
      // Errors may have several lines.
      for (const line of err) assert.doesNotMatch(line.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
    }
  });

  it('lists what became of each, and fails when one has', async () => {
    const { out, code } = await printed(taskOf(MIXED), {});
    assert.deepEqual(out.slice(0, 3), [
      'done    a  1.0 KiB  it is old',
      'left    b  1.0 KiB  it is old: in use',
      'failed  c  1.0 KiB  it is old: no',
    ]);
    assert.match(out[3] ?? '', /^1 thing done, 1\.0 KiB; 1 left; 1 failed; /);
    assert.equal(code, 1);
  });

  it('is lines of JSON for programs, the report last', async () => {
    const { out, err, code } = await printed(taskOf({ a: { kind: 'done' } }), { json: true });
    const [finding, one, last] = out.map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
    assert.deepEqual(finding, { finding: { what: 'odd', path: '/odd', message: 'this is odd' } });
    assert.deepEqual(one, { action: action('a'), outcome: 'done' });
    assert.deepEqual([last?.['report']?.['done'], last?.['report']?.['end']], [{ count: 1, bytes: 1024 }, 'whole']);
    assert.deepEqual([err, code, out.length], [[], 0, 3]);
  });

  it('fails when the plan could not be finished', async () => {
    const { out, err, code } = await printed(taskOf({ a: { kind: 'done' } }, new Error('the disk is gone')), {});
    assert.match(out[1] ?? '', /the plan could not be finished/);
    assert.deepEqual([err[1], code], ['lading: the disk is gone', 1]);
    const json = await printed(taskOf({}, new Error('the disk is gone')), { json: true });
    assert.match(json.out.at(-1) ?? '', /"end":"broken","error":"the disk is gone"/);
  });
});

describe('a task that a command runs', () => {
  /** A task of two pages that is sent a signal between them. Listeners are caught: the runner of the tests has its own. */
  async function stoppedBy<T>(signal: string, run: (task: Task<object>) => Promise<T>): Promise<T> {
    const listeners = new Map<string, () => void>();
    const on = mock.method(process, 'on', (name: string, listener: () => void) => listeners.set(name, listener));
    try {
      return await run({
        ...taskOf({}),
        async *plan() {
          yield [action('a')];
          listeners.get(signal)?.();
          yield [action('b')];
        },
      });
    } finally {
      on.mock.restore();
    }
  }

  it('ends between two actions when a signal comes, and fails', async () => {
    for (const signal of ['SIGINT', 'SIGTERM']) {
      const { out, code } = await stoppedBy(signal, (task) => printed(task, {}));
      assert.match(
        out.join('\n'),
        /^done {4}a .*\nleft {4}b .*: the run was stopped before\n1 thing done, .*; stopped before the end; in \d/,
      );
      assert.equal(code, 1);
    }
  });

  it('is measured without a word, and without a change, until a signal comes', async () => {
    const whole = await measureTask({ ...taskOf(MIXED), apply: () => assert.fail('nothing is applied') }, {});
    assert.deepEqual([whole.end, whole.planned.count], ['whole', 3]);
    assert.equal((await stoppedBy('SIGINT', (task) => measureTask(task, {}))).end, 'stopped');
  });
});
