/** Runs one task: the plan alone, or plan and apply in turns, so that no more than a batch of actions is ever in memory. */
import { type Clock, systemClock } from '../core/clock.js';
import { isStop } from './apply-each.js';
import type { Action, Finding, Outcome, Task, TaskContext } from './task.js';

/** How many, and their bytes. */
export interface Tally {
  readonly count: number;
  readonly bytes: number;
}

/** What a run has come to. */
export interface TaskReport {
  readonly task: string;
  /** True when nothing was to be changed. */
  readonly dryRun: boolean;
  /** `whole`: all was planned and tried. `stopped`: by the signal. `broken`: the plan could not be finished, for `error`. */
  readonly end: 'whole' | 'stopped' | 'broken';
  readonly error?: unknown;
  readonly planned: Tally;
  readonly done: Tally;
  /** Those that turned out not to be needed, or not to be right any more. */
  readonly left: Tally;
  readonly failed: Tally;
  /** Things that were found and left as they are. */
  readonly findings: number;
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** How far a run is. */
export interface Progress extends Pick<TaskReport, 'planned' | 'done' | 'left' | 'failed'> {
  /** What is being done now; empty before the task has said so. */
  readonly doing: string;
  /** Bytes that were worked through, as far as the task tells. */
  readonly bytes: number;
}

/** How a task is run. Callbacks must not throw. */
export interface RunOptions<A extends Action> {
  /** Plans and changes nothing. */
  readonly dryRun?: boolean;
  readonly clock?: Clock;
  /** Stops the run between two actions. */
  readonly signal?: AbortSignal;
  /** Told of each action before anything is done about it. */
  readonly onPlanned?: (action: A) => void;
  /** Told what became of each action; never in a dry run. */
  readonly onOutcome?: (action: A, outcome: Outcome) => void;
  readonly onFinding?: (finding: Finding) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/** Actions that are applied at a time. */
const BATCH = 100;

/** Runs a task to its end and reports. Never rejects for what the task does: that is in the report. */
export async function runTask<O, A extends Action>(
  task: Task<O, A>,
  options: O,
  {
    dryRun = false,
    clock = systemClock,
    signal = new AbortController().signal,
    onPlanned,
    onOutcome,
    onFinding,
    onProgress,
  }: RunOptions<A> = {},
): Promise<TaskReport> {
  const startedAt = clock.now();
  const begun = clock.monotonic();
  const planned = createTally();
  const tallies = { done: createTally(), left: createTally(), failed: createTally() };
  let findings = 0;
  let doing = '';
  let bytes = 0;
  const showProgress = (): void => onProgress?.({ doing, bytes, planned, ...tallies });

  const context: TaskContext = {
    clock,
    signal,
    found(finding) {
      findings++;
      onFinding?.(finding);
    },
    progress(step) {
      doing = step.doing ?? doing;
      bytes += step.bytes ?? 0;
      showProgress();
    },
  };

  /** Outcomes of a batch. An `apply` that throws has failed for all of it. */
  const apply = async (batch: readonly A[]): Promise<readonly Outcome[]> => {
    try {
      return await task.apply(context, batch, options);
    } catch (error) {
      if (isStop(error, signal)) throw error;
      return batch.map(() => ({ kind: 'failed', error }));
    }
  };

  const takeBatch = async (batch: readonly A[]): Promise<void> => {
    for (const action of batch) {
      planned.add(action.bytes);
      onPlanned?.(action);
    }
    if (!dryRun) {
      const outcomes = await apply(batch);
      for (const [i, action] of batch.entries()) {
        const outcome = outcomes[i] ?? { kind: 'failed', error: new Error(`${task.name} has not said what became of it`) };
        tallies[outcome.kind].add(outcome.kind === 'done' ? (outcome.bytes ?? action.bytes) : action.bytes);
        onOutcome?.(action, outcome);
      }
    }
    showProgress();
  };

  const takeAll = async (): Promise<Pick<TaskReport, 'end' | 'error'>> => {
    try {
      signal.throwIfAborted();
      for await (const page of task.plan(context, options)) {
        for (let at = 0; at < page.length; at += BATCH) {
          await takeBatch(page.slice(at, at + BATCH));
          signal.throwIfAborted();
        }
      }
      return { end: signal.aborted ? 'stopped' : 'whole' };
    } catch (error) {
      return isStop(error, signal) ? { end: 'stopped' } : { end: 'broken', error };
    }
  };

  const end = await takeAll();
  return {
    task: task.name,
    dryRun,
    ...end,
    planned: planned.now(),
    done: tallies.done.now(),
    left: tallies.left.now(),
    failed: tallies.failed.now(),
    findings,
    startedAt,
    durationMs: clock.monotonic() - begun,
  };
}

function createTally() {
  const tally = {
    count: 0,
    bytes: 0,
    add(bytes: number): void {
      tally.count++;
      tally.bytes += bytes;
    },
    now: (): Tally => ({ count: tally.count, bytes: tally.bytes }),
  };
  return tally;
}
