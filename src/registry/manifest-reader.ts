/** Reads manifests of one repository: link, payload, media type. For the services that need what a manifest says. */
import type { Digest } from '../core/digest.js';
import { MEDIA_TYPES } from '../core/media-type.js';
import { isSchema1Type } from '../manifest/kinds.js';
import { isManifest, MAX_MANIFEST_BYTES, mediaTypeOf } from '../manifest/manifest.js';
import type { RepositoryContext } from './context.js';
import type { CallOptions, Content } from './registry.js';
import { readSigned } from './signed-content.js';

/** Reads a revision; undefined when the repository has no link to it, or its payload is gone. */
export type ManifestReader = (digest: Digest, options?: CallOptions) => Promise<Content | undefined>;

/** A revision as it is stored: of schema 1 the payload, without signatures. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** What the revision leads to. */
  readonly target: Digest;
}

/** The readers of a repository. */
export interface ManifestReaders {
  readonly read: ManifestReader;
  /** As `read`, and nothing is put together or signed. */
  readonly readStored: (digest: Digest, options?: CallOptions) => Promise<StoredManifest | undefined>;
}

/** The readers of a repository. What was seen a moment ago is not asked again. */
export function createManifestReaders({ stores, here, signer }: RepositoryContext): ManifestReaders {
  const { blobs, recent } = stores;
  const resolve = async (digest: Digest, options?: CallOptions): Promise<Digest | undefined> => {
    const link = here.revisions.pathOf(digest);
    const known = recent.recall(link);
    if (known !== undefined) return known;
    const mark = recent.mark();
    const target = (await here.revisions.resolve(digest, options)) ?? (await linkedAsLayer(digest, options));
    if (target !== undefined) recent.saw(link, target, mark);
    return target;
  };

  /** docker/distribution 2.1 linked manifests as layers, by mistake. What else is linked there is none, and may be huge. */
  const linkedAsLayer = async (digest: Digest, options?: CallOptions): Promise<Digest | undefined> => {
    const target = await here.layers.resolve(digest, options);
    const facts = target && (await blobs.stat(target, options));
    if (!facts || facts.size > MAX_MANIFEST_BYTES) return undefined;
    const bytes = recent.content(target) ?? (await blobs.read(target, options));
    return bytes && isManifest(bytes) ? target : undefined;
  };

  const mediaType = async (digest: Digest, bytes: Buffer, options?: CallOptions): Promise<string> => {
    const link = here.revisions.pathOf(digest);
    const known = recent.mediaType(link);
    if (known !== undefined) return known;
    const mark = recent.mark();
    const found = (await here.revisions.mediaType(digest, options)) ?? mediaTypeOf(bytes) ?? MEDIA_TYPES.octets;
    recent.setMediaType(link, found, mark);
    return found;
  };

  const readStored: ManifestReaders['readStored'] = async (digest, options) => {
    const target = await resolve(digest, options);
    if (target === undefined) return undefined;
    const kept = recent.content(target);
    const bytes = kept ?? (await blobs.read(target, options));
    if (bytes === undefined) return undefined;
    if (kept === undefined) recent.keep(target, bytes);
    return { mediaType: await mediaType(digest, bytes, options), bytes, target };
  };

  const read: ManifestReader = async (digest, options) => {
    const stored = await readStored(digest, options);
    if (stored === undefined) return undefined;
    const { mediaType: type, bytes, target } = stored;
    const link = here.revisions.pathOf(digest);
    const known = (): boolean => recent.recall(link) === target;
    if (!isSchema1Type(type)) return { descriptor: { mediaType: type, digest, size: bytes.length }, bytes, fresh: known };
    const stands = async (): Promise<boolean> =>
      ((await here.revisions.resolve(digest, options)) ?? (await here.layers.resolve(digest, options))) !== undefined;
    const signed = await readSigned(here, signer, digest, bytes, stands, options);
    if (signed === undefined) {
      recent.forget(link);
      return undefined;
    }
    const descriptor = { mediaType: MEDIA_TYPES.dockerSchema1Signed, digest, size: signed.bytes.length };
    return { descriptor, bytes: signed.bytes, fresh: () => known() && signed.fresh() };
  };

  return { read, readStored };
}
