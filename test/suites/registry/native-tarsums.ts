import assert from 'node:assert/strict';
import { type Digest, digestOf, parseDigest } from '../../../src/core/digest.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { describeBytes } from '../../support/images.js';
import { contentOf } from '../../support/store-content.js';
import { ARCHIVE, ARCHIVE_TARSUM, pushByTarsum, SAME_TARSUM, tarsumOfBytes } from '../../support/tarsum-pushes.js';
import { archive } from '../../tarsum/archives.js';
import { type DefineCase, readBlob, refused, restoreAll, type World } from './case.js';

const text = (bytes: Buffer): string => bytes.toString('latin1');
const OTHER = digestOf(SAME_TARSUM);

/** Content as registries of January to March 2015 stored it, by its tarsum itself; and that it is checked by it. */
export function nativeTarsumCases(define: DefineCase): void {
  const lay = async ({ driver, repository }: World, bytes: Buffer, tarsum: Digest = ARCHIVE_TARSUM): Promise<void> => {
    await driver.put(pathFor('blobData', { blob: tarsum }), bytes);
    await driver.put(pathFor('layerLink', { name: repository('a').name, digest: tarsum }), Buffer.from(tarsum));
  };

  define('content that stands under its tarsum is served', async (world) => {
    for (const algorithm of ['tarsum.v1+sha256', 'tarsum.dev+sha256', 'tarsum+sha512'] as const) {
      const tarsum = await tarsumOfBytes(ARCHIVE, algorithm);
      await lay(world, ARCHIVE, tarsum);
      const one = world.reopened().repository('a');
      const { size, canonical } = await one.blobs.stat(tarsum);
      assert.deepEqual([size, canonical], [ARCHIVE.length, tarsum]);
      assert.equal(await readBlob(one, tarsum), text(ARCHIVE));
      assert.deepEqual((await one.blobs.read(tarsum))?.bytes, ARCHIVE);
      assert.equal(await readBlob(one, tarsum, { start: 0, end: 1 }), 'a');
    }
    assert.deepEqual(world.findings, []);
  });

  const big = archive({ name: 'big', body: Buffer.alloc(700_000, 'x') });
  for (const [what, bytes, good] of [
    ['damaged', archive({ name: 'a', body: 'bodY' }), ARCHIVE],
    ['cut short', ARCHIVE.subarray(0, 600), ARCHIVE],
    ['empty', Buffer.alloc(0), ARCHIVE],
    ['damaged and large', Buffer.concat([big.subarray(0, 600_000), Buffer.from('y'), big.subarray(600_001)]), big],
    ['of a kind that has no tarsum', archive({ name: 'a', type: 'S' }), ARCHIVE],
  ] as const) {
    define(`content that is ${what} is never served as good, is reported, and stays where it is`, async (world) => {
      const tarsum = await tarsumOfBytes(good);
      await lay(world, bytes, tarsum);
      const before = await contentOf(world.driver);
      for (const opened of [world, world.reopened()]) {
        const one = opened.repository('a');
        const pieces = readBlob(one, tarsum);
        await assert.rejects(pieces);
        await refused(one.blobs.read(tarsum), 'BLOB_UNKNOWN');
        await refused(one.blobs.stat(tarsum), 'BLOB_UNKNOWN');
        await refused(one.blobs.open(tarsum), 'BLOB_UNKNOWN');
        assert.equal(await world.repository('b').blobs.mount(tarsum, { from: one.name }), undefined);
        assert.ok(opened.findings.some((finding) => finding.path === pathFor('blobData', { blob: tarsum })));
      }
      assert.deepEqual(await contentOf(world.driver), before);
      const later = world.reopened().repository('a');
      await pushByTarsum(later, good);
      assert.equal(await readBlob(later, tarsum), text(good));
      assert.equal((await later.blobs.stat(tarsum)).canonical, digestOf(good));
    });
  }

  define('what stands under a tarsum keeps it when the same is pushed', async (world) => {
    await lay(world, ARCHIVE);
    const one = world.repository('a');
    assert.equal((await pushByTarsum(one, SAME_TARSUM)).digest, OTHER);
    assert.equal(await readBlob(one, ARCHIVE_TARSUM), text(ARCHIVE));
    assert.equal(await readBlob(one, OTHER), text(SAME_TARSUM));
  });

  define('what stands under a tarsum is mounted, deleted, and comes back', async (world) => {
    await lay(world, ARCHIVE);
    const [from, to] = [world.repository('a'), world.repository('to')];
    assert.equal((await to.blobs.mount(ARCHIVE_TARSUM, { from: from.name }))?.digest, ARCHIVE_TARSUM);
    await from.blobs.remove(ARCHIVE_TARSUM);
    await refused(from.blobs.stat(ARCHIVE_TARSUM), 'BLOB_UNKNOWN');
    assert.equal(await readBlob(to, ARCHIVE_TARSUM), text(ARCHIVE));
    await restoreAll(from);
    assert.equal(await readBlob(from, ARCHIVE_TARSUM), text(ARCHIVE));
  });

  define('the tarsum of nothing stands for nothing', async (world) => {
    const empty = parseDigest(`tarsum.v1+${describeBytes('').digest}`);
    await lay(world, Buffer.alloc(0), empty);
    assert.equal(await readBlob(world.repository('a'), empty), '');
  });
}
