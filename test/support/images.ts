/** Small images to push: content of our own making, through the registry's own door. */
import type { Descriptor } from '../../src/core/descriptor.js';
import { type Digest, digestOf, type HashAlgorithm } from '../../src/core/digest.js';
import { MEDIA_TYPES } from '../../src/core/media-type.js';
import type { Tag } from '../../src/core/reference.js';
import type { PutManifestOptions, Repository } from '../../src/registry/registry.js';

/** One source of pieces. */
export async function* piecesOf(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece as Uint8Array);
}

/** Names content without pushing it. */
export function describeBytes(
  content: string | Uint8Array,
  mediaType: string = MEDIA_TYPES.octets,
  algorithm: HashAlgorithm = 'sha256',
): Descriptor {
  const bytes = Buffer.from(content as Uint8Array);
  return { mediaType, digest: digestOf(bytes, algorithm), size: bytes.length };
}

/** Pushes a blob as clients do: start, append, commit. */
export async function pushBlob(
  { uploads }: Repository,
  content: string | Uint8Array,
  algorithm: HashAlgorithm = 'sha256',
): Promise<Descriptor> {
  const { id } = await uploads.start({ algorithm });
  await uploads.append(id, piecesOf(content));
  return uploads.commit(id, describeBytes(content, MEDIA_TYPES.octets, algorithm).digest);
}

/** What an image manifest is made of. */
export interface ImageParts {
  readonly config: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The bytes of an OCI image manifest. */
export function imageManifest({ config, layers = [], ...more }: ImageParts): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociImage, config, layers, ...more }));
}

/** The bytes of an OCI index. */
export function indexManifest(manifests: readonly Descriptor[], more: object = {}): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests, ...more }));
}

/** An image that has been pushed. */
export interface PushedImage {
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
  readonly config: Descriptor;
  readonly layer: Descriptor;
  readonly digest: Digest;
}

/** Pushes an image of one configuration and one layer, both told by `seed`. */
export async function pushImage(
  repository: Repository,
  seed: string,
  options: PutManifestOptions & Omit<ImageParts, 'config' | 'layers'> = {},
): Promise<PushedImage> {
  const { subject, artifactType, annotations, ...put } = options;
  const config = await pushBlob(repository, `config of ${seed}`);
  const layer = await pushBlob(repository, `layer of ${seed}`);
  const extra = {
    ...(subject ? { subject } : {}),
    ...(artifactType ? { artifactType } : {}),
    ...(annotations ? { annotations } : {}),
  };
  const bytes = imageManifest({ config, layers: [layer], ...extra });
  const { descriptor } = await repository.manifests.put(bytes, put);
  return { bytes, descriptor, config, layer, digest: descriptor.digest };
}

/** A tag that a test has spelled right. */
export function tagOf(text: string): Tag {
  return text as Tag;
}
