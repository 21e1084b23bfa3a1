import type { Digest } from '../core/digest.js';
import type { RepositoryName } from '../core/reference.js';
import { createBounded } from '../store/bounded.js';
import type { Holders } from './context.js';

const MAX_DIGESTS = 50_000;
/** Enough for a caller who may read only some of them. */
const MAX_NAMES = 16;

/** An empty memory of holders. The latest come first. */
export function createHolders(): Holders {
  const known = createBounded<Digest, RepositoryName[]>(MAX_DIGESTS);
  return {
    note(digest, name) {
      const names = known.get(digest) ?? [];
      if (names[0] === name) return;
      known.set(digest, [name, ...names.filter((other) => other !== name)].slice(0, MAX_NAMES));
    },
    of: (digest) => known.get(digest) ?? [],
  };
}
