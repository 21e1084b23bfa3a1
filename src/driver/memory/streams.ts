/** Reading and appending for the memory driver. */
import type { ByteRange } from '../../core/byte-range.js';
import { clampRange } from '../../core/byte-range.js';
import { throwIfAborted } from '../aborts.js';
import { DriverError, type ObjectReader, type ObjectWriter } from '../driver.js';
import { eachPiece } from '../each-piece.js';
import type { Leaf } from './tree.js';

const PIECE = 1 << 20;

/** A reader of the bytes that the object holds now. */
export function createReader(
  leaf: Leaf,
  path: string,
  wanted: ByteRange | undefined,
  signal: AbortSignal | undefined,
): ObjectReader {
  const size = leaf.size;
  const range = clampRange(wanted ?? { start: 0, end: size }, size);
  let closed = false;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let from = 0;
    for (const piece of leaf.pieces) {
      const end = Math.min(from + piece.length, range.end);
      for (let at = Math.max(from, range.start); at < end; at += PIECE) {
        throwIfAborted(signal);
        if (closed) throw new DriverError('failed', 'open', path, new Error('the reader was closed'));
        yield piece.subarray(at - from, Math.min(at + PIECE, end) - from);
      }
      from += piece.length;
      if (from >= range.end) return;
    }
  }
  return {
    size,
    range,
    modified: leaf.modified,
    chunks,
    close: async () => {
      closed = true;
    },
  };
}

/** A writer that owns the object until another one is made. `stands` tells whether the object is still at its path. */
export function createWriter(leaf: Leaf, path: string, stands: () => boolean): ObjectWriter {
  const self = {};
  let size = leaf.size;
  let ended = false;
  leaf.writer = self;
  const check = (): void => {
    if (ended) throw new DriverError('failed', 'append', path, new Error('the writer has ended'));
    if (leaf.writer !== self || leaf.size !== size || !stands()) throw new DriverError('conflict', 'append', path);
  };
  return {
    get size() {
      return size;
    },
    async write(source, { tap, signal } = {}) {
      const before = size;
      throwIfAborted(signal);
      check();
      await eachPiece(source, signal, (piece) => {
        tap?.(piece);
        check();
        if (piece.length === 0) return;
        // A copy: the source may use its buffer again.
        leaf.pieces.push(Buffer.from(piece));
        size += piece.length;
        leaf.size = size;
        leaf.modified = new Date();
      });
      throwIfAborted(signal);
      check();
      return size - before;
    },
    async commit() {
      check();
      ended = true;
    },
    async close() {
      ended = true;
    },
  };
}
