/** Reads OCI image layouts on disk and compares them, byte for byte, with each other and with what a registry answers. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './world.js';

/** As far as the checks look into manifests. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly architecture: string; readonly os: string };
}

/** A manifest or an index. */
export interface Document {
  readonly schemaVersion: number;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly subject?: Descriptor;
}

/** An image in a layout on disk. */
export interface LocalImage {
  readonly layout: string;
  readonly tag: string;
}

/** Every type of manifest that clients ask for. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

const REF_NAME = 'org.opencontainers.image.ref.name';

/** Where a layout keeps a blob. */
export function blobFile(layout: string, digest: string): string {
  return join(layout, 'blobs', ...digest.split(':'));
}

/** Reads JSON as the caller expects it to be. */
export function parseJson<T>(bytes: Buffer | string): T {
  return JSON.parse(bytes.toString()) as T;
}

/** The descriptor that a tag of the layout names. */
export async function descriptorOf(image: LocalImage): Promise<Descriptor> {
  const index = parseJson<Document>(await readFile(join(image.layout, 'index.json')));
  const found = index.manifests?.find((entry) => entry.annotations?.[REF_NAME] === image.tag);
  const only = index.manifests?.length === 1 ? index.manifests[0] : undefined;
  const descriptor = found ?? only;
  assert.ok(descriptor, `${image.layout} has no ${image.tag}`);
  return descriptor;
}

/** Adds a descriptor to the layout under a tag. */
export async function tagLayout(image: LocalImage, descriptor: Descriptor): Promise<void> {
  const file = join(image.layout, 'index.json');
  const index = parseJson<Document>(await readFile(file));
  const others = (index.manifests ?? []).filter((entry) => entry.annotations?.[REF_NAME] !== image.tag);
  const entry = { ...descriptor, annotations: { [REF_NAME]: image.tag } };
  await writeFile(file, JSON.stringify({ ...index, manifests: [...others, entry] }));
}

/** A layout that holds this image alone, for clients that take a whole layout. Its blobs are those of the first. */
export async function alone(world: World, image: LocalImage): Promise<LocalImage> {
  const layout = await world.folder('alone');
  await symlink(join(image.layout, 'blobs'), join(layout, 'blobs'));
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(
    join(layout, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [await descriptorOf(image)],
    }),
  );
  return { layout, tag: image.tag };
}

/** Writes a blob into the layout. */
export async function addToLayout(layout: string, mediaType: string, bytes: Buffer): Promise<Descriptor> {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  await writeFile(blobFile(layout, digest), bytes);
  return { mediaType, digest, size: bytes.length };
}

/** Fails unless the two images are the same: the manifest's bytes, those of its children, each configuration and layer. */
export async function assertSameImage(actual: LocalImage, expected: LocalImage): Promise<void> {
  const wanted = await descriptorOf(expected);
  assert.equal((await descriptorOf(actual)).digest, wanted.digest, 'the digest of the manifest');
  await walk(expected, wanted, async (digest) => {
    await assertSameBytes(createReadStream(blobFile(actual.layout, digest)), blobFile(expected.layout, digest), digest);
  });
}

/** Fails unless the registry answers with exactly this image under the reference, and with its digests in the headers. */
export async function assertInRegistry(world: World, name: string, reference: string, image: LocalImage): Promise<void> {
  const top = await descriptorOf(image);
  await walk(image, top, async (digest, isManifest) => {
    const kind = isManifest ? 'manifests' : 'blobs';
    const response = await get(world, `/v2/${world.repository(name)}/${kind}/${digest === top.digest ? reference : digest}`);
    assert.equal(response.headers.get('docker-content-digest'), digest);
    assert.ok(response.body);
    await assertSameBytes(response.body, blobFile(image.layout, digest), digest);
  });
}

/** A GET that succeeds. */
export async function get(world: World, path: string): Promise<Response> {
  const response = await world.fetch(world.url + path, {
    headers: { accept: MANIFEST_TYPES },
  });
  assert.equal(response.status, 200, `GET ${path}`);
  return response;
}

/** The registry's bytes of a manifest. */
export async function manifestOf(world: World, name: string, reference: string): Promise<Buffer> {
  return Buffer.from(await (await get(world, `/v2/${world.repository(name)}/manifests/${reference}`)).arrayBuffer());
}

/** What the referrers API answers for a digest: an index, always. */
export async function referrersOf(
  world: World,
  name: string,
  digest: string,
  artifactType?: string,
): Promise<readonly Descriptor[]> {
  const filter = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const response = await get(world, `/v2/${world.repository(name)}/referrers/${digest}${filter}`);
  return ((await response.json()) as Document).manifests ?? [];
}

/** All tags of a repository. */
export async function tagsOf(world: World, name: string): Promise<readonly string[]> {
  const response = await get(world, `/v2/${world.repository(name)}/tags/list`);
  return ((await response.json()) as { tags: readonly string[] }).tags;
}

/** The digest of bytes. */
export function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Every document and blob of an image, once. */
async function walk(
  image: LocalImage,
  top: Descriptor,
  visit: (digest: string, isManifest: boolean) => Promise<void>,
): Promise<void> {
  const seen = new Set<string>();
  const step = async (descriptor: Descriptor): Promise<void> => {
    if (seen.has(descriptor.digest)) return;
    seen.add(descriptor.digest);
    const isManifest = MANIFEST_TYPES.includes(descriptor.mediaType);
    await visit(descriptor.digest, isManifest);
    if (!isManifest) return;
    const document = parseJson<Document>(await readFile(blobFile(image.layout, descriptor.digest)));
    const parts = [...(document.config ? [document.config] : []), ...(document.layers ?? []), ...(document.manifests ?? [])];
    for (const part of parts) await step(part);
  };
  await step(top);
  assert.ok(seen.size > 1, 'an image has more than a manifest');
}

/** Compares a stream with a file in step, so that a large layer is never in memory. */
async function assertSameBytes(actual: AsyncIterable<Uint8Array>, file: string, what: string): Promise<void> {
  const { size } = await stat(file);
  const expected = createReadStream(file, { highWaterMark: 1 << 20 })[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  for await (const chunk of actual) {
    let piece = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    at += piece.length;
    assert.ok(at <= size, `${what} is longer than ${String(size)} bytes`);
    while (piece.length > 0) {
      if (rest.length === 0) rest = (await expected.next()).value as Buffer;
      const length = Math.min(rest.length, piece.length);
      assert.ok(rest.subarray(0, length).equals(piece.subarray(0, length)), `${what} differs before byte ${String(at)}`);
      rest = rest.subarray(length);
      piece = piece.subarray(length);
    }
  }
  assert.equal(at, size, `${what} has all its bytes`);
}
