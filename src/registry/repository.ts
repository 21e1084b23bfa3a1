import { createBlobService } from './blobs.js';
import type { RepositoryContext } from './context.js';
import { createManifestReaders } from './manifest-reader.js';
import { createManifestService } from './manifests.js';
import { createReferrerService, type ReferrerMemory } from './referrers.js';
import type { Repository } from './registry.js';
import { createTagService } from './tags.js';
import { createTrashService } from './trash.js';
import { createUploadService } from './uploads.js';

/** The services of one repository, put together. Does no input or output. */
export function createRepository(context: RepositoryContext, memory: ReferrerMemory): Repository {
  const readers = createManifestReaders(context);
  return {
    name: context.here.name,
    blobs: createBlobService(context),
    uploads: createUploadService(context),
    manifests: createManifestService(context, readers),
    tags: createTagService(context),
    referrers: createReferrerService(context, readers.read, memory),
    trash: createTrashService(context),
  };
}
