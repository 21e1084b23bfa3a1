/**
 * Who is at work on the store: servers and tasks, and migrations of its layout, which must not meet those. Each writes a document that it
 * renews, and then looks at those of others: of two that come at once, at least one sees the other. A document of somebody
 * who was killed grows old, and then says nothing.
 */
import type { Clock } from '../core/clock.js';
import { isAbort } from '../core/errors.js';
import type { StoragePath } from '../core/storage-path.js';
import type { StorageDriver } from '../driver/driver.js';
import { entryName } from '../paths/entry-name.js';
import { pathFor } from '../paths/path-for.js';
import { undefinedIfMissing } from './links.js';

/** What somebody does with the store. */
export type Role = (typeof ROLES)[number];

const ROLES = ['server', 'task', 'migration'] as const;

/** Which process of which machine. */
export interface Holder {
  readonly host: string;
  readonly process: string;
}

/** Somebody who is at work. */
export interface Present extends Holder {
  readonly role: Role;
  readonly since: Date;
  readonly heartbeat: Date;
  readonly path: StoragePath;
  /** The name of the document, which is like no other. */
  readonly document: string;
}

/** A document that is being renewed. */
export interface Announced {
  /** The name of the document. */
  readonly document: string;
  /** Takes it away. Never rejects; safe to repeat. */
  end(): Promise<void>;
}

/** Who is at work on one store. */
export interface Presences {
  /** All whose document is not old, other than who asks. Changes nothing. */
  list(): Promise<readonly Present[]>;
  /** Says that somebody is at work, from now until its end. Rejects when the store does not take the document. */
  announce(role: Role): Promise<Announced>;
}

/** What is needed besides the store. */
export interface PresenceOptions {
  readonly clock: Clock;
  readonly self: Holder;
  /** True when that process is known to have ended. */
  isGone(holder: Holder): boolean;
}

/** How often a document is renewed, in milliseconds. */
const RENEW_MS = 30_000;
/** How old a heartbeat is when its process counts as dead: three were missed, and there is time for a slow one. */
const STALE_MS = 120_000;

/** The presences of a driver's store. */
export function createPresences(driver: StorageDriver, { clock, self, isGone }: PresenceOptions): Presences {
  const own = new Set<string>();

  /** A heartbeat of the future is another machine's clock: it counts, for whoever wrote it may be alive. */
  const isFresh = (present: Present): boolean =>
    clock.now().getTime() - present.heartbeat.getTime() < STALE_MS && !isGone(present);

  const read = async (): Promise<readonly { path: StoragePath; present: Present | undefined }[]> => {
    const found = [];
    for await (const page of driver.list(pathFor('presences', {}))) {
      for (const { path, name } of page) {
        if (own.has(path)) continue;
        const bytes = await driver.read(path).catch(undefinedIfMissing);
        if (bytes) found.push({ path, present: parse({ path, document: name }, bytes) });
      }
    }
    return found;
  };

  /** What the dead have left is taken away by the next one. */
  const removeDead = async (): Promise<void> => {
    for (const { path, present } of await read()) {
      if (present === undefined || !isFresh(present)) await driver.remove([path]);
    }
  };

  return {
    async list() {
      return (await read()).flatMap(({ present }) => (present && isFresh(present) ? [present] : []));
    },

    async announce(role) {
      const since = clock.now();
      const document = entryName(since);
      const path = pathFor('presence', { document });
      const write = (): Promise<void> => {
        const facts = { role, ...self, since: since.toISOString(), heartbeat: clock.now().toISOString() };
        return driver.put(path, Buffer.from(JSON.stringify(facts)), { volatile: true });
      };
      own.add(path);
      await write();
      // Whoever comes next may do it as well: who is at work now needs nothing of the dead.
      await removeDead().catch(() => undefined);
      const stopping = new AbortController();
      const renewing = renew(clock, write, stopping.signal);
      return {
        document,
        async end() {
          stopping.abort();
          await renewing;
          try {
            await driver.remove([path]);
            await driver.removeFolder(pathFor('presences', {}));
          } catch {
            // It grows old by itself.
          }
        },
      };
    },
  };
}

/** Renews until the signal fires. A store that is away for a while misses some heartbeats, and no more. */
async function renew(clock: Clock, write: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(RENEW_MS, signal);
      await write();
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
    }
  }
}

function parse(where: Pick<Present, 'path' | 'document'>, bytes: Buffer): Present | undefined {
  try {
    const { role, host, process, since, heartbeat } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    if (!isRole(role)) return undefined;
    const times = [new Date(String(since)), new Date(String(heartbeat))] as const;
    if (times.some((time) => Number.isNaN(time.getTime()))) return undefined;
    return { role, host: String(host), process: String(process), since: times[0], heartbeat: times[1], ...where };
  } catch {
    return undefined;
  }
}

function isRole(text: unknown): text is Role {
  return ROLES.some((role) => role === text);
}
