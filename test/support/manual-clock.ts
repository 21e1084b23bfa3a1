/** Time that moves only when a test says so. */
import type { Clock } from '../../src/core/clock.js';

/** A clock and the hand that turns it. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

/** Starts at the machine's time of day unless told otherwise. Whoever sleeps is woken by `advance`, or by the signal. */
export function createManualClock(start = new Date()): ManualClock {
  let elapsed = 0;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => new Date(start.getTime() + elapsed),
    monotonic: () => elapsed,
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        const stop = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const wake = (): void => {
          signal?.removeEventListener('abort', stop);
          resolve();
        };
        const sleeper = { until: elapsed + ms, wake };
        if (signal?.aborted) return stop();
        sleepers.add(sleeper);
        signal?.addEventListener('abort', stop, { once: true });
      }),
    advance(ms) {
      elapsed += ms;
      for (const sleeper of sleepers) {
        if (sleeper.until > elapsed) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}
