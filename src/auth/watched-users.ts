/**
 * The users of an htpasswd file, as it is now: whoever asks for them looks at the file first, once a second at most. What
 * cannot be read, or is no such file, leaves the users that were there before.
 */
import { readFile } from 'node:fs/promises';
import { createFlights } from '../core/flights.js';
import type { AuthTools } from './auth.js';
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
}

const LOOK_EVERY_MS = 1_000;

/** The users of the file. Rejects when it cannot be read or is no htpasswd file. */
export async function openWatchedUsers<T>(path: string, { clock, log }: AuthTools): Promise<WatchedUsers<T>> {
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

  /** The content is compared, not its time: a file that is written twice within a tick of the clock has changed too. */
  const look = async (): Promise<void> => {
    try {
      const now = await readText(path);
      if (now !== text) {
        users = usersOf(now);
        text = now;
        log.info('the htpasswd file was read again', { path, users: users.hashes.size });
      }
      trouble = undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // Once, not once a second.
      if (why !== trouble) log.warn(`the htpasswd file cannot be used, so its users are those of before: ${why}`, { path });
      trouble = why;
    }
    lookedAt = clock.monotonic();
  };

  return {
    current: () => users,
    isDue: () => clock.monotonic() - lookedAt >= LOOK_EVERY_MS,
    look: () => flights.run('look', look),
  };
}

/** As latin1: one character for each byte. */
async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Error(isMissing ? `there is no file ${path}; htpasswd -B -c makes one` : `${path} cannot be read`, {
      cause: error,
    });
  }
}
