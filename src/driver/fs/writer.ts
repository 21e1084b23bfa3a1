/**
 * Appending to a growing object. Bytes go to the file in batches, which are brought to the disk behind the writer while
 * more arrive, so that the last sync, at commit, is short.
 *
 * Of two writers on one object one loses. In one process the later one takes over: it waits for the batch under way, and
 * the earlier one's next batch fails with `conflict` (so a client whose connection hangs half-open can resume on another).
 * Between processes the file is opened for appending, so that bytes never overwrite bytes, and the path is looked at before
 * each batch and after it: another size or another file there means that somebody else was. A process that is stopped
 * between its look and its write, while the other one ends the upload, finds that out and cuts its bytes off again; while
 * the other one still writes, its bytes follow those, and no digest fits.
 *
 * A sync that fails has lost bytes, and the system says so once: the next sync succeeds without them. So the object is
 * removed then, and nobody can go on with it.
 */
import { constants } from 'node:fs';
import { Readable } from 'node:stream';
import { createKeyedLock, type Gate } from '../../core/gate.js';
import { throwIfAborted } from '../aborts.js';
import { DriverError, type DurabilityOptions, type ObjectWriter } from '../driver.js';
import { parentOf } from '../entry-path.js';
import { identityOf } from './durable.js';
import { faultOf } from './faults.js';
import { discard, dropBytes, factsIfAny, inFolder } from './files.js';
import { gatherPieces, gatherStream } from './gather.js';
import type { DurableParts } from './parts.js';
import type { Shares } from './share.js';
import type { FileFacts } from './system.js';
import { type Turn, takeOver } from './turns.js';

/** What writers need of the other parts. */
export interface WriterParts extends DurableParts {
  readonly shares: Shares;
  /** So many syncs behind writers at once: they must not take all threads from the other calls. */
  readonly rolling: Gate;
}

/** Bytes after which a sync behind the writer begins. */
const SYNC_EVERY = 8 << 20;
/** Bytes that may be ahead of it. */
const SYNC_BEHIND = 64 << 20;

const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens writers; see `StorageDriver.append`. */
export function createAppend(parts: WriterParts) {
  const { system, places } = parts;
  const turns = new Map<string, Turn>();
  const oneByOne = createKeyedLock();

  return async (path: string, at: number, signal: AbortSignal | undefined): Promise<ObjectWriter> => {
    const file = places.onDisk(path);
    const flags = at === 0 ? APPENDING | constants.O_CREAT : APPENDING;
    const open = (): Promise<number> => system.open(file, flags);
    const fd = await (at === 0 ? inFolder(system, parentOf(file), open) : open());
    try {
      throwIfAborted(signal);
      return await oneByOne(path, async () => {
        const opened = await takeOver(turns.get(path), () => checkSize(fd, path, at));
        const turn: Turn = {
          superseded: false,
          busy: Promise.resolve(),
          contested: undefined,
        };
        turns.set(path, turn);
        const leave = (): void => {
          if (turns.get(path) === turn) turns.delete(path);
        };
        return createWriter(parts, path, fd, opened, turn, leave);
      });
    } catch (error) {
      await system.close(fd);
      throw error;
    }
  };

  async function checkSize(fd: number, path: string, at: number): Promise<FileFacts> {
    const facts = await system.facts(fd);
    if (facts.kind !== 'file') throw new DriverError('condition-failed', 'append', path);
    if (facts.size !== at)
      throw new DriverError('conflict', 'append', path, new Error(`${facts.size} bytes are there, not ${at}`));
    return facts;
  }
}

