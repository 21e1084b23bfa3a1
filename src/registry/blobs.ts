/** Blobs of one repository, reached through its layer links and in no other way. */
import type { Descriptor } from '../core/descriptor.js';
import type { Digest } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { MEDIA_TYPES } from '../core/media-type.js';
import type { RepositoryName } from '../core/reference.js';
import { MAX_KEPT_BYTES } from '../store/recent.js';
import { itemsOf } from './claims.js';
import type { RepositoryContext } from './context.js';
import { findNeed } from './needs.js';
import type { BlobService, CallOptions } from './registry.js';

/** A link older than this is renewed by the HEAD of somebody who may push: half of the time that garbage collection spares the young. */
const REFRESH_AFTER_MS = 12 * 3600_000;
/** A link that others take away while it is being written is written again so often. */
const MAX_TRIES = 3;

/** The blobs of a repository. */
export function createBlobService(context: RepositoryContext): BlobService {
  const { stores, here, holders } = context;
  const { recent } = stores;

  const unknown = (digest: Digest): RegistryError => new RegistryError('BLOB_UNKNOWN', { detail: { digest } });
  const describe = (digest: Digest, size: number): Descriptor => ({ mediaType: MEDIA_TYPES.octets, digest, size });

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
    if (target === undefined) return undefined;
    await here.prepare();
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      await here.layers.link(digest, target, options);
      await stores.condemned.clear(itemsOf(here, digest, target), options);
      const facts = await stores.blobs.stat(target, options);
      if (facts === undefined) return undefined;
      if ((await here.layers.resolve(digest, options)) === undefined) continue;
      await stores.blobs.settle(target, options);
      holders.note(digest, here.name);
      return describe(digest, facts.size);
    }
    return undefined;
  };

  return {
    async stat(digest, options) {
      const target = await resolve(digest, options);
      const facts = await stores.blobs.stat(target, options);
      if (facts === undefined) throw unknown(digest);
      if (options?.refresh) await refresh(digest, target, options);
      return describe(digest, facts.size);
    },

    async open(digest, options) {
      const target = await resolve(digest, options);
      const reader = await stores.blobs.open(target, options);
      if (reader === undefined) throw unknown(digest);
      return {
        descriptor: describe(digest, reader.size),
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
      if (kept) return { descriptor: describe(digest, kept.length), bytes: kept, fresh };
      const facts = await stores.blobs.stat(target, options);
      if (facts === undefined) throw unknown(digest);
      if (facts.size > MAX_KEPT_BYTES) return undefined;
      const bytes = await stores.blobs.read(target, options);
      if (bytes === undefined) throw unknown(digest);
      recent.keep(target, bytes);
      return { descriptor: describe(digest, bytes.length), bytes, fresh };
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
      await here.trash.add(
        {
          what: `blob ${digest}`,
          links: [{ kind: 'layer', digest, target }],
          ...(context.actor ? { actor: context.actor.name } : {}),
        },
        options,
      );
      await stores.condemned.clear(itemsOf(here, digest, target), options);
      await here.layers.unlink(digest, options);
      recent.forget(here.layers.pathOf(digest));
      // A manifest that was linked here alone is remembered as a revision.
      recent.forget(here.revisions.pathOf(digest));
    },
  };
}
