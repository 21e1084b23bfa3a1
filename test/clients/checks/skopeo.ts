/** skopeo: copies between the registry and folders, in both formats. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.js';
import {
  assertInRegistry,
  assertSameImage,
  type Document,
  type LocalImage,
  manifestOf,
  parseJson,
  sha256,
} from '../oci-layout.js';
import type { World } from '../world.js';

const PLAIN = ['--src-tls-verify=false', '--dest-tls-verify=false'];

/** `skopeo copy`, to and from registries that speak plain http. */
export function copy(world: World, ...args: string[]): Promise<Buffer> {
  return world.run('skopeo', ['copy', '--quiet', ...PLAIN, ...args], {
    timeoutMs: 300_000,
  });
}

/** The image as skopeo names it. */
export function oci(image: LocalImage): string {
  return `oci:${image.layout}:${image.tag}`;
}

/** Pushes the image, looks at every byte in the registry, pulls it into a fresh layout and looks again. */
async function thereAndBack(world: World, image: LocalImage, ...options: string[]): Promise<void> {
  const name = `skopeo/${image.tag}`;
  await copy(world, ...options, oci(image), `docker://${world.image(name)}:v1`);
  await assertInRegistry(world, name, 'v1', image);
  const back = {
    layout: join(await world.folder('skopeo'), 'back'),
    tag: 'v1',
  };
  await copy(world, ...options, `docker://${world.image(name)}:v1`, oci(back));
  await assertSameImage(back, image);
}

/** Makes a folder of the image in Docker's format, pushes that, and pulls it into another folder. */
async function throughFolders(world: World, image: LocalImage, type: string, ...options: string[]): Promise<void> {
  const [first, second] = [await world.folder('dir'), await world.folder('dir')];
  const name = `skopeo/docker-${image.tag}`;
  await copy(world, ...options, '--format', 'v2s2', oci(image), `dir:${first}`);
  await copy(world, ...options, `dir:${first}`, `docker://${world.image(name)}:v1`);
  const pushed = await manifestOf(world, name, 'v1');
  assert.equal(parseJson<Document>(pushed).mediaType, `application/vnd.${type}+json`);
  assert.ok(pushed.equals(await readFile(join(first, 'manifest.json'))), 'the manifest is the one that was pushed');
  await copy(world, ...options, `docker://${world.image(name)}:v1`, `dir:${second}`);
  await world.run('diff', ['-r', first, second]);
}

/** The checks. */
export const skopeo: readonly Check[] = [
  {
    name: 'skopeo pushes an OCI image and pulls the same bytes',
    run: async (world, images) => thereAndBack(world, await images.small()),
  },
  {
    name: 'skopeo pushes an index with all its images and pulls the same bytes',
    run: async (world, images) => thereAndBack(world, await images.index(), '--all'),
  },
  {
    name: 'skopeo pushes a whole Debian and pulls the same bytes',
    run: async (world, images) => thereAndBack(world, await images.debian()),
  },
  {
    name: 'skopeo pushes and pulls an image with a layer over 1 GiB',
    run: async (world, images) => thereAndBack(world, await images.large(), '--preserve-digests'),
  },
  {
    name: 'skopeo pushes a Docker schema 2 image, and pulls it into a folder byte for byte',
    run: async (world, images) => throughFolders(world, await images.small(), 'docker.distribution.manifest.v2'),
  },
  {
    name: 'skopeo pushes a Docker manifest list with all its images, and pulls it into a folder byte for byte',
    run: async (world, images) => throughFolders(world, await images.index(), 'docker.distribution.manifest.list.v2', '--all'),
  },
  {
    name: 'skopeo copies from repository to repository, inspects, lists tags and deletes',
    async run(world, images) {
      const image = await images.small();
      const [from, to] = [`${world.image('skopeo/from')}:v1`, `${world.image('skopeo/to')}:v2`];
      await copy(world, oci(image), `docker://${from}`);
      await copy(world, `docker://${from}`, `docker://${to}`);
      await assertInRegistry(world, 'skopeo/to', 'v2', image);
      const raw = await world.run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${to}`]);
      const shown = parseJson<{ Digest: string }>(await world.run('skopeo', ['inspect', '--tls-verify=false', `docker://${to}`]));
      assert.equal(shown.Digest, sha256(raw));
      const tags = async () =>
        parseJson<{ Tags: string[] }>(
          await world.run('skopeo', ['list-tags', '--tls-verify=false', `docker://${world.image('skopeo/to')}`]),
        ).Tags;
      assert.deepEqual(await tags(), ['v2']);
      await world.run('skopeo', ['delete', '--tls-verify=false', `docker://${to}`]);
      const gone = await fetch(`${world.url}/v2/${world.repository('skopeo/to')}/manifests/v2`, { method: 'HEAD' });
      assert.equal(gone.status, 404);
      await assertInRegistry(world, 'skopeo/from', 'v1', image);
    },
  },
];
