import { setImmediate as nextTurn } from 'node:timers/promises';

/** Runs tasks, so many at once; the others wait in order. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>;

/** A gate that lets `width` tasks run at once. */
export function createGate(width: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= width) await new Promise<void>((go) => waiting.push(go));
    else running++;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/** One gate of width 1 for each key; forgotten when idle. */
export function createKeyedLock(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = tails.get(key) ?? Promise.resolve();
    const run = before.then(task, task);
    const settled = run.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, settled);
    try {
      return await run;
    } finally {
      if (tails.get(key) === settled) tails.delete(key);
    }
  };
}

/**
 * The results of all steps, taken one after the other. Between two of them other requests have a turn: for steps that
 * compute for a millisecond or so.
 */
export async function inTurns<T>(steps: readonly (() => T | Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  for (const step of steps) {
    if (results.length > 0) await nextTurn();
    results.push(await step());
  }
  return results;
}
