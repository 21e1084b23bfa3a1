/** Reading: a whole small object, or a range of any object in two large buffers, used in turn. */
import { type ByteRange, clampRange } from '../../core/byte-range.js';
import { throwIfAborted } from '../aborts.js';
import { DriverError, type ObjectReader } from '../driver.js';
import { failedWith } from './faults.js';
import { READING, readFully } from './files.js';
import type { Places } from './places.js';
import type { FileFacts, FileSystem } from './system.js';

/** Two buffers of this size moved most bytes a second of the sizes and ways tried. */
const PIECE = 512 * 1024;
/** Most small objects (links, manifests) are read by one call of this size. */
const FIRST_READ = 8 * 1024;

/** All bytes of the object at a path of the driver; undefined when none is there. */
export type ReadWhole = (path: string) => Promise<Buffer | undefined>;

/** True for what is no object to a reader: missing, a folder, below an object, a symbolic link. */
export function isAbsence(error: unknown): boolean {
  return failedWith(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENXIO');
}

/** A function that reads whole objects. */
export function createReadWhole(system: FileSystem, places: Places): ReadWhole {
  return async (path) => {
    let fd: number | undefined;
    try {
      fd = await system.open(places.onDisk(path), READING);
      const first = Buffer.allocUnsafe(FIRST_READ);
      const got = await system.read(fd, first, FIRST_READ, 0);
      // A file gives fewer bytes than asked for only at its end.
      if (got < FIRST_READ) return first.subarray(0, got);
      const { size } = await system.facts(fd);
      const all = Buffer.allocUnsafe(Math.max(size, got));
      first.copy(all);
      const rest = await readFully(system, fd, all.subarray(got), all.length - got, got);
      return all.subarray(0, got + rest);
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    } finally {
      if (fd !== undefined) await system.close(fd);
    }
  };
}

/** Opens the object at a path of the driver. */
export async function openReader(
  system: FileSystem,
  places: Places,
  path: string,
  options: { range?: ByteRange; signal?: AbortSignal },
): Promise<ObjectReader> {
  const fd = await system.open(places.onDisk(path), READING);
  try {
    const facts = await system.facts(fd);
    if (facts.kind !== 'file') throw new DriverError('not-found', 'open', path);
    throwIfAborted(options.signal);
    return createReader(system, fd, facts, path, options);
  } catch (error) {
    await system.close(fd);
    throw error;
  }
}

function createReader(
  system: FileSystem,
  fd: number,
  facts: FileFacts,
  path: string,
  { range: wanted, signal }: { range?: ByteRange; signal?: AbortSignal },
): ObjectReader {
  const range = clampRange(wanted ?? { start: 0, end: facts.size }, facts.size);
  let reading: Promise<unknown> | undefined;
  let closing: Promise<void> | undefined;

  /** The descriptor is closed once no read is under way: its number may be another file's at once. */
  async function end(): Promise<void> {
    await reading?.catch(() => undefined);
    await system.close(fd);
  }
  const close = (): Promise<void> => {
    closing ??= end();
    return closing;
  };

  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      const length = Math.min(PIECE, range.end - range.start);
      const buffers = [Buffer.alloc(0), Buffer.alloc(0)];
      let turn = 0;
      for (let at = range.start; at < range.end; turn = 1 - turn) {
        throwIfAborted(signal);
        if (closing) throw new DriverError('failed', 'open', path, new Error('the reader was closed'));
        if (buffers[turn]?.length === 0) buffers[turn] = Buffer.allocUnsafeSlow(Math.min(length, range.end - at));
        const buffer = buffers[turn] ?? Buffer.alloc(0);
        const step = readFully(system, fd, buffer, Math.min(buffer.length, range.end - at), at);
        reading = step;
        const got = await step;
        reading = undefined;
        if (got === 0) throw new DriverError('failed', 'open', path, new Error(`it ends at ${at} bytes, not at ${facts.size}`));
        at += got;
        yield got === buffer.length ? buffer : buffer.subarray(0, got);
      }
    } finally {
      await close();
    }
  }

  return {
    size: facts.size,
    range,
    modified: new Date(facts.modifiedMs),
    chunks,
    close,
  };
}
