/** crane: pushes, pulls, copies across repositories (which mounts), changes images in place, deletes. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.js';
import {
  alone,
  assertInRegistry,
  assertSameImage,
  type Descriptor,
  type Document,
  descriptorOf,
  type LocalImage,
  manifestOf,
  parseJson,
} from '../oci-layout.js';
import type { World } from '../world.js';

function crane(world: World, ...args: string[]): Promise<string> {
  return world.text('crane', args, { timeoutMs: 300_000 });
}

async function push(world: World, image: LocalImage, name: string): Promise<string> {
  const remote = `${world.image(name)}:v1`;
  await crane(world, 'push', (await alone(world, image)).layout, remote);
  return remote;
}

async function thereAndBack(world: World, image: LocalImage, name: string): Promise<void> {
  const remote = await push(world, image, name);
  await assertInRegistry(world, name, 'v1', image);
  const back = { layout: join(await world.folder('crane'), 'back'), tag: 'v1' };
  await crane(world, 'pull', '--format', 'oci', remote, back.layout);
  await assertSameImage(back, image);
}

/** The checks. */
export const craneChecks: readonly Check[] = [
  {
    name: 'crane pushes an image and pulls the same bytes',
    run: async (world, images) => thereAndBack(world, await images.small(), 'crane/small'),
  },
  {
    name: 'crane pushes an index and pulls the same bytes',
    run: async (world, images) => thereAndBack(world, await images.index(), 'crane/index'),
  },
  {
    name: 'crane finds digest, tags and repositories, and validates what it reads',
    async run(world, images) {
      const image = await images.small();
      const remote = await push(world, image, 'crane/found');
      await crane(world, 'tag', remote, 'v2');
      assert.equal(await crane(world, 'digest', `${world.image('crane/found')}:v2`), (await descriptorOf(image)).digest);
      assert.deepEqual((await crane(world, 'ls', world.image('crane/found'))).split('\n').sort(), ['v1', 'v2']);
      assert.ok((await crane(world, 'catalog', world.address)).split('\n').includes(world.repository('crane/found')));
      await crane(world, 'validate', '--remote', remote);
    },
  },
  {
    name: 'crane copies an image to another repository without sending its blobs again',
    async run(world, images) {
      const image = await images.small();
      const remote = await push(world, image, 'crane/mount-from');
      const said = (
        await world.run('sh', [
          '-c',
          'exec crane --verbose copy "$1" "$2" 2>&1',
          'sh',
          remote,
          `${world.image('crane/mount-to')}:v1`,
        ])
      ).toString();
      assert.match(said, /mounted blob/);
      await assertInRegistry(world, 'crane/mount-to', 'v1', image);
    },
  },
  {
    name: 'crane mutates an image and appends a layer, and what it writes is valid',
    async run(world, images) {
      const remote = await push(world, await images.small(), 'crane/mutated');
      const folder = await world.folder('layer');
      await writeFile(join(folder, 'hello'), 'hello\n');
      await world.run('tar', ['-C', folder, '-cf', join(folder, 'layer.tar'), 'hello']);
      const labelled = `${world.image('crane/mutated')}:labelled`;
      await crane(world, 'mutate', '--label', 'colour=blue', '--tag', labelled, remote);
      const config = parseJson<{ config: { Labels: Record<string, string> } }>(await crane(world, 'config', labelled));
      assert.deepEqual(config.config.Labels, { colour: 'blue' });
      const appended = `${world.image('crane/mutated')}:appended`;
      await crane(world, 'append', '--base', labelled, '--new_layer', join(folder, 'layer.tar'), '--new_tag', appended);
      await crane(world, 'validate', '--remote', appended);
      const before = parseJson<Document>(await manifestOf(world, 'crane/mutated', 'labelled'));
      const after = parseJson<Document>(await manifestOf(world, 'crane/mutated', 'appended'));
      assert.equal(after.layers?.length, (before.layers?.length ?? 0) + 1);
    },
  },
  {
    name: 'crane makes an index of images that stand in the registry',
    async run(world, images) {
      const name = 'crane/made-index';
      const one = await push(world, await images.small(), name);
      await crane(world, 'index', 'append', '--manifest', one, '--tag', `${world.image(name)}:both`);
      await crane(world, 'push', (await alone(world, await images.arm())).layout, `${world.image(name)}:arm`);
      await crane(
        world,
        'index',
        'append',
        `${world.image(name)}:both`,
        '--manifest',
        `${world.image(name)}:arm`,
        '--tag',
        `${world.image(name)}:both`,
      );
      const children: readonly Descriptor[] = parseJson<Document>(await manifestOf(world, name, 'both')).manifests ?? [];
      assert.deepEqual(
        children.map((child) => child.digest).sort(),
        [(await descriptorOf(await images.small())).digest, (await descriptorOf(await images.arm())).digest].sort(),
      );
    },
  },
  {
    name: 'crane deletes a tag and a manifest, and they are gone at once',
    async run(world, images) {
      const image = await images.small();
      const remote = await push(world, image, 'crane/deleted');
      await crane(world, 'tag', remote, 'other');
      await crane(world, 'delete', `${world.image('crane/deleted')}:other`);
      assert.deepEqual((await crane(world, 'ls', world.image('crane/deleted'))).split('\n'), ['v1']);
      await crane(world, 'delete', `${world.image('crane/deleted')}@${(await descriptorOf(image)).digest}`);
      await assert.rejects(crane(world, 'manifest', remote), /MANIFEST_UNKNOWN/);
    },
  },
];
