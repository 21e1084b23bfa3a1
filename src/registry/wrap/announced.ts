/**
 * Tells of every change, after it was made and before whoever asked for it is answered: what was answered with success has
 * been told of. Reads are told of by those who answer them, since many are answered without a call of the registry.
 */
import type { Digest } from '../../core/digest.js';
import type { RepositoryName, Tag } from '../../core/reference.js';
import type { EventSink, EventTarget, RegistryEvent } from '../events.js';
import type {
  Actor,
  BlobService,
  ManifestService,
  Origin,
  Registry,
  Repository,
  TagService,
  UploadService,
} from '../registry.js';

/** The same registry, whose changes are told of. */
export function announced(inner: Registry, sink: EventSink): Registry {
  return {
    ...inner,
    repository: (name, actor, origin) => announcedRepository(inner.repository(name, actor, origin), { sink, actor, origin }),
  };
}

/** Who did it, and who is told. */
interface Announcer {
  readonly sink: EventSink;
  readonly actor: Actor | undefined;
  readonly origin: Origin | undefined;
}

type Tell = (action: RegistryEvent['action'], ...targets: readonly EventTarget[]) => Promise<void>;

function announcedRepository(inner: Repository, { sink, actor, origin }: Announcer): Repository {
  const tell: Tell = (action, ...targets) => sink(targets.map((target) => ({ action, target, actor, origin })));
  return {
    ...inner,
    blobs: announcedBlobs(inner.blobs, inner.name, tell),
    uploads: announcedUploads(inner.uploads, inner.name, tell),
    manifests: announcedManifests(inner.manifests, inner.name, tell),
    tags: announcedTags(inner.tags, inner.name, tell),
  };
}

function announcedBlobs(inner: BlobService, repository: RepositoryName, tell: Tell): BlobService {
  return {
    ...inner,
    async mount(digest, source, options) {
      let from: RepositoryName | undefined = 'from' in source ? source.from : undefined;
      // Looked for, it is found in the last repository that was asked about.
      const noted: typeof source =
        'from' in source
          ? source
          : {
              mayRead(name) {
                const allowed = source.mayRead(name);
                if (allowed) from = name;
                return allowed;
              },
            };
      const descriptor = await inner.mount(digest, noted, options);
      if (descriptor) await tell('mount', { repository, content: { kind: 'blob', descriptor }, fromRepository: from });
      return descriptor;
    },
    async remove(digest, options) {
      await inner.remove(digest, options);
      await tell('delete', { repository, digest });
    },
  };
}

function announcedUploads(inner: UploadService, repository: RepositoryName, tell: Tell): UploadService {
  return {
    ...inner,
    async commit(id, digest, options) {
      const descriptor = await inner.commit(id, digest, options);
      await tell('push', { repository, content: { kind: 'blob', descriptor } });
      return descriptor;
    },
  };
}

function announcedManifests(inner: ManifestService, repository: RepositoryName, tell: Tell): ManifestService {
  return {
    ...inner,
    async put(bytes, options) {
      const result = await inner.put(bytes, options);
      const content = { kind: 'manifest' as const, descriptor: result.descriptor, bytes: () => bytes };
      const tags: readonly (Tag | undefined)[] = options?.tags?.length ? options.tags : [undefined];
      await tell('push', ...tags.map((tag) => ({ repository, content, tag })));
      return result;
    },
    async remove(digest: Digest, options) {
      const result = await inner.remove(digest, options);
      await tell('delete', { repository, digest }, ...result.tags.map((tag) => ({ repository, tag })));
      return result;
    },
  };
}

function announcedTags(inner: TagService, repository: RepositoryName, tell: Tell): TagService {
  return {
    ...inner,
    async remove(tag, options) {
      await inner.remove(tag, options);
      await tell('delete', { repository, tag });
    },
  };
}
