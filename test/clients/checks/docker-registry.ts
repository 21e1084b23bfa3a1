/** docker-registry 2.8 and lading on one folder, in turn: each serves what the other has written. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { assertFinished, assertLoaded, finish, load } from '../cargo.js';
import type { Check } from '../check.js';
import type { Images } from '../images.js';
import { assertInRegistry, descriptorOf } from '../oci-layout.js';
import { signedIn } from '../schema1.js';
import { assertSha512, pushManifest, pushSha512 } from '../sha512.js';
import { createVolume, uploadPath } from '../volume.js';
import type { World } from '../world.js';
import { copy, oci } from './skopeo.js';

/** A file that the garbage collection of 2.8 takes although it is in use: it does not know signatures. */
const SIGNATURE = /\/signatures\/sha256\/([0-9a-f]{64})\/link$/;

/** A signed manifest of two parties, and an image that only its digest leads to. */
async function loadForCollection(world: World, images: Images) {
  const cargo = await load(world, images, 'kept');
  await pushSha512(world, 'kept/sha512');
  await copy(world, '--format', 'v2s1', oci(await images.small()), `docker://${world.image('kept/signed')}:v1`);
  assert.equal((await signedIn(world, 'kept/signed', 'v1')).keyIds.length, 2);
  return cargo;
}

