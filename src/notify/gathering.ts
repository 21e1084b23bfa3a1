/**
 * Gathers events into batches: while one is being written, those that come meanwhile become the next. What nobody waits for
 * waits a moment for more of its kind.
 */
import type { Clock } from '../core/clock.js';
import type { Notice } from './envelope.js';

/** Events on their way to a batch. */
export interface Gathering {
  /** Resolves when they are written. */
  keep(notices: readonly Notice[]): Promise<void>;
  /** Takes one that nobody waits for. It is written a moment later. */
  add(notice: Notice): void;
  /** So many are not being written yet. */
  count(): number;
  /** Writes what is left. */
  close(): Promise<void>;
}

/** Writes a batch. Must not reject. `volatile`: nobody waits for any of it. */
export type WriteBatch = (notices: Notice[], options: { readonly volatile: boolean }) => Promise<void>;

/** Events of one batch. What a process that is killed may have sent twice is no more than that. */
const MAX_BATCH = 200;
/** Events that nobody waits for gather for so long. */
const ADDED_EVERY_MS = 100;

interface Gathered {
  readonly notices: readonly Notice[];
  /** Undefined: nobody waits. */
  readonly kept: (() => void) | undefined;
}

/** Gathers for one writer, which is never called while it writes. */
export function createGathering(clock: Clock, write: WriteBatch): Gathering {
  let gathered: Gathered[] = [];
  let count = 0;
  let isFlushing = false;
  let flushed: Promise<void> = Promise.resolve();
  let delaying = false;
  const closing = new AbortController();

  const take = (): { notices: Notice[]; waiters: (() => void)[] } => {
    const notices: Notice[] = [];
    const waiters: (() => void)[] = [];
    let taken = 0;
    while (taken < gathered.length && notices.length < MAX_BATCH) {
      const one = gathered[taken++];
      notices.push(...(one?.notices ?? []));
      if (one?.kept) waiters.push(one.kept);
    }
    gathered = gathered.slice(taken);
    count -= notices.length;
    return { notices, waiters };
  };

  const flush = async (): Promise<void> => {
    while (gathered.length > 0) {
      const { notices, waiters } = take();
      await write(notices, { volatile: waiters.length === 0 });
      for (const kept of waiters) kept();
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
    count += notices.length;
  };

  const flushLater = async (): Promise<void> => {
    delaying = true;
    await clock.sleep(ADDED_EVERY_MS, closing.signal, { idle: true }).catch(() => undefined);
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
    add(notice) {
      gather([notice]);
      if (!isFlushing && !delaying) void flushLater();
    },
    count: () => count,
    async close() {
      closing.abort();
      startFlush();
      await flushed;
    },
  };
}
