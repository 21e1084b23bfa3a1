/**
 * What one endpoint is still to be told. Events are gathered into batches, and a batch is a small object of the store: while one is
 * being written, those that come meanwhile become the next. A batch is removed when all of it has been sent, so a process that is
 * killed leaves what it has not sent, and of one batch maybe what it has.
 */
import type { Clock } from '../core/clock.js';
import { type Notice, readNotices, writeNotices } from './envelope.js';
import type { Queue } from './queue.js';

/** A batch of the queue. */
interface Batch {
  /** Undefined when the store did not take it: then it is kept in memory alone. */
  readonly name: string | undefined;
  /** What is not sent yet; undefined while it is only in the store. */
  left: Notice[] | undefined;
  /** So many are left. */
  count: number;
}

/** The next event to be sent. */
export interface Waiting {
  readonly notice: Notice;
  readonly batch: unknown;
}

/** Why events were given up. */
export type BuriedFor = 'overflow' | 'age';

/** Is told what becomes of events. Never throws. */
export interface OutboxObserver {
  pending(count: number): void;
  buried(count: number, why: BuriedFor, removed: number): void;
  /** The store did not do something; `what` says what that means. */
  trouble(what: string, error: unknown): void;
}

/** What an outbox needs. */
export interface OutboxOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly observer: OutboxObserver;
  /** As many events wait at most; of more the oldest are buried. */
  readonly maxEvents: number;
  /** What has waited for longer is buried. */
  readonly maxAgeMs: number;
}

/** The events of one endpoint. */
export interface Outbox {
  /** Resolves when they are in the store, or, where that does not take them, in memory. Never rejects. */
  keep(notices: readonly Notice[]): Promise<void>;
  /** Takes one that nobody waits for, if there is room. It is in the store a moment later. */
  offer(notice: Notice): boolean;
  /** Makes what is left behind by processes that are gone one's own. Rejects when the store does not answer. */
  takeOver(): Promise<void>;
  /** The oldest event whose repository is not held. Must be finished or released before the next is asked for. */
  next(isHeld: (repository: string) => boolean): Promise<Waiting | undefined>;
  /** It has been sent. */
  finish(waiting: Waiting): void;
  /** It has not. */
  release(): void;
  /** Calls back when there may be something new to send. */
  onChange(listener: () => void): void;
  /** Writes what is gathered, and removes what is sent. */
  close(): Promise<void>;
}

/** Events of one batch. What a process that is killed may have sent twice is no more than that. */
const MAX_BATCH = 200;
/** Events kept in memory besides the store, to be sent without being read again. */
const MAX_LOADED = 1000;
/** Events that nobody waits for gather for so long. */
const OFFERED_EVERY_MS = 100;
/** They get this part of the room: what has changed matters more than what was read. */
const OFFERED_SHARE = 0.1;

interface Gathered {
  readonly notices: readonly Notice[];
  /** Undefined: nobody waits. */
  readonly kept: (() => void) | undefined;
}

