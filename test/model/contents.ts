/** What the model's clients push: a few blobs made of a few pieces, and manifests that name them and one another. */
import { createHash } from 'node:crypto';

/** Hashes that content is pushed by. */
export const ALGORITHMS = ['sha256', 'sha512'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** The digest of bytes, by another way than the registry's. */
export function digestBy(algorithm: Algorithm, bytes: Uint8Array): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** What goes into an upload at once. The last is larger than what the registry keeps in memory or prepares. */
export const PIECES: readonly Buffer[] = [
  Buffer.from('{}'),
  Buffer.from('hello'),
  Buffer.from('0123456789'),
  Buffer.alloc(300_000, 'lading'),
];

/** Blobs that manifests name and that are asked for. */
export const BLOBS: readonly Buffer[] = [Buffer.alloc(0), ...PIECES, Buffer.concat(PIECES)];

/** A manifest and what the registry has to find in it. */
export interface KnownManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly blobs: readonly string[];
  readonly children: readonly string[];
  readonly subject: string | undefined;
  /** As a descriptor shows it. */
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function blob(index: number, algorithm: Algorithm, mediaType = LAYER): Descriptor {
  const bytes = BLOBS[index] ?? Buffer.alloc(0);
  return { mediaType, digest: digestBy(algorithm, bytes), size: bytes.length };
}

function image(layers: readonly Descriptor[], more: object = {}, config = blob(1, 'sha256', CONFIG)): KnownManifest {
  const document = { schemaVersion: 2 as const, mediaType: IMAGE, config, layers, ...more };
  return known(document, [config, ...layers], [], config.mediaType);
}

function index(children: readonly KnownManifest[], more: object = {}): KnownManifest {
  const manifests = children.map(describe);
  return known({ schemaVersion: 2, mediaType: INDEX, manifests, ...more }, [], manifests, undefined);
}

function describe({ mediaType, bytes }: KnownManifest): Descriptor {
  return { mediaType, digest: digestBy('sha256', bytes), size: bytes.length };
}

interface Document {
  readonly [member: string]: unknown;
  readonly mediaType: string;
  readonly subject?: Descriptor;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

function known(
  document: Document,
  blobs: readonly Descriptor[],
  children: readonly Descriptor[],
  configType: string | undefined,
): KnownManifest {
  return {
    bytes: Buffer.from(JSON.stringify(document, null, 1)),
    mediaType: document.mediaType,
    blobs: blobs.map(({ digest }) => digest),
    children: children.map(({ digest }) => digest),
    subject: document.subject?.digest,
    artifactType: document.artifactType ?? configType,
    annotations: document.annotations,
  };
}

const plain = image([blob(2, 'sha256')]);
const empty = image([]);
const mixed = image([blob(3, 'sha512'), blob(2, 'sha256'), blob(0, 'sha256')]);
const large = image([blob(4, 'sha256'), blob(5, 'sha256')]);
const both = index([plain, empty]);
const nested = index([both], { artifactType: 'application/vnd.example.bundle' });
const signature = image([], { subject: describe(plain) }, blob(1, 'sha256', 'application/vnd.example.signature'));
const sbom = image([blob(2, 'sha256')], {
  subject: describe(plain),
  artifactType: 'application/vnd.example.sbom',
  annotations: { by: 'model' },
});
const listed = index([empty], { subject: describe(plain), annotations: { of: 'index' } });
const signed = image([], { subject: describe(sbom), artifactType: 'application/vnd.example.signature' });

/** Manifests that are pushed and asked for. */
export const MANIFESTS: readonly KnownManifest[] = [plain, empty, mixed, large, both, nested, signature, sbom, listed, signed];

/** Types that referrers are asked by. */
export const ARTIFACT_TYPES = [
  'application/vnd.example.sbom',
  'application/vnd.example.signature',
  'application/vnd.example.none',
];
