/** regctl: image copies with digest tags and referrers, tags, blobs, and images whose digests are sha512. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.js';
import { documentOf } from '../images.js';
import { assertInRegistry, assertSameImage, blobFile, descriptorOf, type LocalImage, referrersOf } from '../oci-layout.js';
import type { World } from '../world.js';

function regctl(world: World, ...args: string[]): Promise<Buffer> {
  return world.run('regctl', ['--host', `reg=${world.address},tls=disabled`, ...args], { timeoutMs: 300_000 });
}

async function thereAndBack(world: World, image: LocalImage, name: string): Promise<void> {
  const remote = `${world.image(name)}:v1`;
  await regctl(world, 'image', 'copy', `ocidir://${image.layout}:${image.tag}`, remote);
  await assertInRegistry(world, name, 'v1', image);
  const back = {
    layout: join(await world.folder('regctl'), 'back'),
    tag: 'v1',
  };
  await regctl(world, 'image', 'copy', remote, `ocidir://${back.layout}:${back.tag}`);
  await assertSameImage(back, image);
}

/** The checks. */
export const regctlChecks: readonly Check[] = [
  {
    name: 'regctl copies an index to the registry and back, byte for byte',
    run: async (world, images) => thereAndBack(world, await images.index(), 'regctl/index'),
  },
  {
    name: 'regctl copies an image with sha512 digests to the registry and back, byte for byte',
    async run(world, images) {
      const image = await images.small();
      const sha512 = {
        layout: join(await world.folder('sha512'), 'layout'),
        tag: 'sha512',
      };
      const to = `ocidir://${sha512.layout}:${sha512.tag}`;
      await regctl(world, 'image', 'mod', `ocidir://${image.layout}:${image.tag}`, '--digest-algo', 'sha512', '--create', to);
      assert.match((await descriptorOf(sha512)).digest, /^sha512:/);
      const name = 'regctl/sha512';
      const byDigest = `${world.image(name)}@${(await descriptorOf(sha512)).digest}`;
      await regctl(world, 'image', 'copy', to, byDigest);
      await assertInRegistry(world, name, (await descriptorOf(sha512)).digest, sha512);
      const back = {
        layout: join(await world.folder('sha512'), 'back'),
        tag: 'v1',
      };
      await regctl(world, 'image', 'copy', byDigest, `ocidir://${back.layout}:${back.tag}`);
      await assertSameImage(back, sha512);
    },
  },
  {
    name: 'regctl copies an image with its digest tags and referrers',
    async run(world, images) {
      const image = await images.small();
      const { digest } = await descriptorOf(image);
      const [from, to] = [world.image('regctl/from'), world.image('regctl/to')];
      const file = join(await world.folder('artifact'), 'report.txt');
      await writeFile(file, 'all is well\n');
      await regctl(world, 'image', 'copy', `ocidir://${image.layout}:${image.tag}`, `${from}:v1`);
      await regctl(
        world,
        'artifact',
        'put',
        '--subject',
        `${from}:v1`,
        '--artifact-type',
        'application/vnd.example.report',
        '--file',
        file,
      );
      await regctl(
        world,
        'artifact',
        'put',
        '--artifact-type',
        'application/vnd.example.note',
        '--file',
        file,
        `${from}:${digest.replace(':', '-')}.note`,
      );
      await regctl(world, 'image', 'copy', '--digest-tags', '--referrers', `${from}:v1`, `${to}:v1`);
      assert.equal((await referrersOf(world, 'regctl/to', digest, 'application/vnd.example.report')).length, 1);
      const tags = (await regctl(world, 'tag', 'ls', to)).toString().trim().split('\n');
      assert.deepEqual(tags.sort(), [`${digest.replace(':', '-')}.note`, 'v1'].sort());
      const got = await regctl(
        world,
        'artifact',
        'get',
        '--subject',
        `${to}:v1`,
        '--filter-artifact-type',
        'application/vnd.example.report',
      );
      assert.equal(got.toString(), 'all is well\n');
    },
  },
  {
    name: 'regctl deletes one tag and leaves the other, and reads and puts blobs',
    async run(world, images) {
      const image = await images.small();
      const name = 'regctl/tags';
      const remote = world.image(name);
      await regctl(world, 'image', 'copy', `ocidir://${image.layout}:${image.tag}`, `${remote}:v1`);
      await regctl(world, 'image', 'copy', `${remote}:v1`, `${remote}:v2`);
      await regctl(world, 'tag', 'delete', `${remote}:v1`);
      assert.equal((await regctl(world, 'tag', 'ls', remote)).toString().trim(), 'v2');
      await assertInRegistry(world, name, 'v2', image);
      const layer = (await documentOf(image)).layers?.[0];
      assert.ok(layer);
      const bytes = await readFile(blobFile(image.layout, layer.digest));
      assert.ok((await regctl(world, 'blob', 'get', remote, layer.digest)).equals(bytes));
      const put = await world.text('regctl', ['--host', `reg=${world.address},tls=disabled`, 'blob', 'put', remote], {
        input: 'a blob',
      });
      const digest = /sha256:[0-9a-f]{64}/.exec(put)?.[0] ?? '';
      assert.equal((await regctl(world, 'blob', 'get', remote, digest)).toString(), 'a blob');
    },
  },
  {
    name: 'regctl copies a layer over 1 GiB to the registry, in chunks, and back, byte for byte',
    run: async (world, images) => thereAndBack(world, await images.large(), 'regctl/large'),
  },
];
