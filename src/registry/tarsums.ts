/** Uploads that are ended by a tarsum: which are taken, and how much one may cost. */
import type { Clock } from '../core/clock.js';
import type { Digest, TarsumAlgorithm } from '../core/digest.js';
import { createGate } from '../core/gate.js';
import type { UploadId } from '../core/reference.js';
import type { Sums, UploadStore } from '../store/uploads.js';
import { DEFAULT_TARSUMS, tarsumForPush } from '../tarsum/labels.js';
import type { TarsumLimits } from '../tarsum/limits.js';
import type { CallOptions } from './registry.js';

/** What a registry may be told about tarsums. */
export interface TarsumPolicy {
  /** Those that content may be pushed by. What is stored is served by any. */
  readonly taken: readonly TarsumAlgorithm[];
  /** What an archive may ask for, where that differs from the defaults. */
  readonly limits: Partial<TarsumLimits>;
  /** The longest that one sum may take, in milliseconds; 0 is for ever. */
  readonly timeoutMs: number;
}

/** Tarsums of what is pushed. */
export interface Tarsums {
  /** The algorithm of a tarsum that content is pushed by; undefined for a plain digest. DIGEST_INVALID when it is not taken. */
  forPush(digest: Digest): TarsumAlgorithm | undefined;
  /** As `UploadStore.readSums`, within the limits. Waits while others are at it. */
  read(uploads: UploadStore, id: UploadId, algorithm: TarsumAlgorithm, options?: CallOptions): Promise<Sums>;
}

/** An archive within the limits may hold some 150 MB while it is summed: so many may at once. */
const AT_ONCE = 2;
const DEFAULT_TIMEOUT_MS = 5 * 60_000;

/** By this policy, or by what of it is given. */
export function createTarsums(clock: Clock, given: Partial<TarsumPolicy> = {}): Tarsums {
  const { taken = DEFAULT_TARSUMS, limits = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = given;
  const gate = createGate(AT_ONCE);
  return {
    forPush: (digest) => tarsumForPush(digest, taken),
    read: (uploads, id, algorithm, options) =>
      gate(() => {
        const begun = clock.monotonic();
        const isLate = (): boolean => timeoutMs > 0 && clock.monotonic() - begun > timeoutMs;
        return uploads.readSums(id, algorithm, { ...options, limits, isLate });
      }),
  };
}
