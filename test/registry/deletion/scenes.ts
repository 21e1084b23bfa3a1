/** The scenes: each kind of writer of a reference, against a collection that is after what the reference needs. */
import type { Descriptor } from '../../../src/core/descriptor.js';
import type { Digest } from '../../../src/core/digest.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { describeBytes, imageManifest, type PushedImage, piecesOf, pushBlob, pushImage, tagOf } from '../../support/images.js';
import { ARCHIVE, ARCHIVE_TARSUM, pushByTarsum, SAME_TARSUM } from '../../support/tarsum-pushes.js';
import { A, B, type Hands, type Scene } from './scenarios.js';

const CONTENT = 'content';
const { digest: CONTENT_DIGEST } = describeBytes(CONTENT);

async function push(hands: Hands, name: typeof A): Promise<void> {
  const { uploads } = hands.repository(name);
  const { id } = await uploads.start();
  await uploads.append(id, piecesOf(CONTENT));
  const { digest } = await uploads.commit(id, CONTENT_DIGEST);
  hands.promise({ kind: 'blob', name, digest });
}

async function mount(hands: Hands, digest: Digest): Promise<void> {
  if (await hands.repository(B).blobs.mount(digest, { from: A })) hands.promise({ kind: 'blob', name: B, digest });
}

/** An upload whose content lies in the store already, with no reference. */
export const uploadOfGarbage: Scene<void> = {
  before: async (_registry, driver) => driver.put(pathFor('blobData', { blob: CONTENT_DIGEST }), Buffer.from(CONTENT)),
  actors: { uploader: (hands) => push(hands, A) },
};

/** Two uploads of it, into two repositories, and two collections. */
export const twoUploads: Scene<void> = {
  ...uploadOfGarbage,
  actors: { first: (hands) => push(hands, A), second: (hands) => push(hands, B) },
  collectors: 2,
};

/** A mount from a repository whose link no manifest needs, so that the collection is after link and content. */
export const mountOfOld: Scene<Digest> = {
  before: async (registry) => (await pushBlob(registry.repository(A), CONTENT)).digest,
  actors: { mounter: mount },
};

/** The same while the source is deleted, its trash emptied, and pushed again. */
export const mountWhileSourceGoes: Scene<Digest> = {
  ...mountOfOld,
  actors: {
    mounter: mount,
    deleter: async (hands, digest) => {
      await hands.repository(A).blobs.remove(digest);
      await hands.emptyTrash(A);
    },
  },
  collectors: 2,
};

/** A manifest is put that needs blobs which were pushed long ago. */
export const manifestOfOldBlobs: Scene<Descriptor> = {
  before: async (registry) => pushBlob(registry.repository(A), CONTENT),
  actors: {
    pusher: async (hands, config) => {
      const { descriptor } = await hands.repository(A).manifests.put(imageManifest({ config }));
      hands.promise({ kind: 'manifest', name: A, digest: descriptor.digest });
    },
  },
};

/** A tag is set on a revision that no tag names, and that a retention rule is after. */
export const tagOfOldRevision: Scene<PushedImage> = {
  before: async (registry) => pushImage(registry.repository(A), 'image'),
  actors: {
    tagger: async (hands, { bytes, digest }) => {
      await hands.repository(A).manifests.put(bytes, { tags: [tagOf('v1')] });
      hands.promise({ kind: 'tag', name: A, tag: 'v1', digest });
    },
  },
  takesRevisions: true,
};

/** A pusher's HEAD tells that an old blob stands. */
export const refreshOfOld: Scene<Digest> = {
  before: async (registry) => (await pushBlob(registry.repository(A), CONTENT)).digest,
  actors: {
    header: async (hands, digest) => {
      await hands.repository(A).blobs.stat(digest, { refresh: true });
      hands.promise({ kind: 'blob', name: A, digest });
    },
  },
};

/** A tagged image goes into the trash and comes back, again and again. */
export const trashAndBack: Scene<PushedImage> = {
  before: async (registry) => pushImage(registry.repository(A), 'image', { tags: [tagOf('v1')] }),
  actors: {
    person: async (hands, { digest }) => {
      const { manifests, trash } = hands.repository(A);
      for (let times = 0; times < 2; times++) {
        await manifests.remove(digest);
        for (const { id } of await trash.list()) await trash.restore(id);
      }
      hands.promise({ kind: 'manifest', name: A, digest }, { kind: 'tag', name: A, tag: 'v1', digest });
    },
  },
  takesRevisions: true,
};

