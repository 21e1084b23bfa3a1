/** Images in Docker's schema 1, as clients push them and as registries answer with them. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSigned } from '../../src/manifest/schema1.js';
import { blobFile, type Document, descriptorOf, type LocalImage, parseJson, sha256 } from './oci-layout.js';
import type { World } from './world.js';

/** The layer of every step that changes no file, as clients of schema 1 write it. */
export const EMPTY_LAYER = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4';

const SIGNED = 'application/vnd.docker.distribution.manifest.v1+prettyjws';

/** A signed manifest, taken apart. Its signatures have been verified. */
export interface SignedImage {
  readonly document: Buffer;
  readonly payload: Buffer;
  /** Of the payload alone. */
  readonly digest: string;
  /** Who signed, in the order of the document. */
  readonly keyIds: readonly string[];
  /** The newest first, as the manifest has them. */
  readonly layers: readonly string[];
}

/** Takes it apart. Throws when it is not signed, or a signature is not one of its payload. */
export async function readSigned(document: Buffer): Promise<SignedImage> {
  const payload = Buffer.from((await parseSigned(document)).payload);
  const { signatures } = parseJson<{ signatures: readonly { header: { jwk: { kid: string } } }[] }>(document);
  const { fsLayers } = parseJson<{ fsLayers: readonly { blobSum: string }[] }>(payload);
  return {
    document,
    payload,
    digest: sha256(payload),
    keyIds: signatures.map(({ header }) => header.jwk.kid),
    layers: fsLayers.map(({ blobSum }) => blobSum),
  };
}

/** What the registry has under the reference. Fails unless its headers name the digest of the payload. */
export async function signedIn(world: World, name: string, reference: string): Promise<SignedImage> {
  const response = await world.fetch(`${world.url}/v2/${world.repository(name)}/manifests/${reference}`, {
    headers: { accept: SIGNED },
  });
  assert.equal(response.status, 200, `${name}:${reference}`);
  assert.equal(response.headers.get('content-type')?.split(';')[0], SIGNED);
  const image = await readSigned(Buffer.from(await response.arrayBuffer()));
  assert.equal(response.headers.get('docker-content-digest'), image.digest, 'the digest is that of the payload');
  return image;
}

/** Fails unless the folder, which skopeo has pulled into, holds the layers of the image, all others being empty. */
export async function assertLayersIn(folder: string, signed: SignedImage, image: LocalImage): Promise<void> {
  const wanted = (await layersOf(image)).toReversed();
  assert.deepEqual(
    signed.layers.filter((digest) => digest !== EMPTY_LAYER),
    wanted,
    'the layers, the newest first',
  );
  for (const digest of wanted) {
    const [pulled, pushed] = await Promise.all([
      readFile(join(folder, digest.replace('sha256:', ''))),
      readFile(blobFile(image.layout, digest)),
    ]);
    assert.ok(pulled.equals(pushed), `the bytes of ${digest}`);
  }
}

/** The digests of an image's layers, the oldest first. */
async function layersOf(image: LocalImage): Promise<readonly string[]> {
  const { digest } = await descriptorOf(image);
  const document = parseJson<Document>(await readFile(blobFile(image.layout, digest)));
  return (document.layers ?? []).map((layer) => layer.digest);
}
