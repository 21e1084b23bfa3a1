/** The trash of one repository: what was deleted, and its way back. */
import { RegistryError } from '../core/errors.js';
import type { Tag } from '../core/reference.js';
import type { Claims } from '../store/gc-document.js';
import type { TrashedLink } from '../store/trash.js';
import { allClaims, claimsOfStored, itemsOf } from './claims.js';
import type { RepositoryContext } from './context.js';
import { holdAlias, isAlias } from './hold-alias.js';
import { findNeed } from './needs.js';
import type { CallOptions, TrashedDelete, TrashService } from './registry.js';

/** The trash of a repository. */
export function createTrashService({ stores, here, actor }: RepositoryContext): TrashService {
  const place = { stores, here };
  const putBack = async (link: Exclude<TrashedLink, { kind: 'tag' }>, options?: CallOptions): Promise<void> => {
    // An alias that stands for other content by now stays as it is; it leads to what it promised either way.
    if (link.kind === 'layer' && isAlias(link.digest, link.target)) await holdAlias(place, link.digest, link.target, options);
    else if (link.kind === 'layer') await here.layers.link(link.digest, link.target, options);
    else if (link.kind === 'revision') await here.revisions.link(link.digest, link.digest, options);
    else if (link.kind === 'signature') await here.signatures.link(link.revision, link.digest, options);
    else await here.referrers.add(link.subject, link.digest, options);
  };

  /** False when the tag names something else by now. */
  const putTagBack = async (link: Extract<TrashedLink, { kind: 'tag' }>, options?: CallOptions): Promise<boolean> => {
    const { tag, digest } = link;
    const { moved, previous } = await here.tags.set(tag, digest, (now) => now === undefined || now === digest, options);
    if (!moved) return false;
    await here.tags.addToIndex(tag, link.index, options);
    if (previous === undefined) {
      await here.history.append(tag, { action: 'set', digest, ...(actor ? { actor: actor.name } : {}) }, options);
    }
    return true;
  };

  /** A link, and where it leads to a manifest all that this names: its own references count again from now on. */
  const claimsOfLink = async (link: TrashedLink, options?: CallOptions): Promise<Claims> => {
    if (link.kind === 'signature') return [{ kind: 'blob', digest: link.digest }];
    const items = itemsOf(here, link.digest, link.kind === 'layer' ? link.target : link.digest);
    if (link.kind === 'layer' || link.kind === 'referrer') return items;
    return allClaims([items, await claimsOfStored(stores, here, link.digest, options)]);
  };

  /** Step e: a link that is back, with content. */
  const refuseIfGone = async (link: TrashedLink, options?: CallOptions): Promise<void> => {
    // Without a referrer or a signature the rest is whole still.
    if (link.kind === 'referrer' || link.kind === 'signature') return;
    const need = { kind: link.kind === 'layer' ? ('blob' as const) : ('manifest' as const), digest: link.digest };
    if ((await findNeed(stores, here, need, options)) !== undefined) return;
    throw new RegistryError('BLOB_UNKNOWN', { message: 'the content of this entry is gone', detail: { digest: link.digest } });
  };

  return {
    async list(options) {
      const found: TrashedDelete[] = [];
      for (const id of await here.trash.list(options)) {
        const entry = await here.trash.read(id, options);
        if (entry)
          found.push({ id, at: entry.at, what: entry.what, ...(entry.actor === undefined ? {} : { actor: entry.actor }) });
      }
      return found;
    },

    async restore(id, options) {
      const entry = await here.trash.read(id, options);
      if (entry === undefined)
        throw new RegistryError('NOT_FOUND', { message: 'there is no such entry in the trash', detail: { id } });
      const tags = entry.links.filter((link) => link.kind === 'tag');
      const others = entry.links.filter((link) => link.kind !== 'tag');

      await here.prepare();
      for (const link of others) await putBack(link, options);
      // Once more: who met them without their revision has taken them for what a delete had left, or was to take himself.
      for (const link of others) if (link.kind === 'signature' || link.kind === 'referrer') await putBack(link, options);
      const claims = allClaims(await Promise.all(entry.links.map((link) => claimsOfLink(link, options))));
      await stores.condemned.clear(claims, options);
      for (const link of entry.links) await refuseIfGone(link, options);
      const keptTags: Tag[] = [];
      for (const link of tags) if (!(await putTagBack(link, options))) keptTags.push(link.tag);
      if (tags.length > 0) {
        // Tags are references too, and these are new: a second look, before the entry ceases to be one.
        await stores.condemned.clear(claims, options);
        for (const link of entry.links) await refuseIfGone(link, options);
      }
      await here.trash.remove(id, options);
      return { keptTags };
    },
  };
}
