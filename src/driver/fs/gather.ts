/**
 * Takes a source's pieces and hands them on in batches, one batch on its way to the disk while the next is gathered (and
 * hashed, by `tap`). What arrived before the source failed or the signal fired is handed on too.
 *
 * A Node stream gives each piece away, so its pieces are kept and written together (`data` events: a third quicker than
 * `for await`). Any other source may use its buffers again, so its pieces are copied, into two buffers in turn.
 */
import { finished, type Readable } from 'node:stream';
import { abortError } from '../aborts.js';
import { eachPiece } from '../each-piece.js';

/** How to gather. */
export interface GatherOptions {
  readonly tap?: (piece: Uint8Array) => void;
  readonly signal?: AbortSignal;
  /** Bytes to gather before they are stored. */
  readonly batch: () => number;
  /** Stores a batch. Called again only when the batch before has been stored. */
  readonly store: (pieces: readonly Uint8Array[]) => Promise<void>;
}

/** Pieces of a batch, at most: a client that sends single bytes must not fill the memory with their bookkeeping. */
const MOST_PIECES = 512;
/** The first buffer for copies: most uploads from memory are smaller than a batch. */
const FIRST_BUFFER = 64 << 10;

/** Stores all of a stream. Whatever happens, the stream is left paused, not destroyed: whoever opened it closes it. */
export function gatherStream(source: Readable, { tap, signal, batch, store }: GatherOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let pieces: Uint8Array[] = [];
    let bytes = 0;
    let storing = false;
    let ended: { error?: unknown } | undefined;
    let storeFailed = false;

    const isFull = (): boolean => bytes >= batch() || pieces.length >= MOST_PIECES;

    function step(): void {
      if (storing) return;
      if (!storeFailed && pieces.length > 0 && (ended !== undefined || isFull())) {
        const now = pieces;
        pieces = [];
        bytes = 0;
        storing = true;
        store(now).then(stored, (error: unknown) => {
          storing = false;
          storeFailed = true;
          end({ error });
        });
      } else if (ended && 'error' in ended) reject(ended.error);
      else if (ended) resolve();
    }

    function stored(): void {
      storing = false;
      if (ended === undefined) source.resume();
      step();
    }

    function end(how: { error?: unknown }): void {
      if (ended === undefined) {
        ended = how;
        source.off('data', take);
        source.pause();
        stopListening();
        // A late error of a stream that nobody listens to would end the process.
        source.on('error', () => undefined);
        signal?.removeEventListener('abort', abort);
      } else if (storeFailed) ended = how;
      step();
    }

    function take(piece: Uint8Array): void {
      try {
        tap?.(piece);
      } catch (error) {
        end({ error });
        return;
      }
      if (piece.length === 0) return;
      pieces.push(piece);
      bytes += piece.length;
      if (!isFull()) return;
      if (storing) source.pause();
      else step();
    }

    const abort = (): void => {
      if (signal) end({ error: abortError(signal) });
    };
    const stopListening = finished(source, { writable: false }, (error) => end(error ? { error } : {}));
    source.on('data', take);
    source.resume();
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
  });
}

/** Stores all of any other source. It is told to end (`return`) when it is left early. */
export async function gatherPieces(
  source: AsyncIterable<Uint8Array>,
  { tap, signal, batch, store }: GatherOptions,
): Promise<void> {
  const buffers: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)];
  let turn: 0 | 1 = 0;
  let used = 0;
  let storing: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    await storing;
    if (used === 0) return;
    storing = store([buffers[turn].subarray(0, used)]);
    // Looked at by the next flush; until then it must not count as unhandled.
    storing.catch(() => undefined);
    turn = turn === 0 ? 1 : 0;
    used = 0;
  }

  async function take(piece: Uint8Array): Promise<void> {
    tap?.(piece);
    for (let at = 0; at < piece.length; ) {
      if (used === 0)
        buffers[turn] = roomFor(buffers[turn], Math.min(batch(), Math.max(FIRST_BUFFER, piece.length - at)), batch());
      const buffer = buffers[turn];
      const step = Math.min(buffer.length - used, piece.length - at);
      buffer.set(piece.subarray(at, at + step), used);
      used += step;
      at += step;
      if (used === buffer.length) await flush();
    }
  }

  try {
    await eachPiece(source, signal, take);
  } finally {
    await flush();
    await storing;
  }
}

/** The buffer again when it is neither too small nor larger than a batch is by now; a second use asks for a whole batch. */
function roomFor(buffer: Buffer, first: number, batch: number): Buffer {
  if (buffer.length === batch) return buffer;
  return Buffer.allocUnsafeSlow(buffer.length === 0 ? first : batch);
}
