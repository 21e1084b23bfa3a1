/** What content is: its hash and, where it is asked for, its tarsum, in one pass. */
import { CANONICAL, createDigester, type Digest, hashOf, type TarsumAlgorithm, tarsumOf } from '../../core/digest.js';
import { RegistryError } from '../../core/errors.js';
import { createTarsum } from '../../tarsum/tarsum.js';
import { Unfit } from './step.js';

/** What was found. */
export interface Sums {
  /** The digest under which the content is stored. */
  readonly canonical: Digest;
  /** Undefined when none was asked for, or the content has none. */
  readonly tarsum: Digest | undefined;
}

/** A pass over content. */
export interface Pass {
  /** The same pieces, each when it has been taken. */
  through(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** What all of it is. `Unfit` when it is not what was expected. */
  end(): Promise<Sums>;
  /** Frees what is held. Safe to repeat. */
  close(): void;
}

/** How a pass is done. */
export interface PassOptions {
  /** A tarsum that is computed beside a hash; its failure is none of the content. */
  readonly also?: TarsumAlgorithm | undefined;
  /** Told the bytes of each piece. */
  readonly watch: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Begins a pass over content that must be what this digest names: a hash or a tarsum. */
export function createPass(expected: Digest, { also, watch, signal }: PassOptions): Pass {
  const wanted = tarsumOf(expected);
  const hash = wanted ? CANONICAL : hashOf(expected);
  const digester = createDigester([hash]);
  const algorithm = wanted ?? also;
  const tarsum = algorithm && createTarsum(algorithm, { signal });
  return {
    async *through(chunks) {
      for await (const piece of chunks) {
        signal.throwIfAborted();
        digester.update(piece);
        await tarsum?.write(piece);
        watch(piece.length);
        yield piece;
      }
    },
    async end() {
      const canonical = digester.digest(hash);
      const sum = await tarsum?.end().catch((error: unknown) => {
        if (error instanceof RegistryError) return undefined;
        throw error;
      });
      const found = wanted ? sum : canonical;
      if (found === expected) return { canonical, tarsum: sum };
      const is = found === undefined ? 'it has no tarsum' : `it is that of ${found}`;
      throw new Unfit('damaged', `the content is not that of ${expected}: ${is}; it stays where it is`);
    },
    close: () => tarsum?.close(),
  };
}