/** The checks. */
export const dockerRegistry: readonly Check[] = [
  {
    name: 'docker-registry 2.8 serves what lading wrote, schema 1 included, goes on with its upload, and lading again',
    async run(world, images) {
      const volume = await createVolume(world);
      const cargo = await volume.with('lading', (lading) => load(lading, images, 'ours'));
      await volume.with('docker-registry', async (registry) => {
        await assertLoaded(registry, cargo);
        assert.equal((await signedIn(registry, 'ours/signed', 'v1')).keyIds.length, 1, 'it signs itself');
        await finish(registry, cargo);
      });
      await volume.with('lading', async (lading) => {
        await assertLoaded(lading, cargo);
        await assertFinished(lading, cargo);
        const { document } = await signedIn(lading, 'ours/signed', 'v1');
        assert.ok(cargo.signed && document.equals(cargo.signed.document), 'with the signature that was pushed');
      });
    },
  },
  {
    name: 'lading serves what docker-registry 2.8 wrote, schema 1 included, goes on with its upload, and docker-registry again',
    async run(world, images) {
      const volume = await createVolume(world);
      const theirs = await volume.with('docker-registry', (registry) => load(registry, images, 'theirs'));
      const ours = await volume.with('lading', async (lading) => {
        await assertLoaded(lading, theirs);
        assert.equal((await signedIn(lading, 'theirs/signed', 'v1')).keyIds.length, 1, 'signed by the key of the store');
        await finish(lading, theirs);
        return load(lading, images, 'ours');
      });
      await volume.with('docker-registry', async (registry) => {
        for (const cargo of [theirs, ours]) await assertLoaded(registry, cargo);
        await assertFinished(registry, theirs);
        await finish(registry, ours);
      });
    },
  },
  {
    name: 'an upload goes on at lading by the Location of docker-registry 2.8, and back, but not there by the one of lading',
    async run(world) {
      const volume = await createVolume(world);
      const name = 'switched/over';
      const send = async (at: World, method: string, target: string, body?: string) => {
        const headers = { 'content-type': 'application/octet-stream' };
        const answer = await at.fetch(new URL(target, at.url), { method, headers, ...(body === undefined ? {} : { body }) });
        await answer.arrayBuffer();
        const { pathname, search } = new URL(answer.headers.get('location') ?? target, at.url);
        return { status: answer.status, location: pathname + search };
      };
      const theirs = await volume.with('docker-registry', async (registry) => {
        const { location } = await send(registry, 'POST', `/v2/${world.repository(name)}/blobs/uploads/`);
        assert.match(location, /_state=/);
        return (await send(registry, 'PATCH', location, 'one')).location;
      });
      const ours = await volume.with('lading', async (lading) => {
        const patched = await send(lading, 'PATCH', theirs, 'two');
        assert.equal(patched.status, 202);
        assert.doesNotMatch(patched.location, /_state=/);
        return patched.location;
      });
      const id = ours.split('/').at(-1) ?? '';
      const digest = `sha256:${createHash('sha256').update('onetwothree').digest('hex')}`;
      await volume.with('docker-registry', async (registry) => {
        assert.equal((await send(registry, 'PATCH', ours, 'three')).status, 404);
        const { location, status } = await send(registry, 'PATCH', uploadPath(registry, { name, id, offset: 6 }), 'three');
        assert.equal(status, 202);
        assert.equal((await send(registry, 'PUT', `${location}&digest=${digest}`)).status, 201);
      });
      await volume.with('lading', async (lading) => {
        const got = await lading.fetch(`${lading.url}/v2/${world.repository(name)}/blobs/${digest}`);
        assert.equal(await got.text(), 'onetwothree');
      });
    },
  },
  {
    name: 'docker-registry 2.8 collects garbage of a store that lading wrote and takes signatures alone',
    async run(world, images) {
      const volume = await createVolume(world);
      const cargo = await volume.with('lading', (lading) => loadForCollection(lading, images));
      const before = await volume.files();
      const signatures = before.flatMap((path) => SIGNATURE.exec(path)?.[1] ?? []);
      assert.equal(signatures.length, 2);
      await volume.collectGarbage('docker-registry');
      const left = new Set(await volume.files());
      assert.deepEqual(
        before.filter((path) => !left.has(path)),
        signatures.map((hex) => `blobs/sha256/${hex.slice(0, 2)}/${hex}/data`).toSorted(),
      );
      await volume.with('lading', async (lading) => {
        await assertLoaded(lading, cargo);
        await assertSha512(lading, 'kept/sha512');
        assert.equal((await signedIn(lading, 'kept/signed', 'v1')).keyIds.length, 1, 'signed by the key of the store');
        await finish(lading, cargo);
      });
    },
  },
  {
    name: 'docker-registry 2.8 removes untagged manifests from a store that lading wrote, and what is tagged stays',
    async run(world, images) {
      const volume = await createVolume(world);
      const small = await images.small();
      const cargo = await volume.with('lading', (lading) => loadForCollection(lading, images));
      const printed = await volume.collectGarbage('docker-registry', '--delete-untagged');
      // The tag has moved on from it, and nothing else names it: this is what the option is for.
      assert.ok(printed.includes((await descriptorOf(cargo.arm)).digest));
      await volume.with('lading', async (lading) => {
        for (const name of ['oci', 'docker', 'signed'])
          await copy(lading, `docker://${lading.image(`kept/${name}`)}:v1`, `dir:${await world.folder('left')}`);
        await copy(lading, oci(small), `docker://${lading.image('kept/mounted')}:v1`);
        // It does not see that an index keeps its images. The next push of the index mends that.
        await assert.rejects(assertInRegistry(lading, 'kept/index', 'v1', cargo.index), /manifests/);
        await copy(lading, '--all', oci(cargo.index), `docker://${lading.image('kept/index')}:v1`);
        await assertInRegistry(lading, 'kept/index', 'v1', cargo.index);
      });
    },
  },
  {
    name: 'docker-registry 2.8 serves content by its sha512 from a store that lading wrote',
    async run(world) {
      const volume = await createVolume(world);
      await volume.with('lading', (lading) => pushSha512(lading, 'sha512'));
      await volume.with('docker-registry', (registry) => assertSha512(registry, 'sha512'));
    },
  },
  {
    name: 'docker-registry 2.8 refuses to collect garbage where a manifest is of a type that it does not know, and takes nothing',
    async run(world) {
      const volume = await createVolume(world);
      const type = 'application/vnd.example.unknown+json';
      await volume.with('lading', (lading) =>
        pushManifest(lading, 'unknown/manifests/v1', type, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type }))),
      );
      const before = await volume.files();
      await assert.rejects(volume.collectGarbage('docker-registry'), /unrecognized manifest content type/);
      assert.deepEqual(await volume.files(), before);
    },
  },
];
