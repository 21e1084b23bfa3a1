/**
 * Where events wait to be sent: a folder for each process and endpoint, so that several on one store do not get in one another's
 * way. What a process leaves behind another one moves into its own folder, object by object: of two that try, one has it.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.js';
import { collectPages } from '../core/pages.js';
import type { StoragePath } from '../core/storage-path.js';
import { DriverError, type Entry, type StorageDriver } from '../driver/driver.js';
import { entryName } from '../paths/entry-name.js';
import { pathFor } from '../paths/path-for.js';
import { undefinedIfMissing } from './links.js';

/** The batches of one endpoint that one process sends. Their names sort by time, and tell how many events are in one. */
export interface OutboxStore {
  /** Keeps a batch of so many events. Unless `volatile`, it survives a power cut from then on. */
  add(bytes: Buffer, count: number, options: { readonly volatile: boolean }): Promise<string>;
  /** The batch; undefined when it is not there any more. */
  read(name: string): Promise<Buffer | undefined>;
  /** Removes batches; missing ones are fine. */
  remove(names: readonly string[]): Promise<void>;
  /** Keeps what is left of a batch among the dead letters, at the place in their order that it had. Returns how many events of older ones were removed to make room. */
  bury(bytes: Buffer, count: number, name: string | undefined): Promise<number>;
  /** Moves what processes have left that are gone into one's own folder, and names it in order. When the signal fires, the rest stays. */
  takeOver(signal?: AbortSignal): Promise<readonly string[]>;
  /** So many events are in the batch of that name. */
  countOf(name: string): number;
  /** When its events were asked to be sent again; undefined when they were not. */
  againSince(name: string): number | undefined;
  /** Removes the folder, if nothing waits in it. */
  close(): Promise<void>;
}

/** Whose outbox. */
export interface OutboxStoreOptions {
  readonly endpoint: string;
  /** The name of the process, as others see it. */
  worker(): string;
  /** The names of the other processes that are at work. */
  others(): Promise<ReadonlySet<string>>;
  /** So many events are kept as dead letters. */
  readonly maxDead: number;
  readonly clock: Clock;
}

/** The outbox of an endpoint and a process. Asks nothing of the driver yet. */
export function createOutboxStore(driver: StorageDriver, options: OutboxStoreOptions): OutboxStore {
  const { worker, others, maxDead, clock } = options;
  const endpoint = endpointFolder(options.endpoint);
  const pathOf = (name: string): StoragePath => pathFor('outboxBatch', { endpoint, worker: worker(), entry: name });
  let latest = 0;
  /** As far as this process knows, since it has last looked. */
  let knownDead = Number.POSITIVE_INFINITY;

  /** The clock may be set back; what comes later sorts later all the same. */
  const nameFor = (count: number): string => {
    latest = Math.max(latest, clock.now().getTime());
    return `${entryName(new Date(latest))}.${count}`;
  };

  const move = async (from: string, name: string): Promise<boolean> => {
    try {
      await driver.move(pathFor('outboxBatch', { endpoint, worker: from, entry: name }), pathOf(name), { mayReturn: true });
      return true;
    } catch (error) {
      // Sent, or somebody else has it.
      if (error instanceof DriverError && error.fault === 'not-found') return false;
      throw error;
    }
  };

  const makeRoom = async (): Promise<number> => {
    // Those that come while it looks are counted, maybe twice.
    knownDead = 0;
    try {
      const letters = await deadLettersOf(driver, endpoint);
      let count = letters.reduce((sum, one) => sum + one.count, 0);
      let removed = 0;
      // A tenth more than must be: the list is long, and not to be looked through for each event.
      const most = count > maxDead ? maxDead - Math.floor(maxDead / 10) : maxDead;
      for (const letter of letters.slice(0, -1)) {
        if (count <= most) break;
        await driver.remove([pathFor('deadLetter', { endpoint, entry: letter.name })]);
        count -= letter.count;
        removed += letter.count;
      }
      knownDead += Math.min(count, maxDead);
      return removed;
    } catch (error) {
      knownDead = Number.POSITIVE_INFINITY;
      throw error;
    }
  };

  return {
    async add(bytes, count, { volatile }) {
      const name = nameFor(count);
      await driver.put(pathOf(name), bytes, volatile ? { volatile } : {});
      return name;
    },

    read: (name) => driver.read(pathOf(name)).catch(undefinedIfMissing),

    remove: (names) => driver.remove(names.map(pathOf)),

    async bury(bytes, count, name) {
      const entry = name === undefined ? nameFor(count) : name.replace(/\.[^.]*$/, `.${count}`);
      await driver.put(pathFor('deadLetter', { endpoint, entry }), bytes);
      knownDead += count;
      let removed = 0;
      while (knownDead > maxDead) removed += await makeRoom();
      return removed;
    },

    async takeOver(signal) {
      const folders = (await entriesOf(driver, 'endpointOutbox', { endpoint })).filter(
        (entry) => entry.folder && entry.name !== worker(),
      );
      if (folders.length === 0) return [];
      // After the folders: who has come meanwhile is seen to be at work.
      const working = await others();
      const taken: string[] = [];
      for (const { name: left } of folders) {
        if (working.has(left)) continue;
        const batches = (await entriesOf(driver, 'workerOutbox', { endpoint, worker: left })).filter(isBatch);
        for (const { name } of batches) {
          if (signal?.aborted) return taken.sort();
          if (await move(left, name)) taken.push(name);
        }
        await driver.removeFolder(pathFor('workerOutbox', { endpoint, worker: left }));
      }
      return taken.sort();
    },

    countOf: countIn,

    againSince(name) {
      const since = AGAIN.exec(name)?.[1];
      return since === undefined ? undefined : Number(since);
    },

    async close() {
      await driver.removeFolder(pathFor('workerOutbox', { endpoint, worker: worker() }));
      await driver.removeFolder(pathFor('endpointOutbox', { endpoint }));
      await driver.removeFolder(pathFor('outboxes', {}));
    },
  };
}