function createWriter(
  parts: WriterParts,
  path: string,
  fd: number,
  opened: FileFacts,
  turn: Turn,
  leave: () => void,
): ObjectWriter {
  const { system, places, durable, folders, shares, rolling } = parts;
  const file = places.onDisk(path);
  let size = opened.size;
  let unsynced = 0;
  let behind: Promise<void> | undefined;
  let syncFailure: { error: unknown } | undefined;
  let closing: Promise<void> | undefined;
  let isSynced = false;

  /** Our file at the path; undefined when another one is, or none. */
  async function findOurs(): Promise<FileFacts | undefined> {
    const facts = await factsIfAny(system, file);
    return facts?.inode === opened.inode && facts.bornMs === opened.bornMs ? facts : undefined;
  }

  /** The path leads to our file, and it holds our bytes and no others. */
  async function checkOurs(): Promise<FileFacts> {
    if (closing) throw new DriverError('failed', 'append', path, new Error('the writer has ended'));
    if (syncFailure) throw syncFailure.error;
    const facts = await findOurs();
    if (turn.superseded || facts?.size !== size) throw new DriverError('conflict', 'append', path);
    return facts;
  }

  /** Runs what brings bytes to the disk. */
  async function flushing(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      syncFailure ??= { error };
      if (await findOurs()) await discard(system, file);
      throw error;
    }
  }

  const sync = (): Promise<void> => flushing(() => system.datasync(fd));

  /**
   * Another process has ended the upload between our look and our write: what the path led to is a blob by now, and the
   * bytes at its end are not its own. Nobody else writes to it any more.
   */
  async function takeBack(written: number): Promise<void> {
    const facts = await system.facts(fd);
    await system.truncate(fd, facts.size - written);
    await system.datasync(fd);
    throw new DriverError('conflict', 'append', path);
  }

  async function store(pieces: readonly Uint8Array[]): Promise<void> {
    await checkOurs();
    const before = size;
    for (let rest = pieces; rest.length > 0; ) {
      const written = await system.write(fd, rest, size);
      if (written === 0) throw new Error('the file system takes no more bytes');
      size += written;
      unsynced += written;
      rest = dropBytes(rest, written);
    }
    if (!(await findOurs())) await takeBack(size - before);
    if (unsynced >= SYNC_BEHIND) await behind;
    if (unsynced >= SYNC_EVERY && behind === undefined) syncBehind();
  }

  function syncBehind(): void {
    unsynced = 0;
    const done = (): void => {
      behind = undefined;
    };
    behind = rolling(sync).then(done, done);
  }

  /**
   * Runs a step during which nobody takes over and the descriptor stays open. It waits for a take-over that is being
   * decided before it begins, and never within: the decision may be waiting for this very step.
   */
  function busily<T>(step: () => Promise<T>): Promise<T> {
    const run = (turn.contested ?? Promise.resolve()).then(step);
    turn.busy = Promise.allSettled([turn.busy, run]).then(() => undefined);
    return run;
  }

  async function write(source: AsyncIterable<Uint8Array>, options: Parameters<ObjectWriter['write']>[1] = {}): Promise<number> {
    const before = size;
    throwIfAborted(options.signal);
    const step = (run: () => Promise<unknown>): Promise<unknown> => told('append', busily(run));
    await step(checkOurs);
    const gathering = {
      ...options,
      batch: shares.batch,
      store: async (pieces: readonly Uint8Array[]) => void (await step(() => store(pieces))),
    };
    await shares.during(() => (source instanceof Readable ? gatherStream(source, gathering) : gatherPieces(source, gathering)));
    await step(checkOurs);
    return size - before;
  }

  async function commit(options: DurabilityOptions): Promise<void> {
    await checkOurs();
    await behind;
    await sync();
    isSynced = true;
    const facts = await checkOurs();
    if (options.volatile) return durable.noteBytes(path, identityOf(facts));
    await folders.secure(parentOf(path));
    durable.note(path, identityOf(facts));
  }

  async function end(): Promise<void> {
    await turn.busy;
    await behind;
    leave();
    // Some file systems tell of lost bytes only here; once all is synced, there are none to lose.
    await (isSynced ? system.close(fd).catch(() => undefined) : flushing(() => system.close(fd)));
  }

  function close(): Promise<void> {
    closing ??= told('close', end());
    return closing;
  }

  /** Errors of the system are told as the driver's; those of the source and of `tap` pass as they are. */
  const told = async <T>(operation: string, step: Promise<T>): Promise<T> => {
    try {
      return await step;
    } catch (error) {
      throw faultOf(error, operation, path, 'writing');
    }
  };

  return {
    get size() {
      return size;
    },
    write,
    async commit(options = {}) {
      await told(
        'commit',
        busily(() => commit(options)),
      );
      await close();
    },
    close,
  };
}
