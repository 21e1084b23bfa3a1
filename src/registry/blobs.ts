/** Blobs of one repository, reached through its layer links and in no other way. */
import type { Descriptor } from '../core/descriptor.js';
import { type Digest, isContentDigest } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { MEDIA_TYPES } from '../core/media-type.js';
import type { RepositoryName } from '../core/reference.js';
import { MAX_KEPT_BYTES } from '../store/recent.js';
import { itemsOf } from './claims.js';
import type { RepositoryContext } from './context.js';
import { holdAlias, isAlias, isThere } from './hold-alias.js';
import { findNeed } from './needs.js';
import type { BlobDescriptor, BlobService, CallOptions } from './registry.js';

/** A link older than this is renewed by the HEAD of somebody who may push: half of the time that garbage collection spares the young. */
const REFRESH_AFTER_MS = 12 * 3600_000;
/** A link that others take away while it is being written is written again so often. */
const MAX_TRIES = 3;

/** The blobs of a repository. */
export function createBlobService(context: RepositoryContext): BlobService {
  const { stores, here, holders } = context;
  const { recent } = stores;

  const unknown = (digest: Digest): RegistryError => new RegistryError('BLOB_UNKNOWN', { detail: digest });
  /** Of another name it is told: such a link outlives its content where a collector of docker/distribution was at work. */
  const gone = (digest: Digest, target: Digest): RegistryError => {
    if (digest !== target)
      stores.report({
        what: 'alias-dangling',
        path: here.layers.pathOf(digest),
        message: `the link stands for ${target}, which is gone; it stays, and the next push of that mends it`,
      });
    return unknown(digest);
  };
  const describe = (digest: Digest, size: number, target = digest): BlobDescriptor => ({
    mediaType: MEDIA_TYPES.octets,
    digest,
    size,
    ...(isAlias(digest, target) ? { canonical: target } : {}),
  });

  /** For readers: what was seen a moment ago need not be asked again. */
  const resolve = async (digest: Digest, options?: CallOptions): Promise<Digest> => {
    const link = here.layers.pathOf(digest);
    const known = recent.recall(link);
    if (known !== undefined) return known;
    const mark = recent.mark();
    const target = await here.layers.resolve(digest, options);
    if (target === undefined) throw unknown(digest);
    recent.saw(link, target, mark);
    holders.note(digest, here.name);
    return target;
  };

  /** Renews an old link and makes sure that it and its content outlive any collection that runs now. */
  const refresh = async (digest: Digest, target: Digest, options?: CallOptions): Promise<void> => {
    const modified = await here.layers.modified(digest, options);
    if (modified && stores.clock.now().getTime() - modified.getTime() < REFRESH_AFTER_MS) return;
    if (!(await here.layers.touch(digest, options))) throw unknown(digest);
    await stores.condemned.clear(itemsOf(here, digest, target), options);
    if ((await findNeed(stores, here, { kind: 'blob', digest }, options)) === undefined) throw unknown(digest);
  };

  const mountFrom = async (digest: Digest, from: RepositoryName, options?: CallOptions): Promise<Descriptor | undefined> => {
    const source = stores.repository(from);
    const target = await findNeed(stores, source, { kind: 'blob', digest }, options);
    // Under a tarsum there may be what nobody has looked at yet: it is not handed on unseen.
    if (target === undefined || (!isContentDigest(target) && !(await isThere(context, target, options)))) return undefined;
    await here.prepare();
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (isContentDigest(target)) {
        // As an upload does, before a link leads to it.
        await stores.blobs.settle(target, options);
        await here.layers.link(target, target, options);
        await stores.condemned.clear(itemsOf(here, target), options);
      }
      const facts = await stores.blobs.stat(target, options);
      if (facts === undefined) return undefined;
      // What the repository has under this name already stays.
      if (isAlias(digest, target) && !(await holdAlias(context, digest, target, options))) continue;
      if (isContentDigest(target) && (await here.layers.resolve(target, options)) === undefined) continue;
      await stores.blobs.settle(target, options);
      for (const each of [digest, target]) holders.note(each, here.name);
      return describe(target, facts.size);
    }
    return undefined;
  };

  return {
    async stat(digest, options) {
      const target = await resolve(digest, options);
      const facts = await stores.blobs.stat(target, options);
      if (facts === undefined) throw gone(digest, target);
      if (options?.refresh) await refresh(digest, target, options);
      return describe(digest, facts.size, target);
    },

    async open(digest, options) {
      const target = await resolve(digest, options);
      const reader = await stores.blobs.open(target, options);
      if (reader === undefined) throw gone(digest, target);
      return {
        descriptor: describe(digest, reader.size, target),
        range: reader.range,
        chunks: () => reader.chunks(),
        close: () => reader.close(),
      };
    },

    async read(digest, options) {
      const link = here.layers.pathOf(digest);
      const target = await resolve(digest, options);
      const fresh = (): boolean => recent.recall(link) === target;
      const kept = recent.content(target);
      if (kept) return { descriptor: describe(digest, kept.length, target), bytes: kept, fresh };
      const facts = await stores.blobs.stat(target, options);
      if (facts === undefined) throw gone(digest, target);
      if (facts.size > MAX_KEPT_BYTES) return undefined;
      const bytes = await stores.blobs.read(target, options);
      if (bytes === undefined) throw gone(digest, target);
      recent.keep(target, bytes);
      return { descriptor: describe(digest, bytes.length, target), bytes, fresh };
    },

    async mount(digest, source, options) {
      if ('from' in source) return mountFrom(digest, source.from, options);
      for (const name of holders.of(digest)) {
        if (!source.mayRead(name)) continue;
        const mounted = await mountFrom(digest, name, options);
        if (mounted) return mounted;
      }
      return undefined;
    },

    async remove(digest, options) {
      const target = await here.layers.resolve(digest, options);
      if (target === undefined) throw unknown(digest);
      // Content goes with all its names; of an alias only the name does.
      const aliases = isAlias(digest, target) ? [] : await here.aliases.of(digest, options);
      const links = [digest, ...aliases].map((each) => ({ kind: 'layer' as const, digest: each, target }));
      await here.trash.add({ what: `blob ${digest}`, links, ...(context.actor ? { actor: context.actor.name } : {}) }, options);
      const claims = links.flatMap((link) => itemsOf(here, link.digest, target));
      await stores.condemned.clear(claims, options);
      // The content's own link last: a delete that was cut short can be tried again.
      for (const each of [...aliases, digest]) {
        await here.layers.unlink(each, options);
        recent.forget(here.layers.pathOf(each));
        // A manifest that was linked here alone is remembered as a revision.
        recent.forget(here.revisions.pathOf(each));
      }
    },
  };
}
