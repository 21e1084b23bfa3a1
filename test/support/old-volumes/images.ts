/** Images as clients of 2014 pushed them: archives known by their tarsum, and signed manifests of schema 1. */
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../../src/core/digest.js';
import { mergeSignatures, parseSigned } from '../../../src/manifest/schema1.js';
import { generateSigningKey, readSigningKey } from '../../../src/manifest/signing-key.js';
import { archive } from '../../tarsum/archives.js';
import { sumOf } from '../../tarsum/sum-of.js';

/** A layer. */
export interface Layer {
  readonly bytes: Buffer;
  readonly tarsum: string;
  readonly sha256: string;
}

/** A signed manifest, whole and in its parts. */
export interface Signed {
  readonly document: Buffer;
  readonly payload: Buffer;
  readonly digest: string;
  readonly blocks: readonly { readonly bytes: Buffer; readonly digest: string }[];
}

/** A manifest at a tag of a repository, with its layers. */
export interface Image {
  readonly name: string;
  readonly tag: string;
  readonly signed: Signed;
  readonly layers: readonly Layer[];
}

const KEYS = [generateSigningKey(), generateSigningKey()].map(readSigningKey);

/** A small archive with this text in it; every other one is gzipped. */
export async function layerOf(text: string, isZipped = false): Promise<Layer> {
  const plain = archive(
    { name: 'etc/', type: '5', mode: 0o755 },
    { name: 'etc/motd', mode: 0o644, mtime: 1_416_000_000, body: text },
  );
  const bytes = isZipped ? gzipSync(plain) : plain;
  return { bytes, tarsum: await sumOf(bytes), sha256: digestOf(bytes) };
}

/** A manifest of these layers, newest first, signed by so many parties. */
export async function signedOf(name: string, tag: string, layers: readonly Layer[], parties = 1): Promise<Signed> {
  const fields = {
    name,
    tag,
    architecture: 'amd64',
    fsLayers: layers.map(({ tarsum }) => ({ blobSum: tarsum })),
    history: layers.map((_, i) => ({ v1Compatibility: JSON.stringify({ id: `${i}`, created: '2014-12-01T00:00:00Z' }) })),
    schemaVersion: 1,
  };
  const payload = Buffer.from(JSON.stringify(fields, undefined, 3));
  const time = new Date('2014-12-01T12:00:00Z');
  const document = mergeSignatures(
    payload,
    KEYS.slice(0, parties).map((key) => key.sign(payload, time)),
  );
  const { digest, blocks } = await parseSigned(document);
  return { document, payload, digest, blocks: blocks.map(({ bytes, digest: of }) => ({ bytes, digest: of })) };
}
