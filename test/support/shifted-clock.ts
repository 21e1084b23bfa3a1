/** The machine's clock, set forward by hand: what is stored now is old at once. */
import { type Clock, systemClock } from '../../src/core/clock.js';

/** A clock and the way to set it forward. */
export interface ShiftedClock extends Clock {
  advance(ms: number): void;
}

/** A clock that shows the right time at first. Sleeping takes as long as ever. */
export function shiftedClock(): ShiftedClock {
  let ahead = 0;
  return {
    now: () => new Date(systemClock.now().getTime() + ahead),
    monotonic: () => systemClock.monotonic() + ahead,
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    advance(ms) {
      ahead += ms;
    },
  };
}
