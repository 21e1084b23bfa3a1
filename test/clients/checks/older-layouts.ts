/** Volumes of 2014 and 2015, brought to the released layout: lading and docker-registry 2.8 serve all of them. */
import assert from 'node:assert/strict';
import { parseSigned } from '../../../src/manifest/schema1.js';
import { lay } from '../../layout/folder.js';
import type { Image } from '../../support/old-volumes/images.js';
import { OLD_FORMS, oldVolume } from '../../support/old-volumes/volumes.js';
import type { Check } from '../check.js';
import { sha256 } from '../oci-layout.js';
import { LADING_MAIN } from '../server.js';
import { createVolume } from '../volume.js';
import type { World } from '../world.js';

/** Of the repository as it stands in the volume, below no prefix. */
async function get({ url }: World, path: string): Promise<Response> {
  const response = await fetch(`${url}/v2/${path}`, { signal: AbortSignal.timeout(10_000) });
  assert.equal(response.status, 200, `${path}: ${response.status}`);
  return response;
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

/** The manifest by its tag and by its digest, and each layer by its sha256. */
async function assertServed(world: World, { name, tag, signed, layers }: Image): Promise<number> {
  const { tags } = (await (await get(world, `${name}/tags/list`)).json()) as { tags: string[] };
  assert.ok(tags.includes(tag), `${name}:${tag}`);
  let signatures = 0;
  for (const reference of [tag, signed.digest]) {
    const response = await get(world, `${name}/manifests/${reference}`);
    assert.equal(response.headers.get('docker-content-digest'), signed.digest);
    const { payload, blocks } = await parseSigned(await bytesOf(response));
    assert.ok(payload.equals(signed.payload));
    signatures = blocks.length;
  }
  for (const layer of layers) {
    assert.equal(sha256(await bytesOf(await get(world, `${name}/blobs/${layer.sha256}`))), layer.sha256);
  }
  return signatures;
}

/** The checks. */
export const olderLayouts: readonly Check[] = OLD_FORMS.map((form) => ({
  name: `a volume of ${form} that was migrated is served by lading and by docker-registry 2.8, which can collect its garbage`,
  async run(world) {
    const volume = await createVolume(world);
    const { files, images } = await oldVolume(form);
    await lay(volume.root, files);
    await world.run('node', [LADING_MAIN, 'migrate-layout', '--root', volume.root, '--apply']);
    await volume.with('docker-registry', async (registry) => {
      for (const image of images) assert.equal(await assertServed(registry, image), 1, 'it signs itself');
    });
    await volume.with('lading', async (lading) => {
      for (const image of images) {
        assert.equal(await assertServed(lading, image), image.signed.blocks.length);
        for (const { tarsum, sha256: digest } of image.layers) {
          const bytes = await bytesOf(await get(lading, `${image.name}/blobs/${tarsum.replace('+', '%2B')}`));
          assert.equal(sha256(bytes), digest);
        }
      }
    });
    const before = await volume.files();
    await volume.collectGarbage('docker-registry');
    const left = new Set(await volume.files());
    // It does not know by which digest a layer stands that a manifest names by its tarsum, and no signatures.
    const taken = [
      ...images.flatMap(({ layers }) => layers.map((layer) => layer.sha256)),
      ...images.flatMap(({ signed }) => signed.blocks.map(({ digest }) => digest)),
    ];
    const gone = before.filter((path) => !left.has(path)).map((path) => path.split('/').at(-2) ?? '');
    assert.deepEqual(gone.toSorted(), [...new Set(taken.map((digest) => digest.slice('sha256:'.length)))].toSorted());
  },
}));
