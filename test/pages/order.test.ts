import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { digestOf, parseDigest } from '../../src/core/digest.js';
import { MEDIA_TYPES } from '../../src/core/media-type.js';
import { parseRepositoryName } from '../../src/core/reference.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { mergeSignatures } from '../../src/manifest/schema1.js';
import { generateSigningKey, readSigningKey } from '../../src/manifest/signing-key.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { createInventory } from '../../src/registry/inventory.js';
import { createUploadLocks } from '../../src/registry/upload-locks.js';
import { openStores } from '../../src/store/stores.js';
import { piecesOf, pushBlob, pushImage, tagOf } from '../support/images.js';
import { archive } from '../tarsum/archives.js';
import { sumOf } from '../tarsum/sum-of.js';
import { type Order, placesIn, readOrders, recorded } from './order.js';
import { PROJECT } from './pages.js';

/** What each table tells, as it happens: several ways through it where one does not pass all of its steps. */
async function happened(): Promise<ReadonlyMap<string, readonly Order[]>> {
  const { driver, taken } = recorded(createMemoryDriver());
  const stores = openStores(driver);
  const locks = createUploadLocks();
  const registry = createRegistry(stores, { locks });
  const app = registry.repository(parseRepositoryName('library/app'));
  const found = new Map<string, Order[]>();
  const as = async <T>(title: string, step: Promise<T>): Promise<T> => {
    const result = await step;
    found.set(title, [...(found.get(title) ?? []), taken()]);
    return result;
  };
  const restoreLast = async (): Promise<void> => {
    const id = (await app.trash.list()).at(-1)?.id ?? '';
    await as('Restore', app.trash.restore(id));
  };

  const layer = await as('Push of a blob', pushBlob(app, 'a layer'));
  const tar = archive({ name: 'etc/motd', body: 'of 2014' });
  const { id } = await app.uploads.start();
  await app.uploads.append(id, piecesOf(tar));
  await as('Push of a blob', app.uploads.commit(id, parseDigest(await sumOf(tar))));
  await as('Mount', registry.repository(parseRepositoryName('library/other')).blobs.mount(layer.digest, { from: app.name }));

  const payload = Buffer.from(
    JSON.stringify({
      schemaVersion: 1,
      name: app.name,
      tag: 'signed',
      architecture: 'amd64',
      fsLayers: [{ blobSum: layer.digest }],
      history: [{ v1Compatibility: '{}' }],
    }),
  );
  const block = readSigningKey(generateSigningKey()).sign(payload, new Date(0));
  const signed = mergeSignatures(payload, [block]);
  await as(
    'Push of a manifest',
    app.manifests.put(signed, { mediaType: MEDIA_TYPES.dockerSchema1Signed, tags: [tagOf('signed')] }),
  );
  await as('Delete of a manifest', app.manifests.remove(digestOf(payload)));
  await restoreLast();

  const { config, descriptor: subject } = await pushImage(app, 'of the subject');
  // To be linked as a layer too, as by docker/distribution 2.1.
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [], subject }));
  taken();
  const fresh = registry.repository(parseRepositoryName('library/fresh'));
  await as('Push of a manifest', fresh.manifests.put(Buffer.from('{}'), { mediaType: 'application/x.own+json' }));
  await as('Push of a manifest', app.manifests.put(bytes, { mediaType: MEDIA_TYPES.ociImage, tags: [tagOf('one')] }));
  await pushBlob(app, bytes);
  taken();
  await as('Delete of a manifest', app.manifests.remove(digestOf(bytes)));
  await restoreLast();

  await app.uploads.start();
  taken();
  const { uploads } = createInventory(stores, locks);
  for await (const page of uploads.list()) {
    for (const folder of page)
      await as(
        'Purge of an upload that nobody has ended',
        uploads.remove(folder, { files: 1 }, () => true),
      );
  }
  return found;
}

describe('the order of writing that docs/layout.md tells', () => {
  it('is the order in which things are written, and each step of it happens', async () => {
    const orders = readOrders(await readFile(join(PROJECT, 'docs/layout.md'), 'utf8'));
    const found = await happened();
    assert.deepEqual([...found.keys()].toSorted(), [...orders.keys()].toSorted());
    for (const [title, order] of orders) {
      const passed = new Set<number>();
      for (const kinds of found.get(title) ?? []) {
        const places = placesIn(order, kinds);
        assert.ok(places, `${title}: ${kinds.join(', ')} in place of ${order.join(', ')}`);
        for (const place of places) passed.add(place);
      }
      assert.deepEqual(
        order.filter((_kind, place) => !passed.has(place)),
        [],
        `${title}: told, and not done`,
      );
    }
  });
});