/** What stands in the name of a batch that is sent again. */
const AGAIN = /_([0-9]+)(?=\.[0-9]+$)/;

/** How a batch is called that is sent again: it keeps its place in the order, and waits anew from then on. */
export function nameAgain(name: string, now: Date): string {
  return name.replace(AGAIN, '').replace(/(?=\.[0-9]+$)/, `_${now.getTime()}`);
}

/** How the folders of an endpoint are called: by its name as far as that fits a path, and by a sum that tells names apart. */
export function endpointFolder(name: string): string {
  const sum = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const readable = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[._-]+/, '');
  return `${readable.slice(0, 64) || 'endpoint'}-${sum}`;
}

/** The dead letters of an endpoint's folder, oldest first. */
export async function deadLettersOf(
  driver: StorageDriver,
  endpoint: string,
): Promise<readonly { readonly name: string; readonly count: number }[]> {
  const entries = await entriesOf(driver, 'endpointDeadLetters', { endpoint });
  return entries.filter(isBatch).map(({ name }) => ({ name, count: countIn(name) }));
}

/** Others may have laid something there, whose name says nothing of events. */
export function isBatch({ name, folder }: Entry): boolean {
  return !folder && /^[0-9T.]+Z-[0-9a-f]+(?:_[0-9]+)?\.[0-9]+$/.test(name);
}

/** What the name of a batch says; 1 where it says nothing. */
export function countIn(name: string): number {
  const count = Number(name.slice(name.lastIndexOf('.') + 1));
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

type Folders = {
  readonly outboxes: Readonly<Record<string, never>>;
  readonly deadLetters: Readonly<Record<string, never>>;
  readonly endpointOutbox: { readonly endpoint: string };
  readonly endpointDeadLetters: { readonly endpoint: string };
  readonly workerOutbox: { readonly endpoint: string; readonly worker: string };
};

/** The entries of a folder of events, in order; none when it is missing. */
export function entriesOf<K extends keyof Folders>(driver: StorageDriver, kind: K, values: Folders[K]): Promise<Entry[]> {
  return collectPages(driver.list(pathFor(kind, values as never)));
}
