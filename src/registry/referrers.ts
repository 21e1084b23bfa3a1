/** Referrers of a manifest: from the links that each push writes, and from the tags by which older clients kept the list. */
import { LRUCache } from 'lru-cache';
import type { Descriptor } from '../core/descriptor.js';
import { algorithmOf, type Digest, encodedOf } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { byteOrder } from '../core/pages.js';
import { isTag, type Tag } from '../core/reference.js';
import { parseManifest } from '../manifest/manifest.js';
import type { RepositoryContext } from './context.js';
import type { ManifestReader } from './manifest-reader.js';
import type { CallOptions, Content, ReferrerService } from './registry.js';

/** Descriptors on one page. */
const PAGE = 100;

interface Referrer {
  readonly subject: Digest | undefined;
  readonly descriptor: Descriptor;
}

/** What manifests say of themselves never changes, so some of it is remembered, for all repositories. */
export type ReferrerMemory = LRUCache<string, Referrer>;

/** Annotations may fill a manifest, so the size of the manifest counts, and some more for the rest. */
const MEMORY_BYTES = 16 * 1024 * 1024;
const OVERHEAD_BYTES = 500;

/** An empty memory. */
export function createReferrerMemory(): ReferrerMemory {
  return new LRUCache({ maxSize: MEMORY_BYTES, sizeCalculation: ({ descriptor }) => descriptor.size + OVERHEAD_BYTES });
}

/** The tag under which clients keep the list of referrers where a registry does not (OCI distribution-spec, referrers tag schema). */
export function fallbackTag(subject: Digest): Tag | undefined {
  const text = `${algorithmOf(subject).slice(0, 32)}-${encodedOf(subject).slice(0, 64)}`.replaceAll(/[^A-Za-z0-9_.-]/g, '-');
  return isTag(text) ? text : undefined;
}

/** The referrers of a repository. */
export function createReferrerService(
  { here }: RepositoryContext,
  read: ManifestReader,
  memory: ReferrerMemory,
): ReferrerService {
  const fromFallbackTag = async (subject: Digest, options?: CallOptions): Promise<readonly Digest[]> => {
    const tag = fallbackTag(subject);
    const digest = tag && (await here.tags.resolve(tag, options));
    const content = digest && (await read(digest, options));
    if (!content) return [];
    try {
      return parseManifest(content.bytes, content.descriptor.mediaType).references.map(
        (reference) => reference.descriptor.digest,
      );
    } catch (error) {
      if (error instanceof RegistryError) return [];
      throw error;
    }
  };

  const describe = async (digest: Digest, options?: CallOptions): Promise<Referrer | undefined> => {
    const content = await read(digest, options);
    if (content === undefined) return undefined;
    const key = `${digest} ${content.descriptor.mediaType}`;
    const known = memory.get(key) ?? toReferrer(content);
    if (known) memory.set(key, known);
    return known;
  };

  return {
    async *list(subject, options = {}) {
      const call = options.signal ? { signal: options.signal } : {};
      const digests = new Set([...(await here.referrers.list(subject, call)), ...(await fromFallbackTag(subject, call))]);
      let page: Descriptor[] = [];
      let left = options.limit ?? Number.POSITIVE_INFINITY;
      for (const digest of [...digests].sort(byteOrder)) {
        if (left === 0) break;
        if (options.after !== undefined && digest <= options.after) continue;
        const referrer = await describe(digest, call);
        if (referrer?.subject !== subject) continue;
        if (options.artifactType !== undefined && referrer.descriptor.artifactType !== options.artifactType) continue;
        page.push(referrer.descriptor);
        left--;
        if (page.length < PAGE) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
  };
}

function toReferrer({ descriptor, bytes }: Content): Referrer | undefined {
  try {
    const { subject, artifactType, annotations } = parseManifest(bytes, descriptor.mediaType);
    return {
      subject: subject?.digest,
      descriptor: {
        ...descriptor,
        ...(artifactType === undefined ? {} : { artifactType }),
        ...(annotations === undefined ? {} : { annotations }),
      },
    };
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}
