/**
 * Another name for content that the repository holds. It is a reference of its own, written after the bytes are in place and
 * with its own look at what is condemned: whatever dies on the way, an alias that somebody was told of leads to content.
 * The first content that a repository has under a name keeps it.
 */
import { type Digest, isContentDigest } from '../core/digest.js';
import { itemsOf } from './claims.js';
import type { RepositoryContext } from './context.js';
import type { CallOptions } from './registry.js';

type Place = Pick<RepositoryContext, 'stores' | 'here'>;

/** True for a link that is no more than another name of what it stands for, or that names its content by a tarsum. */
export function isAlias(digest: Digest, target: Digest): boolean {
  return digest !== target || !isContentDigest(digest);
}

/**
 * Makes the alias lead to content: to what it leads to already, else to `target`, whose bytes must be there. False when
 * that did not come to pass because somebody else was at work: look again, and try again.
 */
export async function holdAlias(place: Place, alias: Digest, target: Digest, options?: CallOptions): Promise<boolean> {
  const { stores, here } = place;
  const seen = await here.layers.resolve(alias, options);
  const kept = seen !== undefined && (await isThere(place, seen, options)) ? seen : undefined;
  if (kept === undefined) {
    if (!(await here.aliases.point(alias, seen, target, options))) return false;
    stores.recent.forget(here.layers.pathOf(alias));
  } else {
    // As old as it may be, it counts as new from now on; and whoever wrote it may not have been answered yet.
    if (!(await here.layers.touch(alias, options))) return false;
    await here.layers.settle(alias, options);
    await stores.blobs.settle(kept, options);
  }
  await stores.condemned.clear(itemsOf(here, alias, kept ?? target), options);
  const found = await here.layers.resolve(alias, options);
  return found !== undefined && isThere(place, found, options);
}

/** Whether content is there, for whoever makes a name lead to it. What stands under a tarsum may never have been looked at, and a push is the chance to replace what is damaged. */
export async function isThere({ stores }: Place, digest: Digest, options?: CallOptions): Promise<boolean> {
  if (!isContentDigest(digest)) return stores.blobs.isIntact(digest, options);
  return (await stores.blobs.stat(digest, options)) !== undefined;
}
