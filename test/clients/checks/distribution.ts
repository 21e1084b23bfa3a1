/** docker/distribution 3 and lading on one folder, in turn. It has given up schema 1, so there is none in these. */
import assert from 'node:assert/strict';
import { assertFinished, assertLoaded, finish, load } from '../cargo.js';
import type { Check } from '../check.js';
import { assertSha512, pushSha512 } from '../sha512.js';
import { createVolume } from '../volume.js';

/** The checks. */
export const distribution: readonly Check[] = [
  {
    name: 'docker/distribution 3 serves what lading wrote, goes on with its upload, and lading again',
    async run(world, images) {
      const volume = await createVolume(world);
      const cargo = await volume.with('lading', async (lading) => {
        await pushSha512(lading, 'ours/sha512');
        return load(lading, images, 'ours', false);
      });
      await volume.with('registry', async (registry) => {
        await assertLoaded(registry, cargo);
        await assertSha512(registry, 'ours/sha512');
        await finish(registry, cargo);
      });
      await volume.with('lading', async (lading) => {
        await assertLoaded(lading, cargo);
        await assertFinished(lading, cargo);
      });
    },
  },
  {
    name: 'lading serves what docker/distribution 3 wrote, goes on with its upload, and docker/distribution again',
    async run(world, images) {
      const volume = await createVolume(world);
      const cargo = await volume.with('registry', (registry) => load(registry, images, 'theirs', false));
      await volume.with('lading', async (lading) => {
        await assertLoaded(lading, cargo);
        await finish(lading, cargo);
      });
      await volume.with('registry', async (registry) => {
        await assertLoaded(registry, cargo);
        await assertFinished(registry, cargo);
      });
    },
  },
  {
    name: 'docker/distribution 3 collects garbage of a store that lading wrote and takes nothing that is in use',
    async run(world, images) {
      const volume = await createVolume(world);
      const cargo = await volume.with('lading', async (lading) => {
        await pushSha512(lading, 'kept/sha512');
        return load(lading, images, 'kept', false);
      });
      const before = await volume.files();
      await volume.collectGarbage('registry');
      assert.deepEqual(await volume.files(), before);
      await volume.with('lading', async (lading) => {
        await assertLoaded(lading, cargo);
        await finish(lading, cargo);
      });
    },
  },
];
