/**
 * The users of an htpasswd file, as it is now: whoever asks for them looks at the file first, once a second at most. What
 * cannot be read, is no such file or is empty leaves the users that were there before: `htpasswd` itself empties the file and
 * fills it again, and who looks in between must neither lock everybody out nor take half of it for all.
 */
import { readFile } from 'node:fs/promises';
import { systemClock } from '../core/clock.js';
import { createFlights } from '../core/flights.js';
import type { AuthTools, Reread } from './auth.js';
import { costOf, parseHtpasswd } from './htpasswd-file.js';
import { createRecentLogins, type RecentLogins } from './recent-logins.js';

/** What holds until the file changes. Logins go with the users by whose hashes they were good. */
interface Users<T> {
  readonly hashes: ReadonlyMap<string, string>;
  /** One for each user. */
  readonly costs: readonly string[];
  readonly logins: RecentLogins<T>;
}

/** Users, and the file behind them. */
export interface WatchedUsers<T> {
  current(): Users<T>;
  /** True when the file has not been looked at for a second. */
  isDue(): boolean;
  /** Looks at the file. Never rejects; those who look at the same time wait for one look. */
  look(): Promise<void>;
  /** As `AuthMethod.reread`. */
  reread(): Promise<Reread>;
}

const LOOK_EVERY_MS = 1_000;
/** What has changed counts when it has stayed as it is for so long: whoever writes it may be in the middle. */
const SETTLED_MS = 50;
/** Looks at what does not come to rest, until the next time. */
const MAX_LOOKS = 20;

/** Whoever writes the file goes by the machine's clock, whatever that of logins is. */
const waitUntilSettled = (): Promise<void> => systemClock.sleep(SETTLED_MS);

/**
 * The users of the file. Rejects when it cannot be read or is no htpasswd file. `settled` resolves when somebody who is in the
 * middle of writing it should be done.
 */
export async function openWatchedUsers<T>(
  path: string,
  { clock, log }: AuthTools,
  settled = waitUntilSettled,
): Promise<WatchedUsers<T>> {
  const flights = createFlights<void>();
  let text = await readText(path);
  let users = usersOf(text);
  let trouble: string | undefined;
  let lookedAt = clock.monotonic();

  function usersOf(content: string): Users<T> {
    const { hashes, faults } = parseHtpasswd(content);
    for (const { line, what } of faults) log.warn(`the htpasswd file, line ${line}: ${what}`, { path });
    if (hashes.size === 0) log.warn('the htpasswd file has no users: nobody can log in', { path });
    return { hashes, costs: [...hashes.values()].map(costOf), logins: createRecentLogins<T>(() => clock.monotonic()) };
  }

  /**
   * The content is compared, not its time: a file that is written twice within a tick of the clock has changed too. Throws for
   * what cannot be used; undefined when it is what it was.
   */
  const readChanged = async (): Promise<string | undefined> => {
    let now = await readText(path);
    for (let looks = 0; now !== text; looks++) {
      if (looks === MAX_LOOKS) throw new Error('somebody is writing to it');
      await settled();
      const then = await readText(path);
      if (then === now) {
        if (now.trim() === '') throw new Error('it is empty; to let nobody in, write a line that begins with #');
        return now;
      }
      now = then;
    }
    return undefined;
  };

  const take = (now: string, next: Users<T>): void => {
    [text, users] = [now, next];
    log.info('the htpasswd file was read again', { path, users: users.hashes.size });
  };

  const look = async (): Promise<void> => {
    try {
      const now = await readChanged();
      if (now !== undefined) take(now, usersOf(now));
      trouble = undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // Once, not once a second.
      if (why !== trouble) log.warn(`the htpasswd file cannot be used, so its users are those of before: ${why}`, { path });
      trouble = why;
    }
    lookedAt = clock.monotonic();
  };

  const reread = async (): Promise<Reread> => {
    try {
      const now = await readChanged();
      if (now === undefined) return { changed: [], apply: () => undefined };
      const next = usersOf(now);
      return {
        changed: ['path'],
        apply() {
          // Somebody who logs in may have looked meanwhile.
          if (now !== text) take(now, next);
        },
      };
    } catch (error) {
      throw new Error(`the htpasswd file: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };

  return {
    current: () => users,
    isDue: () => clock.monotonic() - lookedAt >= LOOK_EVERY_MS,
    look: () => flights.run('look', look),
    reread,
  };
}

/** As latin1: one character for each byte. */
async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // Debian's docker-registry comes with a configuration that names a folder, and lets nobody in.
    const why = code === 'EISDIR' ? `${path} is a folder; a file of users is wanted` : `${path} cannot be read`;
    throw new Error(code === 'ENOENT' ? `there is no file ${path}; htpasswd -B -c makes one` : why, { cause: error });
  }
}
