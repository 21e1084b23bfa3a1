/**
 * Decompresses what it is given, piece by piece, all members of it. Behind the last one zeros may stand, as behind an
 * archive, and nothing else: Node alone would ignore some of it.
 */
import { createGunzip as createStream } from 'node:zlib';
import { Refusal } from './refusal.js';
import { isZero } from './zeros.js';

/** A decompression under way. */
export interface Gunzip {
  /** Resolves when all of the bytes are used. Rejects with a Refusal, or with what the sink threw. One call at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Says that there are no more, and resolves when the sink has had everything. Rejects as `write`. */
  end(): Promise<void>;
  /** Frees what is held. Safe to repeat. */
  close(): void;
}

const OUTPUT_BYTES = 64 * 1024;

/** A decompression into the sink, which may keep no byte and ends everything when it throws. */
export function createGunzip(sink: (bytes: Buffer) => void): Gunzip {
  const stream = createStream({ chunkSize: OUTPUT_BYTES });
  let fault: unknown;
  let ended = false;
  /** Ends the waiting of a call. */
  let wake = (): void => undefined;

  stream.on('data', (bytes: Buffer) => {
    try {
      if (fault === undefined) sink(bytes);
    } catch (error) {
      fault = error;
      stream.destroy();
    }
  });
  stream.on('error', () => {
    fault ??= new Refusal('gzip');
    wake();
  });
  stream.on('end', () => {
    ended = true;
    wake();
  });
  stream.on('close', () => wake());

  const settled = (begin: () => void): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      begin();
    });

  /** Behind the end of the last member. */
  const checkZeros = (bytes: Uint8Array): void => {
    if (isZero(bytes)) return;
    fault = new Refusal('data-behind-end');
    throw fault;
  };

  return {
    async write(bytes) {
      if (fault !== undefined) throw fault;
      if (ended) return checkZeros(bytes);
      const before = stream.bytesWritten;
      await settled(() => stream.write(bytes, () => wake()));
      if (fault !== undefined) throw fault;
      if (ended) checkZeros(bytes.subarray(stream.bytesWritten - before));
    },
    async end() {
      if (!ended && fault === undefined) await settled(() => stream.end());
      if (fault !== undefined) throw fault;
    },
    close: () => void stream.destroy(),
  };
}
