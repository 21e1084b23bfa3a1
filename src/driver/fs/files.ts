/** Small steps over the table of system calls that several parts of the driver share. */
import { constants } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentOf } from '../entry-path.js';
import { failedWith } from './faults.js';
import type { FileFacts, FileSystem } from './system.js';

/** How often a step is tried again when folders come and go below it. */
const ATTEMPTS = 32;

/** For reading: a symbolic link is nobody's, and a pipe must not make us wait. */
export const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What a file system without hard links answers to link(2). */
export const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'] as const;

/** Writes all pieces at the position. */
export async function writeAll(system: FileSystem, fd: number, pieces: readonly Uint8Array[], position: number): Promise<void> {
  let rest = pieces;
  let at = position;
  while (rest.length > 0) {
    const written = await system.write(fd, rest, at);
    if (written === 0) throw new Error('the file system takes no more bytes');
    at += written;
    rest = dropBytes(rest, written);
  }
}

/** The pieces without their first bytes. */
export function dropBytes(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i];
    if (piece === undefined) break;
    if (left < piece.length) return left === 0 ? pieces.slice(i) : [piece.subarray(left), ...pieces.slice(i + 1)];
    left -= piece.length;
  }
  return [];
}

/** Reads up to `length` bytes at the position; fewer only at the end of the file. */
export async function readFully(
  system: FileSystem,
  fd: number,
  buffer: Uint8Array,
  length: number,
  position: number,
): Promise<number> {
  let done = 0;
  while (done < length) {
    const got = await system.read(fd, buffer.subarray(done), length - done, position + done);
    if (got === 0) break;
    done += got;
  }
  return done;
}

/** Two that make and remove the same folders in step would do so for ever: after a few attempts, chance breaks the step. */
async function stepAside(attempt: number): Promise<void> {
  if (attempt > 3) await sleep(Math.random() * attempt);
}

/** Makes the folder and those above it. A concurrent removal of one of them is answered by making it again. */
export async function makeFolders(system: FileSystem, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await system.makeFolder(path);
      return;
    } catch (error) {
      if (failedWith(error, 'EEXIST')) return;
      if (!failedWith(error, 'ENOENT') || attempt > ATTEMPTS || parentOf(path) === '') throw error;
    }
    await stepAside(attempt);
    await makeFolders(system, parentOf(path));
  }
}

/** Runs a step that needs the folder; makes the folder and tries again when it is missing or goes away meanwhile. */
export async function inFolder<T>(system: FileSystem, folder: string, step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!failedWith(error, 'ENOENT') || attempt > ATTEMPTS) throw error;
    }
    await stepAside(attempt);
    await makeFolders(system, folder);
  }
}

/** What is at the path, or undefined when nothing is. */
export async function factsIfAny(system: FileSystem, path: string): Promise<FileFacts | undefined> {
  try {
    return await system.factsAt(path);
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Syncs a descriptor and looks at it, both at once: nothing must change what is behind it meanwhile. */
export async function factsAndSync(system: FileSystem, fd: number, sync: (fd: number) => Promise<void>): Promise<FileFacts> {
  // Both have ended before either's failure is told, for then the descriptor is closed.
  const [facts, synced] = await Promise.allSettled([system.facts(fd), sync(fd)]);
  if (synced.status === 'rejected') throw synced.reason;
  if (facts.status === 'rejected') throw facts.reason;
  return facts.value;
}

/** Syncs a file by its path. */
export async function syncFile(system: FileSystem, path: string): Promise<void> {
  const fd = await system.open(path, READING);
  try {
    await system.sync(fd);
  } finally {
    await system.close(fd);
  }
}

/** Unlinks a file of ours on the way out of a failure: the failure is what the caller must hear of. */
export async function discard(system: FileSystem, path: string): Promise<void> {
  try {
    await system.unlink(path);
  } catch {
    // Left behind: a later listing takes it when it is a day old.
  }
}