/** A blob that is in the trash comes back. */
export const blobOutOfTrash: Scene<Digest> = {
  before: async (registry) => {
    const { digest } = await pushBlob(registry.repository(A), CONTENT);
    await registry.repository(A).blobs.remove(digest);
    return digest;
  },
  actors: {
    person: async (hands, digest) => {
      const { trash } = hands.repository(A);
      for (const { id } of await trash.list()) await trash.restore(id);
      hands.promise({ kind: 'blob', name: A, digest });
    },
  },
};

/** Pushes the archive by its tarsum. */
async function pushAlias(hands: Hands, bytes: Buffer): Promise<void> {
  const { digest } = await pushByTarsum(hands.repository(A), bytes);
  hands.promise({ kind: 'blob', name: A, digest }, { kind: 'blob', name: A, digest: ARCHIVE_TARSUM });
}

/** An upload by a tarsum whose content lies in the store already, with no reference. */
export const aliasOfGarbage: Scene<void> = {
  before: async (_registry, driver) =>
    driver.put(pathFor('blobData', { blob: describeBytes(ARCHIVE).digest }), Buffer.from(ARCHIVE)),
  actors: { uploader: (hands) => pushAlias(hands, ARCHIVE) },
};

/** An upload by a tarsum that the repository has other content under, whose links are old and needed by no manifest. */
export const aliasOfOld: Scene<void> = {
  before: async (registry) => void (await pushByTarsum(registry.repository(A), ARCHIVE)),
  actors: { uploader: (hands) => pushAlias(hands, SAME_TARSUM) },
};

/** Two at once, of different content that has the same tarsum. */
export const twoAliases: Scene<void> = {
  before: aliasOfGarbage.before,
  actors: { first: (hands) => pushAlias(hands, ARCHIVE), second: (hands) => pushAlias(hands, SAME_TARSUM) },
};

/** The same while what one of them stored is deleted, and the trash emptied. */
export const aliasesWhileOneGoes: Scene<void> = {
  before: aliasOfOld.before,
  actors: {
    // With the other content its alias goes, which may have been the only one.
    first: async (hands) => {
      const { digest } = await pushByTarsum(hands.repository(A), SAME_TARSUM);
      hands.promise({ kind: 'blob', name: A, digest });
    },
    deleter: async (hands) => {
      await hands.repository(A).blobs.remove(describeBytes(ARCHIVE).digest);
      await hands.emptyTrash(A);
    },
  },
};

/** A mount of an old alias. */
export const mountOfOldAlias: Scene<void> = {
  before: aliasOfOld.before,
  actors: {
    mounter: async (hands) => {
      const mounted = await hands.repository(B).blobs.mount(ARCHIVE_TARSUM, { from: A });
      if (mounted === undefined) return;
      for (const digest of [mounted.digest, ARCHIVE_TARSUM]) hands.promise({ kind: 'blob', name: B, digest });
    },
  },
};

/** A manifest is put that names an old blob by its alias. */
export const manifestOfOldAlias: Scene<void> = {
  before: aliasOfOld.before,
  actors: {
    pusher: async (hands) => {
      const config = { ...describeBytes(ARCHIVE), digest: ARCHIVE_TARSUM };
      const { descriptor } = await hands.repository(A).manifests.put(imageManifest({ config }));
      const parts = [ARCHIVE_TARSUM, describeBytes(ARCHIVE).digest];
      hands.promise({ kind: 'manifest', name: A, digest: descriptor.digest });
      for (const digest of parts) hands.promise({ kind: 'blob', name: A, digest });
    },
  },
};

/** Content with an alias that is in the trash comes back. */
export const aliasOutOfTrash: Scene<void> = {
  before: async (registry) => {
    await pushByTarsum(registry.repository(A), ARCHIVE);
    await registry.repository(A).blobs.remove(describeBytes(ARCHIVE).digest);
  },
  actors: {
    person: async (hands) => {
      const { trash } = hands.repository(A);
      for (const { id } of await trash.list()) await trash.restore(id);
      for (const digest of [describeBytes(ARCHIVE).digest, ARCHIVE_TARSUM]) hands.promise({ kind: 'blob', name: A, digest });
    },
  },
};

/** Everything at once: images pushed, tagged, mounted, deleted, restored, collected twice. */
export const crowd: Scene<PushedImage> = {
  before: async (registry) => pushImage(registry.repository(A), 'image', { tags: [tagOf('v1')] }),
  actors: {
    pusher: async (hands) => {
      const { digest } = await pushImage(hands.repository(B), 'image', { tags: [tagOf('v1')] });
      hands.promise({ kind: 'tag', name: B, tag: 'v1', digest });
    },
    mounter: async (hands, { layer }) => mount(hands, layer.digest),
    deleter: async (hands, { digest }) => {
      await hands.repository(A).manifests.remove(digest);
      await hands.emptyTrash(A);
    },
    uploader: (hands) => push(hands, A),
  },
  collectors: 2,
  takesRevisions: true,
};
