/**
 * Bytes at paths: the one interface that a folder and an object store both implement honestly. A driver knows nothing of
 * digests or repositories. What holds for all of them is said here and checked by `test/suites/driver.ts`.
 *
 * - Durable: when `put`, `move`, `copy`, `makeFolder`, `commit`, `remove`, `removeTree` and `settle` return, what they did survives
 *   a power cut, folder entries included.
 * - Atomic: an object is there whole or not at all; a reader that has opened it keeps reading what it opened.
 * - Folders: a path may be a folder or an object, not both. Object stores have no folders; `features.folders` says so.
 * - Errors: only `DriverError` and, when the signal fires, an `AbortError`.
 */
import type { ByteRange } from '../core/byte-range.js';
import type { ListOptions, Pages } from '../core/pages.js';
import type { StoragePath } from '../core/storage-path.js';

/** Why a driver could not do it. */
export type DriverFault =
  | 'not-found'
  /** An object is there although it must not be, or is not what it must be (`ifAbsent`, `ifMatch`), or a folder is in the way. */
  | 'condition-failed'
  /** The store is slow, away or out of handles: the same call may succeed later. */
  | 'unavailable'
  | 'no-space'
  /** The bytes stored are fewer or other than an append expected: another writer was there. */
  | 'conflict'
  | 'invalid-path'
  /** Anything else, such as an input/output error of the disk. */
  | 'failed';

/** What a driver throws; `path` and `operation` say where. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly fault: DriverFault;
  readonly operation: string;
  readonly path: string;

  constructor(fault: DriverFault, operation: string, path: string, cause?: unknown) {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    super(`${operation} ${path}: ${fault}${why}`, { cause });
    this.fault = fault;
    this.operation = operation;
    this.path = path;
  }
}

/** True when the error says that nothing is there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof DriverError && error.fault === 'not-found';
}

/** True when the error says that a condition did not hold. */
export function isConditionFailed(error: unknown): boolean {
  return error instanceof DriverError && error.fault === 'condition-failed';
}

/** What a driver can and cannot do; the store reads these, the suite checks them. */
export interface Features {
  /** Empty folders exist. */
  readonly folders: boolean;
  /** `ifAbsent` and `ifMatch` are honoured between processes too. */
  readonly conditional: boolean;
  /** How old an answer of this driver can be, in milliseconds; 0 where a read sees every write that returned before it. */
  readonly stalenessMs: number;
}

/** What a listing tells of one name. */
export interface Entry {
  readonly path: StoragePath;
  /** The last part of the path. */
  readonly name: string;
  readonly folder: boolean;
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Of the last write or touch. Undefined for a folder, unless it is asked for (`folderTimes`) and the store has it. */
  readonly modified: Date | undefined;
}

/** An opened object: what was opened stays readable until `close`, whatever happens to the path. */
export interface ObjectReader {
  /** Bytes of the whole object. */
  readonly size: number;
  /** The part that will be read, within the object. */
  readonly range: ByteRange;
  readonly modified: Date | undefined;
  /**
   * The bytes of the range, in order, in pieces of up to about 1 MiB. May be taken once. A piece may be
   * overwritten once the piece after the next one is asked for: who keeps it longer copies it.
   */
  chunks(): AsyncIterable<Uint8Array>;
  /** Frees what is held. Safe to repeat, and while `chunks` runs (which then ends with an error). */
  close(): Promise<void>;
}

/** One writer on one growing object. Nobody reads it as an object before `commit`, but its size and bytes survive the process. */
export interface ObjectWriter {
  /** Bytes that are stored: those found when it was opened, and those that `write` has put since. */
  readonly size: number;
  /**
   * Appends all of the source and returns the bytes added. `tap` is shown each piece, in order, before it is written.
   * When the source or the store fails, what arrived before stays and counts in `size`, and the error is passed on: unless
   * the store cannot tell any more what it has kept, when the object is gone. `conflict` when somebody else has written
   * meanwhile, or the object is no longer at its path.
   */
  write(
    source: AsyncIterable<Uint8Array>,
    options?: { tap?: (piece: Uint8Array) => void; signal?: AbortSignal },
  ): Promise<number>;
  /**
   * Ends the writing: all bytes are on stable storage and are an object at the path. No write after it. With `volatile` a
   * power cut may undo the object, as for a put: enough where a `move`, which is durable whatever went before, comes next.
   */
  commit(options?: DurabilityOptions): Promise<void>;
  /** Lets go without an end: bytes stay for a later `append`. Safe to repeat, and after `commit`. */
  close(): Promise<void>;
}

