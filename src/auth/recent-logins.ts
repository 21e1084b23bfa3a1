/**
 * Who was found good a moment ago. What they showed is kept as a keyed hash alone, by a key that this process has made and
 * nobody else has, so that the memory of the process, or a dump of it, gives no password and no token.
 */
import { createHmac, randomBytes } from 'node:crypto';

/** A memory of principals, or of anything, by what was shown. */
export interface RecentLogins<T> {
  /** What was remembered, until its time is over. */
  recall(shown: string): T | undefined;
  /** Remembers until the time, of the same clock that `now` reads. */
  remember(shown: string, value: T, until: number): void;
  /** What stands for the secret inside the process; not to be shown to anybody either. */
  mark(shown: string): string;
}

/** More than this many are not remembered: the oldest goes first. */
const MOST = 2_000;

/** An empty memory with a key of its own. */
export function createRecentLogins<T>(now: () => number): RecentLogins<T> {
  const key = randomBytes(32);
  const known = new Map<string, { readonly value: T; readonly until: number }>();
  const mark = (shown: string): string => createHmac('sha256', key).update(shown, 'latin1').digest('base64');
  return {
    recall(shown) {
      if (known.size === 0) return undefined;
      const mine = mark(shown);
      const found = known.get(mine);
      if (found === undefined) return undefined;
      if (now() < found.until) return found.value;
      known.delete(mine);
      return undefined;
    },
    remember(shown, value, until) {
      const mine = mark(shown);
      known.delete(mine);
      known.set(mine, { value, until });
      for (const oldest of known.keys()) {
        if (known.size <= MOST) break;
        known.delete(oldest);
      }
    },
    mark,
  };
}
