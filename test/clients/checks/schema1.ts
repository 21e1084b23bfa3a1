/** skopeo with Docker's schema 1: it converts, signs with a key of the moment, pushes, and takes apart what it pulls. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.js';
import { descriptorOf, type LocalImage } from '../oci-layout.js';
import { assertLayersIn, readSigned, type SignedImage, signedIn } from '../schema1.js';
import type { World } from '../world.js';
import { copy, oci } from './skopeo.js';

/** Pushes the source in schema 1, and pulls it into a folder: what came, taken apart. */
async function thereAndBack(world: World, source: string, name: string, image: LocalImage): Promise<SignedImage> {
  const remote = `docker://${world.image(name)}:v1`;
  await copy(world, '--format', 'v2s1', source, remote);
  const stored = await signedIn(world, name, 'v1');
  const folder = await world.folder('schema1');
  await copy(world, remote, `dir:${folder}`);
  const pulled = await readSigned(await readFile(join(folder, 'manifest.json')));
  assert.equal(pulled.digest, stored.digest);
  await assertLayersIn(folder, pulled, image);
  return pulled;
}

async function inspected(world: World, reference: string, ...options: string[]): Promise<Buffer> {
  return world.run('skopeo', ['inspect', ...options, '--tls-verify=false', `docker://${reference}`]);
}

/** The checks. */
export const schema1: readonly Check[] = [
  {
    name: 'skopeo pushes an OCI image in schema 1 and pulls its payload and its layers',
    async run(world, images) {
      const image = await images.small();
      const pulled = await thereAndBack(world, oci(image), 'schema1/oci', image);
      assert.equal(pulled.keyIds.length, 1);
    },
  },
  {
    name: 'skopeo pushes a Docker schema 2 image in schema 1 and pulls its payload and its layers',
    async run(world, images) {
      const image = await images.small();
      const folder = await world.folder('schema2');
      await copy(world, '--format', 'v2s2', oci(image), `dir:${folder}`);
      await thereAndBack(world, `dir:${folder}`, 'schema1/docker', image);
    },
  },
  {
    name: 'two keys that skopeo signs one schema 1 manifest with are both in what it pulls',
    async run(world, images) {
      const image = await images.small();
      const first = await thereAndBack(world, oci(image), 'schema1/two', image);
      const both = await thereAndBack(world, oci(image), 'schema1/two', image);
      assert.equal(both.digest, first.digest, 'the payload is one');
      assert.equal(both.keyIds.length, 2);
      assert.deepEqual(both.keyIds, both.keyIds.toSorted(), 'in the order of their keys');
      assert.ok(both.keyIds.includes(first.keyIds[0] ?? ''));
    },
  },
  {
    name: 'skopeo inspects a schema 1 manifest by tag and by digest, raw and read',
    async run(world, images) {
      await copy(world, '--format', 'v2s1', oci(await images.small()), `docker://${world.image('schema1/looked')}:v1`);
      const stored = await signedIn(world, 'schema1/looked', 'v1');
      const [byTag, byDigest] = [`${world.image('schema1/looked')}:v1`, `${world.image('schema1/looked')}@${stored.digest}`];
      for (const reference of [byTag, byDigest]) {
        assert.ok((await inspected(world, reference, '--raw')).equals(stored.document), reference);
        const shown = JSON.parse((await inspected(world, reference)).toString()) as { Digest: string; Layers: string[] };
        assert.equal(shown.Digest, stored.digest);
        assert.deepEqual(shown.Layers, stored.layers.toReversed());
      }
    },
  },
  {
    name: 'skopeo pushes back what it pulled in schema 1, with its digest preserved, and nothing is added',
    async run(world, images) {
      const image = await images.small();
      const remote = `docker://${world.image('schema1/again')}:v1`;
      const first = await thereAndBack(world, oci(image), 'schema1/again', image);
      const folder = await world.folder('preserved');
      await copy(world, '--preserve-digests', remote, `dir:${folder}`);
      await copy(world, '--preserve-digests', `dir:${folder}`, remote);
      assert.ok((await signedIn(world, 'schema1/again', 'v1')).document.equals(first.document));
    },
  },
  {
    name: 'skopeo copies a schema 1 image to another repository, signs it anew and needs no layer twice',
    async run(world, images) {
      const image = await images.small();
      const [from, to] = [`docker://${world.image('schema1/from')}:v1`, `docker://${world.image('schema1/to')}:v2`];
      await copy(world, '--format', 'v2s1', oci(image), from);
      await copy(world, from, to);
      const [old, made] = [await signedIn(world, 'schema1/from', 'v1'), await signedIn(world, 'schema1/to', 'v2')];
      assert.notEqual(made.digest, old.digest, 'its name is another');
      assert.deepEqual(made.layers, old.layers);
    },
  },
  {
    name: 'skopeo pulls a schema 1 image into an OCI layout, its layers as they are',
    async run(world, images) {
      const image = await images.small();
      await copy(world, '--format', 'v2s1', oci(image), `docker://${world.image('schema1/convert')}:v1`);
      const layout = join(await world.folder('converted'), 'layout');
      await copy(world, `docker://${world.image('schema1/convert')}:v1`, `oci:${layout}:v1`);
      assert.equal((await descriptorOf({ layout, tag: 'v1' })).mediaType, 'application/vnd.oci.image.manifest.v1+json');
      const blobs = await world.folder('blobs');
      await world.run('cp', ['-r', `${join(layout, 'blobs/sha256')}/.`, blobs]);
      await assertLayersIn(blobs, await signedIn(world, 'schema1/convert', 'v1'), image);
    },
  },
];
