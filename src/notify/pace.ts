/** Lines that would come with each event are written once in a while, and then say how often. */
import type { Clock } from '../core/clock.js';

/** Counts what happened under a key. Returns how much, together with what was not told before, when it is time to tell; else undefined. */
export type Pace = (key: string, count?: number) => number | undefined;

/** Lets what happens under a key be told at once, and then once in so many milliseconds. */
export function createPace(clock: Clock, everyMs: number): Pace {
  const told = new Map<string, { at: number; untold: number }>();
  return (key, count = 1) => {
    const state = told.get(key) ?? { at: Number.NEGATIVE_INFINITY, untold: 0 };
    told.set(key, state);
    state.untold += count;
    if (clock.monotonic() - state.at < everyMs) return undefined;
    const { untold } = state;
    state.at = clock.monotonic();
    state.untold = 0;
    return untold;
  };
}
