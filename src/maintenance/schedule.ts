/** Runs a task again and again while a server runs, and logs a line for each run. */
import { type Clock, systemClock } from '../core/clock.js';
import { isAbort } from '../core/errors.js';
import { runTask, type TaskReport } from './run.js';
import type { Action, Task } from './task.js';

/** Takes lines of the log. */
interface TaskLog {
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** When and how a task runs. */
export interface ScheduleOptions {
  readonly firstAfterMs: number;
  /** From the end of one run to the beginning of the next. */
  readonly everyMs: number;
  readonly dryRun?: boolean;
  readonly clock?: Clock;
  readonly log: TaskLog;
  readonly onReport?: (report: TaskReport) => void;
}

/** A task that runs now and then. */
export interface Schedule {
  /** Ends it: what is under way is finished, nothing else is begun. Resolves when all is quiet. Safe to repeat. */
  stop(): Promise<void>;
}

/** No timer of the platform runs longer than 24 days. */
const LONGEST_SLEEP_MS = 24 * 60 * 60 * 1000;
/** Actions that failed, or things found odd, of which a run logs each. */
const TOLD = 20;

/** Begins to run a task. It keeps no process alive that has nothing else to do. */
export function scheduleTask<O, A extends Action>(task: Task<O, A>, options: O, how: ScheduleOptions): Schedule {
  const { firstAfterMs, everyMs, clock = systemClock } = how;
  const stopping = new AbortController();
  const { signal } = stopping;

  const sleep = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0 && !signal.aborted; left -= LONGEST_SLEEP_MS)
      await clock.sleep(Math.min(left, LONGEST_SLEEP_MS), signal, { idle: true });
  };

  const loop = async (): Promise<void> => {
    await sleep(firstAfterMs);
    while (!signal.aborted) {
      await runLogged(task, options, how, signal);
      await sleep(everyMs);
    }
  };

  const running = loop().catch((error: unknown) => {
    if (!isAbort(error)) throw error;
  });
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function runLogged<O, A extends Action>(
  task: Task<O, A>,
  options: O,
  { dryRun = false, clock = systemClock, log, onReport }: ScheduleOptions,
  signal: AbortSignal,
): Promise<void> {
  let told = 0;
  const warn: TaskLog['warn'] = (message, fields) => {
    if (++told <= TOLD) log.warn(message, fields);
  };
  const report = await runTask(task, options, {
    dryRun,
    clock,
    signal,
    onPlanned: ({ what, path, bytes, reason }) => log.debug(`${task.name}: ${what}`, { path, bytes, reason }),
    onOutcome: ({ what, path }, outcome) => {
      if (outcome.kind === 'failed') warn(`${task.name}: ${what} failed`, { path, err: outcome.error });
    },
    onFinding: ({ message, ...finding }) => warn(message, { ...finding }),
  });
  onReport?.(report);
  const { end, error, planned, done, left, failed, findings, durationMs } = report;
  const counts = {
    ...(dryRun ? { dryrun: true } : {}),
    planned: planned.count,
    plannedbytes: planned.bytes,
    done: done.count,
    bytes: done.bytes,
    left: left.count,
    failed: failed.count,
    findings,
    seconds: Math.round(durationMs) / 1000,
    end,
  };
  if (end === 'broken') log.warn(`${task.name}: the run broke off; the next one begins anew`, { ...counts, err: error });
  else log.info(`${task.name}: ${dryRun ? 'looked, and changed nothing' : 'done'}`, counts);
}
