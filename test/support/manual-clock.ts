/** Time that moves only when a test says so. */
import type { Clock } from '../../src/core/clock.js';

/** A clock and the hand that turns it. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

/** Starts at the machine's time of day unless told otherwise. Whoever sleeps is woken by `advance`. */
export function createManualClock(start = new Date()): ManualClock {
  let elapsed = 0;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => new Date(start.getTime() + elapsed),
    monotonic: () => elapsed,
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = { until: elapsed + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
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
