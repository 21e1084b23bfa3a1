import { setTimeout as timeout } from 'node:timers/promises';

/** Time as a parameter, so that tests own it. */
export interface Clock {
  /** The time of day. */
  now(): Date;
  /** Milliseconds that only ever grow; for durations. */
  monotonic(): number;
  /** Resolves after so many milliseconds; rejects with AbortError when the signal fires. `idle`: it keeps no process alive. */
  sleep(ms: number, signal?: AbortSignal, options?: { readonly idle?: boolean }): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (ms, signal, { idle = false } = {}) => timeout(ms, undefined, { ref: !idle, ...(signal ? { signal } : {}) }),
};