/** Only when the object is not there yet (`ifAbsent`), or only while its bytes are exactly these (`ifMatch`). */
export type Condition =
  | { readonly ifAbsent: true; readonly ifMatch?: never }
  | { readonly ifMatch: Uint8Array; readonly ifAbsent?: never };

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** How a folder is listed. */
export interface ListEntriesOptions extends ListOptions {
  /** Folders come with the time of the last change of their names, where the store has such: a look at each. */
  readonly folderTimes?: boolean;
}

/** How safe a change must be when the call returns. */
export interface DurabilityOptions {
  /** Enough that it survives the end of the process; a power cut may undo it. For what nobody has been promised. */
  readonly volatile?: boolean;
}

/** How a move is done. */
export interface MoveOptions {
  /** The new name lasts, but a power cut may bring the old one back beside it: enough where the old one means nothing any more. */
  readonly mayReturn?: boolean;
}

/** A storage driver. See the head of this file for what holds for all calls. */
export interface StorageDriver {
  readonly name: string;
  readonly features: Features;

  /** All bytes of a small object (a link, a manifest). `not-found` for what is missing or a folder. */
  read(path: StoragePath, options?: CallOptions): Promise<Buffer>;

  /** Opens an object for reading a range (clamped to the object), or all of it. `not-found` as for `read`. */
  open(path: StoragePath, options?: CallOptions & { range?: ByteRange }): Promise<ObjectReader>;

  /** Size and time of an object. `not-found` for what is missing or a folder. */
  stat(path: StoragePath, options?: CallOptions): Promise<Entry>;

  /** Writes a whole small object, or nothing. Makes folders on the way. `condition-failed` when the condition does not hold. */
  put(path: StoragePath, content: Uint8Array, options?: CallOptions & DurabilityOptions & Partial<Condition>): Promise<void>;

  /** Sets the time of an object to now; never creates it. `not-found` when it is missing. */
  touch(path: StoragePath, options?: CallOptions): Promise<void>;

  /** Moves an object, replacing what is at the target. Makes folders on the way. `not-found` when the source is missing. */
  move(from: StoragePath, to: StoragePath, options?: CallOptions & MoveOptions): Promise<void>;

  /**
   * Makes a second object of the same bytes, replacing what is at the target; without reading them where the store can.
   * Makes folders on the way. `not-found` when the source is missing. Neither of the two may be appended to or touched
   * afterwards: the other one might show it.
   */
  copy(from: StoragePath, to: StoragePath, options?: CallOptions): Promise<void>;

  /**
   * Removes objects; missing ones are fine. Folders stay. With `ifMatch` (one path) only while its bytes are exactly these:
   * `condition-failed` when they are others, `not-found` when it is missing.
   */
  remove(paths: readonly StoragePath[], options?: CallOptions & { ifMatch?: Uint8Array }): Promise<void>;

  /** Removes a folder if it is empty, and says whether it is gone. A folder with anything in it stays. */
  removeFolder(path: StoragePath, options?: CallOptions): Promise<boolean>;

  /** Removes an object or a folder with all below it; missing is fine. Not atomic: a reader may see part of it. */
  removeTree(path: StoragePath, options?: CallOptions & DurabilityOptions): Promise<void>;

  /** Makes an empty folder, where the store has folders. Safe to repeat. */
  makeFolder(path: StoragePath, options?: CallOptions): Promise<void>;

  /** The children of a folder, in byte order of their names. Nothing for what is missing. Names a driver cannot spell are left out. */
  list(path: StoragePath, options?: ListEntriesOptions): Pages<Entry>;

  /** All objects below a folder (folders left out), depth first, siblings in byte order of their names. Nothing for what is missing. */
  walk(path: StoragePath, options?: CallOptions): Pages<Entry>;

  /**
   * Opens a growing object for appending at `at` bytes; 0 creates it, with its folders, when it is missing.
   * `conflict` when it does not hold exactly so many bytes; `not-found` when `at` is not 0 and it is missing.
   */
  append(path: StoragePath, at: number, options?: CallOptions): Promise<ObjectWriter>;

  /** Bytes that a growing object holds so far, committed or not. `not-found` when there is none. */
  appended(path: StoragePath, options?: CallOptions): Promise<number>;

  /**
   * A fingerprint of an object or a folder's list of names, at the price of one system call: while it stays the same, so do
   * the bytes (or the names). Undefined when there is none to trust: missing, changed in the last seconds, or a store
   * that has no cheap one.
   */
  stamp(path: StoragePath): string | undefined;

  /** What is seen at these paths now is on stable storage when this returns, whoever wrote it. Missing ones are fine. */
  settle(paths: readonly StoragePath[], options?: CallOptions): Promise<void>;

  /** Ends what runs; no call after it. */
  close(): Promise<void>;
}
