/**
 * What one endpoint is still to be told. Events wait in batches, and a batch is a small object of the store. It is removed when
 * all of it has been sent, so a process that is killed leaves what it has not sent, and of one batch maybe what it has.
 */
import type { Clock } from '../core/clock.js';
import { type Batch, merged } from './batch.js';
import { type Notice, readNotices, writeNotices } from './envelope.js';
import { createGathering, type WriteBatch } from './gathering.js';
import type { Queue } from './queue.js';

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
  takeOver(signal?: AbortSignal): Promise<void>;
  /** The oldest event whose repository is not held. Must be finished or released before the next is asked for. */
  next(isHeld: (repository: string) => boolean): Promise<Notice | undefined>;
  /** It has been sent. */
  finish(notice: Notice): void;
  /** It has not. */
  release(): void;
  /** Calls back when there may be something new to send. */
  onChange(listener: () => void): void;
  /** Writes what is gathered, and removes what is sent. */
  close(): Promise<void>;
}

/** Events kept in memory besides the store, to be sent without being read again. */
const MAX_LOADED = 1000;
/** Of events whose repositories are held, so many are kept in memory, so that what comes after them can go on. */
const MAX_HELD = 20_000;
/** Those that nobody waits for get this part of the room: what has changed matters more than what was read. */
const OFFERED_SHARE = 0.1;

/** An outbox over a queue. */
export function createOutbox({ queue, clock, observer, maxEvents, maxAgeMs }: OutboxOptions): Outbox {
  let pending: Batch[] = [];
  let count = 0;
  let loaded = 0;
  let busy: Batch | undefined;
  let changed = (): void => undefined;

  let sent: string[] = [];
  let isRemoving = false;
  let removed: Promise<void> = Promise.resolve();
  let buried: Promise<void> = Promise.resolve();

  const counted = (change: number): void => {
    count += change;
    observer.pending(count + gathering.count());
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

  const giveUp = (batch: Batch, why: BuriedFor): Promise<void> => {
    forget(batch);
    // One after the other: there may be very many.
    buried = buried.then(() => bury(batch, why));
    return buried;
  };

  const since = ({ name, left }: Batch): number =>
    (name === undefined ? undefined : queue.againSince(name)) ?? Date.parse(left?.[0]?.timestamp ?? '');

  const makeRoom = (): void => {
    for (const batch of [...pending]) {
      if (count <= maxEvents) return;
      if (batch !== busy) void giveUp(batch, 'overflow');
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

  const write: WriteBatch = async (notices, { volatile }) => {
    const name = await queue.add(writeNotices(notices), notices.length, { volatile }).catch((error: unknown) => {
      observer.trouble('events are kept in memory alone: they are lost when the process ends before they are sent', error);
      return undefined;
    });
    const stays = name === undefined || loaded + notices.length <= MAX_LOADED;
    pending.push({ name, left: stays ? notices : undefined, count: notices.length });
    if (stays) loaded += notices.length;
    counted(notices.length);
    makeRoom();
    changed();
  };
  const gathering = createGathering(clock, write);

  return {
    keep: (notices) => gathering.keep(notices),

    offer(notice) {
      if (count + gathering.count() >= maxEvents * OFFERED_SHARE) return false;
      gathering.add(notice);
      return true;
    },

    async takeOver(signal) {
      const names = await queue.takeOver(signal);
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
        let old: Batch | undefined;
        let heldBack = 0;
        const oldest = clock.now().getTime() - maxAgeMs;
        for (const batch of [...pending]) {
          if (batch.left === undefined) {
            unread = batch;
            break;
          }
          if (since(batch) < oldest) {
            old = batch;
            break;
          }
          const notice = batch.left.find(({ target }) => !isHeld(target.repository));
          if (notice === undefined) {
            heldBack += batch.left.length;
            continue;
          }
          busy = batch;
          return notice;
        }
        if (old !== undefined) {
          // What is read of those that wait for their burial stays in memory until then.
          await giveUp(old, 'age');
          continue;
        }
        // Of what is in memory, only what cannot be sent now may stop the reading: what comes later waits for this.
        if (unread === undefined || heldBack > MAX_HELD) return undefined;
        await load(unread);
      }
    },

    finish(notice) {
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
      await gathering.close();
      await buried;
      await removed;
      await queue.close();
    },
  };
}
