/**
 * The tarsum of an archive: a sum of its entries, as clients of 2014 and 2015 named layers by. Bytes are pushed in, so that
 * one pass over the data can feed this and the canonical hash. A gzipped archive has the tarsum of what is in it.
 *
 * A tarsum proves little: different archives can have the same one. See docs/tarsum.md before using it for anything new.
 */
import { type Digest, parseDigest, TARSUMS, type TarsumAlgorithm } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { createEntrySums } from './entry-sums.js';
import { createGunzip, type Gunzip } from './gunzip.js';
import { DEFAULT_LIMITS, type TarsumLimits } from './limits.js';
import { Refusal } from './refusal.js';
import { createTarReader } from './tar-reader.js';

/** A tarsum that is being computed. */
export interface Tarsum {
  /**
   * Takes the next bytes, in pieces of any size. When it returns a promise, the next call must wait for it, and the bytes
   * must not change before it resolves. Never fails for what the bytes are: what comes after a fault is ignored, so that a
   * hash beside it gets all of them. Throws or rejects with the reason of the signal.
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** The tarsum of all bytes. DIGEST_INVALID, with a sentence and `detail.reason`, when there is none. Frees what is held. */
  end(): Promise<Digest>;
  /** Why there is no tarsum, as soon as that is known. */
  readonly failure: RegistryError | undefined;
  /** Frees what is held, for whoever does not come to the end. Safe to repeat, and after the end. */
  close(): void;
}

/** How a tarsum is computed. */
export interface TarsumOptions {
  readonly limits?: Partial<TarsumLimits>;
  readonly signal?: AbortSignal;
  /** Asked between pieces; once it says yes there is no tarsum any more. */
  readonly isLate?: () => boolean;
}

const GZIP = [0x1f, 0x8b] as const;

/** Begins a tarsum. Holds about 100 bytes for each entry, and at most some megabytes besides. */
export function createTarsum(algorithm: TarsumAlgorithm, { limits: given = {}, signal, isLate }: TarsumOptions = {}): Tarsum {
  const { version, hash } = TARSUMS[algorithm];
  const limits = { ...DEFAULT_LIMITS, ...given };
  const sums = createEntrySums(version, hash);
  const reader = createTarReader(sums, limits);
  let failure: RegistryError | undefined;
  let gunzip: Gunzip | undefined;
  let isKnown = false;
  let firstByte: Buffer | undefined;
  let received = 0;
  let decompressed = 0;

  /** An error of the archive is kept for the end; any other passes. */
  const keep = (error: unknown): void => {
    gunzip?.close();
    if (!(error instanceof Refusal)) throw error;
    failure = new RegistryError('DIGEST_INVALID', {
      message: `the content has no tarsum: ${error.message} (found at byte ${reader.position} of the archive)`,
      detail: { reason: error.reason, position: reader.position },
      cause: error,
    });
  };

  const read = (bytes: Buffer): void => {
    if (isLate?.()) throw new Refusal('too-slow');
    reader.write(bytes);
  };

  const takeDecompressed = (bytes: Buffer): void => {
    signal?.throwIfAborted();
    decompressed += bytes.length;
    if (decompressed > limits.freeBytes && decompressed > limits.maxRatio * received) throw new Refusal('compressed-too-much');
    read(bytes);
  };

  const take = (bytes: Buffer): Promise<void> | undefined => {
    if (gunzip) return gunzip.write(bytes).catch(keep);
    try {
      read(bytes);
    } catch (error) {
      keep(error);
    }
    return undefined;
  };

  /** The first two bytes tell what the content is. */
  const takeFirst = (piece: Buffer): Promise<void> | undefined => {
    const bytes = firstByte ? Buffer.concat([firstByte, piece]) : piece;
    if (bytes.length < GZIP.length) {
      firstByte = Buffer.from(bytes);
      return undefined;
    }
    isKnown = true;
    firstByte = undefined;
    if (bytes[0] === GZIP[0] && bytes[1] === GZIP[1]) gunzip = createGunzip(takeDecompressed);
    return take(bytes);
  };

  const total = (): string => {
    if (firstByte) read(firstByte);
    reader.end();
    return sums.total();
  };

  return {
    write(bytes) {
      signal?.throwIfAborted();
      if (failure || bytes.length === 0) return undefined;
      received += bytes.length;
      const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      return isKnown ? take(piece) : takeFirst(piece);
    },

    async end() {
      signal?.throwIfAborted();
      let hex = '';
      try {
        if (!failure) await gunzip?.end();
        if (!failure) hex = total();
      } catch (error) {
        keep(error);
      }
      gunzip?.close();
      if (failure) throw failure;
      return parseDigest(`${algorithm}:${hex}`);
    },

    get failure() {
      return failure;
    },

    close: () => gunzip?.close(),
  };
}
