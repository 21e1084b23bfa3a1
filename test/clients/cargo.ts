/**
 * One of everything that a volume can hold, pushed by real clients to whoever serves it, and looked at wherever it is
 * served next: an image in three formats, an index, a mount, a tag that has moved, and an upload that stopped half-way.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copy, oci } from './checks/skopeo.js';
import type { Images } from './images.js';
import {
  assertInRegistry,
  blobFile,
  type Document,
  descriptorOf,
  type LocalImage,
  parseJson,
  sha256,
  tagsOf,
} from './oci-layout.js';
import { assertLayersIn, readSigned, type SignedImage, signedIn } from './schema1.js';
import { type Upload, uploadPath } from './volume.js';
import type { World } from './world.js';

/** What was pushed, to be found again. */
export interface Cargo {
  /** Where all of it stands, below the prefix of the run. */
  readonly place: string;
  readonly small: LocalImage;
  readonly arm: LocalImage;
  readonly index: LocalImage;
  /** The folder that the Docker schema 2 image was pushed from. */
  readonly docker: string;
  /** In schema 1. */
  readonly signed: SignedImage | undefined;
  /** Half of `content`. */
  readonly upload: Upload;
  readonly content: Buffer;
}

/**
 * Pushes all of it, or all but what is of schema 1, which docker/distribution 3 has given up. `place` keeps one cargo from
 * another in the same volume.
 */
export async function load(world: World, images: Images, place: string, withSchema1 = true): Promise<Cargo> {
  const [small, arm, index] = [await images.small(), await images.arm(), await images.index()];
  const to = (name: string) => `docker://${world.image(`${place}/${name}`)}`;
  const docker = await world.folder('docker');
  await copy(world, '--format', 'v2s2', oci(small), `dir:${docker}`);
  await copy(world, oci(small), to('oci:v1'));
  await copy(world, oci(arm), to('oci:moving'));
  await copy(world, oci(small), to('oci:moving'));
  await copy(world, '--all', oci(index), to('index:v1'));
  await copy(world, `dir:${docker}`, to('docker:v1'));
  if (withSchema1) await copy(world, '--format', 'v2s1', oci(small), to('signed:v1'));
  await mount(world, small, `${place}/oci`, `${place}/mounted`);
  const content = Buffer.alloc(200_000, `content of an upload, ${place}. `);
  return {
    place,
    small,
    arm,
    index,
    docker,
    signed: withSchema1 ? await signedIn(world, `${place}/signed`, 'v1') : undefined,
    upload: await begin(world, `${place}/begun`, content.subarray(0, 100_000)),
    content,
  };
}

/** Fails unless all of it is there, byte for byte, but for the upload. */
export async function assertLoaded(world: World, cargo: Cargo): Promise<void> {
  const { place, small, arm, index, signed } = cargo;
  await assertInRegistry(world, `${place}/oci`, 'v1', small);
  await assertInRegistry(world, `${place}/oci`, 'moving', small);
  await assertInRegistry(world, `${place}/oci`, (await descriptorOf(arm)).digest, arm);
  await assertInRegistry(world, `${place}/index`, 'v1', index);
  await assertInRegistry(world, `${place}/mounted`, (await descriptorOf(small)).digest, small);
  assert.deepEqual((await tagsOf(world, `${place}/oci`)).toSorted(), ['moving', 'v1']);
  await assertPulled(world, cargo);
  if (signed !== undefined) await assertSigned(world, cargo, signed);
}

/** What skopeo pulls into a folder, in Docker's own format. */
async function assertPulled(world: World, { place, docker }: Cargo): Promise<void> {
  const folder = await world.folder('pulled');
  await copy(world, `docker://${world.image(`${place}/docker`)}:v1`, `dir:${folder}`);
  await world.run('diff', ['-r', docker, folder]);
}

/** The payload as it was pushed, by tag and by digest, whoever has signed it, and what skopeo pulls. */
async function assertSigned(world: World, { place, small }: Cargo, signed: SignedImage): Promise<void> {
  for (const reference of ['v1', signed.digest]) {
    const found = await signedIn(world, `${place}/signed`, reference);
    assert.ok(found.payload.equals(signed.payload), 'the payload is the one that was pushed');
  }
  const folder = await world.folder('pulled');
  await copy(world, `docker://${world.image(`${place}/signed`)}:v1`, `dir:${folder}`);
  await assertLayersIn(folder, await readSigned(await readFile(join(folder, 'manifest.json'))), small);
}

/** Goes on with the upload, to its end. */
export async function finish(world: World, { upload, content }: Pick<Cargo, 'upload' | 'content'>): Promise<void> {
  const digest = sha256(content);
  const url = `${world.url}${uploadPath(world, upload)}&digest=${encodeURIComponent(digest)}`;
  const ended = await world.fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(content.subarray(upload.offset)),
  });
  assert.equal(ended.status, 201, await ended.text());
  await assertFinished(world, { upload, content });
}

/** Fails unless the upload has become a blob. */
export async function assertFinished(world: World, { upload, content }: Pick<Cargo, 'upload' | 'content'>): Promise<void> {
  const found = await world.fetch(`${world.url}/v2/${world.repository(upload.name)}/blobs/${sha256(content)}`);
  assert.equal(found.status, 200);
  assert.ok(Buffer.from(await found.arrayBuffer()).equals(content), 'both halves, in order');
}

async function mount(world: World, image: LocalImage, from: string, to: string): Promise<void> {
  const top = await descriptorOf(image);
  const bytes = await readFile(blobFile(image.layout, top.digest));
  const { config, layers = [] } = parseJson<Document>(bytes);
  for (const blob of [...(config ? [config] : []), ...layers]) {
    const query = `mount=${encodeURIComponent(blob.digest)}&from=${encodeURIComponent(world.repository(from))}`;
    const mounted = await world.fetch(`${world.url}/v2/${world.repository(to)}/blobs/uploads/?${query}`, { method: 'POST' });
    assert.equal(mounted.status, 201, 'a mount');
  }
  // By digest alone: this repository has no tag.
  const put = await world.fetch(`${world.url}/v2/${world.repository(to)}/manifests/${top.digest}`, {
    method: 'PUT',
    headers: { 'content-type': top.mediaType },
    body: new Uint8Array(bytes),
  });
  assert.equal(put.status, 201, await put.text());
}

/** Begins an upload with these bytes. */
export async function begin(world: World, name: string, half: Buffer): Promise<Upload> {
  const started = await world.fetch(`${world.url}/v2/${world.repository(name)}/blobs/uploads/`, { method: 'POST' });
  assert.equal(started.status, 202);
  const location = new URL(started.headers.get('location') ?? '', world.url);
  const continued = await world.fetch(location, {
    method: 'PATCH',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(half),
  });
  assert.equal(continued.status, 202);
  return { name, id: location.pathname.split('/').at(-1) ?? '', offset: half.length };
}