/** An outbox over a queue. */
export function createOutbox({ queue, clock, observer, maxEvents, maxAgeMs }: OutboxOptions): Outbox {
  let pending: Batch[] = [];
  let count = 0;
  let loaded = 0;
  let busy: Batch | undefined;
  let changed = (): void => undefined;

  let gathered: Gathered[] = [];
  let gatheredCount = 0;
  let isFlushing = false;
  let flushed: Promise<void> = Promise.resolve();
  let delaying = false;
  const closing = new AbortController();

  let sent: string[] = [];
  let isRemoving = false;
  let removed: Promise<void> = Promise.resolve();
  const burials = new Set<Promise<void>>();

  const counted = (change: number): void => {
    count += change;
    observer.pending(count + gatheredCount);
  };

  const forget = (batch: Batch): void => {
    const at = pending.indexOf(batch);
    if (at < 0) return;
    pending.splice(at, 1);
    loaded -= batch.left?.length ?? 0;
    counted(-batch.count);
  };

  const removeSent = async (): Promise<void> => {
    while (sent.length > 0) {
      const names = sent;
      sent = [];
      await queue.remove(names).catch((error: unknown) => observer.trouble('events that were sent may be sent again', error));
    }
    isRemoving = false;
  };

  const removeLater = (name: string | undefined): void => {
    if (name === undefined) return;
    sent.push(name);
    if (isRemoving) return;
    isRemoving = true;
    removed = removeSent();
  };

  const bury = async (batch: Batch, why: BuriedFor): Promise<void> => {
    try {
      const left = batch.left ?? (await readBatch(batch));
      if (left === undefined) return;
      const madeRoom = await queue.bury(writeNotices(left), left.length, batch.name);
      observer.buried(left.length, why, madeRoom);
      removeLater(batch.name);
    } catch (error) {
      // It stays where it is, for the next start.
      observer.trouble('events that cannot be sent could not be set aside', error);
    }
  };

  const giveUp = (batch: Batch, why: BuriedFor): void => {
    forget(batch);
    const burial = bury(batch, why).then(() => void burials.delete(burial));
    burials.add(burial);
  };

  const makeRoom = (): void => {
    for (const batch of [...pending]) {
      if (count <= maxEvents) return;
      if (batch !== busy) giveUp(batch, 'overflow');
    }
  };

  const readBatch = async (batch: Batch): Promise<Notice[] | undefined> => {
    const bytes = batch.name === undefined ? undefined : await queue.read(batch.name);
    return bytes && [...readNotices(bytes)];
  };

  const load = async (batch: Batch): Promise<void> => {
    const left = await readBatch(batch);
    if (!pending.includes(batch)) return;
    // Somebody else has made it theirs, or nothing in it can be read.
    if (left === undefined || left.length === 0) return forget(batch);
    counted(left.length - batch.count);
    batch.left = left;
    batch.count = left.length;
    loaded += left.length;
  };

  const takeGathered = (): { notices: Notice[]; waiters: (() => void)[] } => {
    const notices: Notice[] = [];
    const waiters: (() => void)[] = [];
    let taken = 0;
    while (taken < gathered.length && notices.length < MAX_BATCH) {
      const one = gathered[taken++];
      notices.push(...(one?.notices ?? []));
      if (one?.kept) waiters.push(one.kept);
    }
    gathered = gathered.slice(taken);
    gatheredCount -= notices.length;
    return { notices, waiters };
  };

  const flush = async (): Promise<void> => {
    while (gathered.length > 0) {
      const { notices, waiters } = takeGathered();
      const volatile = waiters.length === 0;
      const name = await queue.add(writeNotices(notices), notices.length, { volatile }).catch((error: unknown) => {
        observer.trouble('events are kept in memory alone: they are lost when the process ends before they are sent', error);
        return undefined;
      });
      const stays = name === undefined || loaded + notices.length <= MAX_LOADED;
      pending.push({ name, left: stays ? notices : undefined, count: notices.length });
      if (stays) loaded += notices.length;
      counted(notices.length);
      makeRoom();
      for (const kept of waiters) kept();
      changed();
    }
    isFlushing = false;
  };

  const startFlush = (): void => {
    if (isFlushing || gathered.length === 0) return;
    isFlushing = true;
    flushed = flush();
  };

  const gather = (notices: readonly Notice[], kept?: () => void): void => {
    gathered.push({ notices, kept });
    gatheredCount += notices.length;
  };

  const flushLater = async (): Promise<void> => {
    delaying = true;
    await clock.sleep(OFFERED_EVERY_MS, closing.signal, { idle: true }).catch(() => undefined);
    delaying = false;
    startFlush();
  };

  return {
    keep(notices) {
      if (notices.length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        gather(notices, resolve);
        startFlush();
      });
    },

    offer(notice) {
      if (count + gatheredCount >= maxEvents * OFFERED_SHARE) return false;
      gather([notice]);
      if (!isFlushing && !delaying) void flushLater();
      return true;
    },

    async takeOver() {
      const names = await queue.takeOver();
      if (names.length === 0) return;
      const known = new Set(pending.map(({ name }) => name));
      const found = names
        .filter((name) => !known.has(name))
        .map((name) => ({ name, left: undefined, count: queue.countOf(name) }));
      pending = merged(found, pending);
      counted(found.reduce((sum, batch) => sum + batch.count, 0));
      makeRoom();
      changed();
    },

    async next(isHeld) {
      for (;;) {
        let unread: Batch | undefined;
        const oldest = clock.now().getTime() - maxAgeMs;
        for (const batch of [...pending]) {
          if (batch.left === undefined) {
            unread = batch;
            break;
          }
          const [first] = batch.left;
          if (first !== undefined && Date.parse(first.timestamp) < oldest) {
            giveUp(batch, 'age');
            continue;
          }
          const notice = batch.left.find(({ target }) => !isHeld(target.repository));
          if (notice === undefined) continue;
          busy = batch;
          return { notice, batch };
        }
        if (unread === undefined || loaded > MAX_LOADED) return undefined;
        await load(unread);
      }
    },

    finish({ notice }) {
      const batch = busy;
      busy = undefined;
      const at = batch?.left?.indexOf(notice) ?? -1;
      if (batch?.left === undefined || at < 0) return;
      batch.left.splice(at, 1);
      batch.count--;
      loaded--;
      counted(-1);
      if (batch.count > 0) return;
      forget(batch);
      removeLater(batch.name);
    },

    release() {
      busy = undefined;
    },

    onChange(listener) {
      changed = listener;
    },

    async close() {
      closing.abort();
      startFlush();
      await flushed;
      await Promise.all(burials);
      await removed;
      await queue.close();
    },
  };
}

/** Both are in order; what has no name stays behind what it came after. */
function merged(found: readonly Batch[], pending: readonly Batch[]): Batch[] {
  const all: Batch[] = [];
  let at = 0;
  for (const batch of pending) {
    for (let one = found[at]; one !== undefined && isBefore(one, batch); one = found[++at]) all.push(one);
    all.push(batch);
  }
  return [...all, ...found.slice(at)];
}

function isBefore(one: Batch, other: Batch): boolean {
  return one.name !== undefined && other.name !== undefined && one.name < other.name;
}
