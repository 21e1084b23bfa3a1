import { createHash, type Hash, hash as hashAtOnce } from 'node:crypto';
import type { HashAlgorithm } from '../core/digest.js';

/** Hashes one thing after the other. */
export interface GatheredHash {
  bytes(value: Uint8Array): void;
  /** Takes text of one byte a character. */
  text(value: string): void;
  /** The hash of all that came since the last call. */
  take(): Buffer;
}

/** More than the fields of any common entry, with the body of a small file. */
const GATHERED_BYTES = 8 * 1024;

/**
 * A hash for many small things. Most fit into one buffer and are hashed in one call: making an object to hash with costs
 * more than hashing a few hundred bytes.
 */
export function createGatheredHash(algorithm: HashAlgorithm): GatheredHash {
  const gathered = Buffer.allocUnsafe(GATHERED_BYTES);
  let length = 0;
  let hash: Hash | undefined;

  const spill = (): Hash => {
    hash ??= createHash(algorithm);
    hash.update(gathered.subarray(0, length));
    length = 0;
    return hash;
  };

  const bytes = (value: Uint8Array): void => {
    if (length + value.length <= GATHERED_BYTES) {
      gathered.set(value, length);
      length += value.length;
    } else {
      spill().update(value);
    }
  };

  return {
    bytes,
    text(value) {
      if (length + value.length > GATHERED_BYTES) bytes(Buffer.from(value, 'latin1'));
      else length += gathered.write(value, length, 'latin1');
    },
    take() {
      if (hash === undefined) {
        const sum = hashAtOnce(algorithm, gathered.subarray(0, length), 'buffer');
        length = 0;
        return sum;
      }
      const sum = spill().digest();
      hash = undefined;
      return sum;
    },
  };
}
