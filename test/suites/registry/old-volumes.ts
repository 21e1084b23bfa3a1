import assert from 'node:assert/strict';
import { type Digest, digestOf, parseDigest } from '../../../src/core/digest.js';
import { collectPages } from '../../../src/core/pages.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { describeBytes, imageManifest, pushBlob, pushImage, tagOf } from '../../support/images.js';
import { byDigest, type DefineCase, readBlob, refused, tagged, type World } from './case.js';

const BYTES = Buffer.from('content that another program has stored');
const SHA256 = digestOf(BYTES);
const SHA512 = digestOf(BYTES, 'sha512');
const TARSUM = parseDigest(`tarsum.v1+sha256:${'ab'.repeat(32)}`);

/** What other programs have left: aliases, links in odd places, links that say nothing. */
export function oldVolumeCases(define: DefineCase): void {
  for (const alias of [SHA512, TARSUM]) {
    const kind = alias.slice(0, alias.indexOf(':'));
    define(`an alias by ${kind} leads to the content of its canonical digest`, async (world) => {
      const one = world.repository('old');
      await world.driver.put(pathFor('blobData', { blob: SHA256 }), BYTES);
      await putLink(world, alias, SHA256);
      assert.equal(await readBlob(one, alias), BYTES.toString());
      assert.equal((await one.blobs.stat(alias)).size, BYTES.length);
      await refused(one.blobs.stat(SHA256), 'BLOB_UNKNOWN');
      const mounted = await world.repository('new').blobs.mount(alias, { from: one.name });
      assert.equal(mounted?.digest, SHA256);
      assert.equal(await readBlob(world.repository('new'), alias), BYTES.toString());
      assert.equal(await readBlob(world.repository('new'), SHA256), BYTES.toString());
      const config = await pushBlob(one, '{}');
      const layer = { mediaType: 'application/octet-stream', digest: alias, size: BYTES.length };
      await one.manifests.put(imageManifest({ config, layers: [layer] }), { tags: [tagOf('v1')] });
      await one.blobs.remove(alias);
      await refused(one.blobs.stat(alias), 'BLOB_UNKNOWN');
      const [entry] = await one.trash.list();
      await one.trash.restore(entry?.id ?? '');
      assert.equal(await readBlob(one, alias), BYTES.toString());
    });
  }

  define('an alias cannot stand for other content of its own algorithm', async (world) => {
    const other = await pushBlob(world.repository('mine'), 'secret');
    await putLink(world, SHA256, other.digest);
    await refused(world.repository('old').blobs.stat(SHA256), 'BLOB_UNKNOWN');
    assert.ok(world.findings.some(({ what }) => what === 'link-unreadable'));
  });

  define('a manifest that is linked as a layer alone is read, listed by its tag, and deleted', async (world) => {
    const one = world.repository('old');
    const image = await pushImage(world.repository('made'), 'one');
    const { digest } = image;
    await putLink(world, digest, digest);
    await world.driver.put(pathFor('tagIndexLink', { name: one.name, tag: tagOf('v1'), digest }), Buffer.from(digest));
    await world.driver.put(pathFor('tagCurrent', { name: one.name, tag: tagOf('v1') }), Buffer.from(digest));
    assert.deepEqual((await one.manifests.get(byDigest(digest))).bytes, image.bytes);
    assert.equal(await tagged(one, 'v1'), digest);
    await one.manifests.remove(digest);
    await refused(one.manifests.get(byDigest(digest)), 'MANIFEST_UNKNOWN');
    assert.deepEqual(await collectPages(one.tags.list()), []);
    const [entry] = await one.trash.list();
    await one.trash.restore(entry?.id ?? '');
    assert.equal(await tagged(one, 'v1'), digest);
  });

  define('a manifest that was linked as a layer is gone when that blob is deleted', async (world) => {
    const one = world.repository('old');
    const { digest } = await pushImage(world.repository('made'), 'one');
    await putLink(world, digest, digest);
    await one.manifests.get(byDigest(digest));
    await one.blobs.remove(digest);
    await refused(one.manifests.get(byDigest(digest)), 'MANIFEST_UNKNOWN');
  });

  for (const [sentence, content] of [
    ['empty', ''],
    ['with a line end', `${SHA256}\n`],
    ['of other bytes', '\0\0\0\0'],
  ] as const) {
    define(`a link ${sentence} counts as absent, is reported, and a push replaces it`, async (world) => {
      const one = world.repository('old');
      const { name } = one;
      const image = await pushImage(one, 'one', { tags: [tagOf('v1')] });
      const broken = [
        pathFor('layerLink', { name, digest: image.layer.digest }),
        pathFor('revisionLink', { name, digest: image.digest }),
        pathFor('tagCurrent', { name, tag: tagOf('v1') }),
      ];
      for (const path of broken) await world.driver.put(path, Buffer.from(content));
      const later = world.reopened();
      const again = later.repository('old');
      await refused(again.blobs.stat(image.layer.digest), 'BLOB_UNKNOWN');
      await refused(again.manifests.get(byDigest(image.digest)), 'MANIFEST_UNKNOWN');
      assert.equal(await tagged(again, 'v1'), undefined);
      assert.deepEqual(await collectPages(again.tags.list()), []);
      await refused(again.manifests.put(image.bytes), 'MANIFEST_BLOB_UNKNOWN');
      const found = new Set(later.findings.filter(({ what }) => what === 'link-unreadable').map(({ path }) => path));
      assert.deepEqual(found, new Set(broken));
      await pushImage(again, 'one', { tags: [tagOf('v1')] });
      assert.equal(await tagged(again, 'v1'), image.digest);
      assert.equal(await readBlob(again, image.layer.digest), 'layer of one');
    });
  }

  define('a media type that cannot be read counts as absent, and is reported', async (world) => {
    const one = world.repository('old');
    const image = await pushImage(one, 'one');
    await world.driver.put(pathFor('revisionMediaType', { name: one.name, digest: image.digest }), Buffer.from('no\ntype'));
    const later = world.reopened();
    const { descriptor, bytes } = await later.repository('old').manifests.get(byDigest(image.digest));
    assert.equal(descriptor.mediaType, 'application/vnd.oci.image.manifest.v1+json');
    assert.deepEqual(bytes, image.bytes);
    assert.deepEqual(
      later.findings.map(({ what }) => what),
      ['mediatype-unreadable'],
    );
  });

  define('leftovers of other programs beside links and data disturb nothing', async (world) => {
    const one = world.repository('old');
    const image = await pushImage(one, 'one', { tags: [tagOf('v1')] });
    for (const path of [
      pathFor('layerLink', { name: one.name, digest: image.layer.digest }),
      pathFor('tagCurrent', { name: one.name, tag: tagOf('v1') }),
    ]) {
      await world.driver.put(`${path}.29538b7b-f200-4ccf-99f3-66c2a06670c8.tmp` as typeof path, Buffer.from('half'));
    }
    const again = world.reopened().repository('old');
    assert.deepEqual(await collectPages(again.tags.list()), ['v1']);
    assert.equal(await tagged(again, 'v1'), image.digest);
    assert.equal(await readBlob(again, describeBytes('layer of one').digest), 'layer of one');
  });
}

async function putLink({ driver, repository }: World, digest: Digest, target: Digest): Promise<void> {
  await driver.put(pathFor('layerLink', { name: repository('old').name, digest }), Buffer.from(target));
}
