/**
 * What is looked at again and again while a server runs, and whether all is well. Each check has a pace of its own and the
 * rules of docker/distribution: it is run for the first time after one interval, and counts as failing once it has failed
 * as often in a row as its threshold says. One success ends that.
 */
import type { Clock } from '../core/clock.js';
import { isAbort } from '../core/errors.js';

/** One thing to look at. */
export interface HealthCheck {
  /** Shown to whoever asks what is wrong, and in the log: no secret. */
  readonly name: string;
  /** From the end of one run to the beginning of the next. */
  readonly intervalMs: number;
  /** So many failures in a row make it count; 0 is as good as 1. */
  readonly threshold: number;
  /** A run that takes longer counts as a failure. */
  readonly timeoutMs: number;
  /** Rejects when something is wrong. The message is shown like the name; what may not be shown is the cause. */
  run(signal: AbortSignal): Promise<void>;
}

/** Who is told when a check begins or ceases to fail. */
export interface HealthLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** What checks need. */
export interface HealthOptions {
  readonly clock: Clock;
  readonly log: HealthLog;
  /** Is told, like the log, when a check begins or ceases to fail. Must not throw. */
  readonly onChange?: (name: string, isFailing: boolean) => void;
}

/** Some checks, which run. */
export interface Health {
  /** False while any check fails. Costs nothing. */
  isWell(): boolean;
  /** What is wrong, by the names of the checks that fail. */
  failing(): Readonly<Record<string, string>>;
  /** Ends all checks, those that run too. Safe to repeat. */
  stop(): Promise<void>;
}

/** Begins to run checks. They keep no process alive that has nothing else to do, and none runs twice at the same time. */
export function watchHealth(checks: readonly HealthCheck[], { clock, log, onChange }: HealthOptions): Health {
  const stopping = new AbortController();
  const { signal } = stopping;
  const failing = new Map<string, string>();

  const watch = async (check: HealthCheck): Promise<void> => {
    const look = createLook(check, clock, signal);
    let failures = 0;
    for (;;) {
      await clock.sleep(check.intervalMs, signal, { idle: true });
      const error = await look();
      if (signal.aborted) return;
      failures = error === undefined ? 0 : failures + 1;
      const facts = { check: check.name, failures };
      if (error === undefined) {
        if (!failing.delete(check.name)) continue;
        log.info('health check succeeds again', facts);
        onChange?.(check.name, false);
      } else if (failures >= check.threshold) {
        const isNew = !failing.has(check.name);
        failing.set(check.name, error.message);
        if (!isNew) continue;
        log.error('health check failed: requests are refused', { ...facts, err: error });
        onChange?.(check.name, true);
      }
    }
  };

  const running = Promise.all(
    checks.map((check) =>
      watch(check).catch((error: unknown) => {
        if (!isAbort(error)) throw error;
      }),
    ),
  );
  return {
    isWell: () => failing.size === 0,
    failing: () => Object.fromEntries(failing),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Runs the check and tells what is wrong. A run that goes on although it was told to end is waited for, and not begun again. */
function createLook(check: HealthCheck, clock: Clock, signal: AbortSignal): () => Promise<Error | undefined> {
  let current: Promise<Error | undefined> | undefined;
  let abort = (): void => undefined;
  const begin = async (): Promise<Error | undefined> => {
    const own = new AbortController();
    abort = () => own.abort();
    try {
      await check.run(own.signal);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      current = undefined;
    }
  };
  return async () => {
    const patience = new AbortController();
    const stop = (): void => patience.abort();
    signal.addEventListener('abort', stop);
    const late = async (): Promise<Error> => {
      await clock.sleep(check.timeoutMs, patience.signal, { idle: true }).catch(() => undefined);
      return new Error('no answer in time');
    };
    try {
      current ??= begin();
      return await Promise.race([current, late()]);
    } finally {
      abort();
      stop();
      signal.removeEventListener('abort', stop);
    }
  };
}
