/**
 * What this process has seen in the store a moment ago, for answers that need not ask again. Removals made here are
 * forgotten at once; those of other processes within the age. Writers never rely on it.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.js';
import type { Digest } from '../core/digest.js';
import type { StoragePath } from '../core/storage-path.js';
import { createBounded } from './bounded.js';

/** Links that were seen, and small content that was verified. */
export interface Recent {
  /** To be taken before the store is asked, and handed to `saw`: what was read before a change here must not outlive it. */
  mark(): number;
  /** The link was seen to stand for `target`, by a read begun at `mark`. */
  saw(link: StoragePath, target: Digest, mark: number): void;
  /** What the link stood for when it was seen last, if that was a moment ago. */
  recall(link: StoragePath): Digest | undefined;
  /** The link is gone, or changed, by this process. */
  forget(link: StoragePath): void;
  /** The media type of a revision, by its link, if it is known. */
  mediaType(revision: StoragePath): string | undefined;
  /** Remembers the media type of a revision, read since `mark`. */
  setMediaType(revision: StoragePath, mediaType: string, mark: number): void;
  /** Keeps small verified content. */
  keep(digest: Digest, bytes: Buffer): void;
  /** Verified content by digest, if it is kept. Whether a repository may see it is another question. */
  content(digest: Digest): Buffer | undefined;
}

/** A process believes what it has seen for so long, in milliseconds: half of the 5 s in which a delete is seen by all. */
const AGE_MS = 2_500;
const MAX_LINKS = 200_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** Larger content is not kept: it is read from the store each time. */
export const MAX_KEPT_BYTES = 256 * 1024;

/** An empty memory. */
export function createRecent(clock: Clock): Recent {
  const links = createBounded<StoragePath, { target: Digest; at: number }>(MAX_LINKS);
  const contents = new LRUCache<Digest, Buffer>({ maxSize: MAX_BYTES, sizeCalculation: (bytes) => bytes.length + 200 });
  const types = createBounded<StoragePath, string>(MAX_LINKS);
  let changes = 0;
  return {
    mark: () => changes,
    saw(link, target, mark) {
      if (mark === changes) links.set(link, { target, at: clock.monotonic() });
    },
    recall(link) {
      const seen = links.get(link);
      return seen && clock.monotonic() - seen.at < AGE_MS ? seen.target : undefined;
    },
    forget(link) {
      changes++;
      links.delete(link);
      types.delete(link);
    },
    mediaType: (revision) => types.get(revision),
    setMediaType(revision, mediaType, mark) {
      if (mark === changes) types.set(revision, mediaType);
    },
    keep(digest, bytes) {
      if (bytes.length <= MAX_KEPT_BYTES) contents.set(digest, bytes);
    },
    content: (digest) => contents.get(digest),
  };
}
