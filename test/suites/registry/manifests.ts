import assert from 'node:assert/strict';
import type { Descriptor } from '../../../src/core/descriptor.js';
import { digestOf } from '../../../src/core/digest.js';
import { MEDIA_TYPES } from '../../../src/core/media-type.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { describeBytes, imageManifest, indexManifest, pushBlob, pushImage, tagOf } from '../../support/images.js';
import { filesOf } from '../../support/store-content.js';
import { byDigest, type DefineCase, readBlob, refused, refusedWithoutTrace, tagged } from './case.js';

/** Manifests: what is put comes back byte for byte, and what is refused leaves nothing. */
export function manifestCases(define: DefineCase): void {
  define('a manifest comes back byte for byte, by tag and by digest, also after a restart', async (world) => {
    const image = await pushImage(world.repository('a/b'), 'one', { tags: [tagOf('v1'), tagOf('latest')] });
    for (const one of [world.repository('a/b'), world.reopened().repository('a/b')]) {
      for (const tag of ['v1', 'latest']) {
        const { bytes, descriptor } = await one.manifests.get({ kind: 'tag', tag: tagOf(tag) });
        assert.deepEqual(bytes, image.bytes);
        assert.deepEqual(descriptor, { mediaType: MEDIA_TYPES.ociImage, digest: image.digest, size: image.bytes.length });
      }
      assert.deepEqual((await one.manifests.get(byDigest(image.digest))).bytes, image.bytes);
    }
  });

  define('a manifest put by digest has no tag', async (world) => {
    const one = world.repository('a');
    const image = await pushImage(one, 'one');
    assert.deepEqual((await one.manifests.get(byDigest(image.digest))).bytes, image.bytes);
    assert.equal((await filesOf(world.driver)).filter((path) => path.includes('/tags/')).length, 0);
  });

  define('a manifest under sha512 stands and is tagged under sha512', async (world) => {
    const one = world.repository('a');
    const config = await pushBlob(one, '{}', 'sha512');
    const bytes = imageManifest({ config });
    const digest = digestOf(bytes, 'sha512');
    await one.manifests.put(bytes, { digest, tags: [tagOf('v1')] });
    assert.equal(await tagged(one, 'v1'), digest);
    assert.equal((await world.driver.read(pathFor('tagCurrent', { name: one.name, tag: tagOf('v1') }))).toString(), digest);
    await refused(one.manifests.get(byDigest(digestOf(bytes))), 'MANIFEST_UNKNOWN');
  });

  define('a media type that the bytes do not tell is kept beside them', async (world) => {
    const bytes = Buffer.from('neither JSON nor a manifest');
    const mediaType = 'application/vnd.example.thing';
    await world.repository('a').manifests.put(bytes, { mediaType, tags: [tagOf('v1')] });
    for (const one of [world.repository('a'), world.reopened().repository('a')]) {
      const content = await one.manifests.get({ kind: 'tag', tag: tagOf('v1') });
      assert.equal(content.descriptor.mediaType, mediaType);
      assert.deepEqual(content.bytes, bytes);
    }
  });

  define('all that a manifest names and the repository has not is named in the refusal', async (world) => {
    const one = world.repository('a');
    const there = await pushBlob(one, 'there');
    const elsewhere = await pushBlob(world.repository('b'), 'elsewhere');
    const missing = describeBytes('missing');
    const bytes = imageManifest({ config: there, layers: [elsewhere, missing] });
    const put = () => one.manifests.put(bytes, { tags: [tagOf('v1')] });
    const error = await refusedWithoutTrace(world, put, 'MANIFEST_BLOB_UNKNOWN');
    const named = [error, ...error.more].map((each) => each.detail);
    assert.deepEqual(named, [elsewhere.digest, missing.digest]);
  });

  define('a refused manifest leaves nothing behind', async (world) => {
    const one = world.repository('a');
    const config = await pushBlob(one, '{}');
    const good = imageManifest({ config });
    const { manifests } = one;
    const wrong = describeBytes('wrong').digest;
    const tags = [tagOf('v1')];
    await refusedWithoutTrace(world, () => manifests.put(good, { digest: wrong, tags }), 'DIGEST_INVALID');
    await refusedWithoutTrace(world, () => manifests.put(Buffer.from('{'), { tags }), 'MANIFEST_INVALID');
    const other = { mediaType: MEDIA_TYPES.dockerImage, tags };
    await refusedWithoutTrace(world, () => manifests.put(good, other), 'MANIFEST_INVALID');
    const huge = Buffer.alloc(5 * 1024 * 1024, 32);
    await refusedWithoutTrace(world, () => manifests.put(huge, { mediaType: 'a/b', tags }), 'MANIFEST_INVALID');
    await refusedWithoutTrace(world, () => manifests.put(good, { tags, ifMatch: wrong }), 'MANIFEST_INVALID');
    await manifests.put(good, { tags });
    const next = imageManifest({ config, annotations: { next: 'yes' } });
    await refusedWithoutTrace(world, () => manifests.put(next, { tags, ifAbsent: true }), 'MANIFEST_INVALID');
    await refusedWithoutTrace(world, () => manifests.put(next, { tags, ifMatch: wrong }), 'MANIFEST_INVALID');
    assert.equal(await tagged(one, 'v1'), digestOf(good));
  });

  define('a tag moves only from where the client believes it to be', async ({ repository }) => {
    const one = repository('a');
    const first = await pushImage(one, 'first', { tags: [tagOf('v1')], ifAbsent: true });
    const second = await pushImage(one, 'second', { tags: [tagOf('v1')], ifMatch: first.digest });
    assert.equal(await tagged(one, 'v1'), second.digest);
    await refused(one.manifests.put(first.bytes, { tags: [tagOf('v1')], ifMatch: first.digest }), 'MANIFEST_INVALID', 412);
    await one.manifests.put(second.bytes, { tags: [tagOf('v1')], ifMatch: second.digest });
    assert.equal(await tagged(one, 'v1'), second.digest);
  });

  define('of many that move a tag from the same place, one wins', async ({ repository }) => {
    const one = repository('a');
    const first = await pushImage(one, 'first', { tags: [tagOf('v1')] });
    const rivals = await Promise.all([1, 2, 3, 4, 5].map((n) => pushImage(one, `rival ${n}`)));
    const results = await Promise.allSettled(
      rivals.map(({ bytes }) => one.manifests.put(bytes, { tags: [tagOf('v1')], ifMatch: first.digest })),
    );
    const winners = rivals.filter((_rival, index) => results[index]?.status === 'fulfilled');
    assert.equal(winners.length, 1);
    assert.equal(await tagged(one, 'v1'), winners[0]?.digest);
  });

  define('an index takes children that are revisions, or layers as old builders keep them', async ({ repository }) => {
    const one = repository('a');
    const child = await pushImage(one, 'child');
    const cached = await pushBlob(one, 'a cache layer');
    const bytes = indexManifest([child.descriptor, { ...cached, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }]);
    await one.manifests.put(bytes, { tags: [tagOf('all')] });
    assert.equal(await tagged(one, 'all'), digestOf(bytes));
    const missing: Descriptor = { ...child.descriptor, digest: describeBytes('missing').digest };
    await refused(one.manifests.put(indexManifest([missing])), 'MANIFEST_BLOB_UNKNOWN');
  });

  define('layers that clients fetch elsewhere need not be there', async ({ repository }) => {
    const config = await pushBlob(repository('a'), '{}');
    const foreign = { ...describeBytes('foreign', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip') };
    const bytes = imageManifest({ config, layers: [foreign] });
    assert.equal((await repository('a').manifests.put(bytes)).descriptor.digest, digestOf(bytes));
  });

  define('a push of a tag moves it and destroys nothing', async ({ repository }) => {
    const one = repository('a');
    const first = await pushImage(one, 'first', { tags: [tagOf('v1')] });
    const second = await pushImage(one, 'second', { tags: [tagOf('v1')] });
    assert.equal(await tagged(one, 'v1'), second.digest);
    assert.deepEqual((await one.manifests.get(byDigest(first.digest))).bytes, first.bytes);
    assert.equal(await readBlob(one, first.layer.digest), 'layer of first');
  });

  define('content that was read stays fresh until its tag moves, or it is deleted', async (world) => {
    const one = world.repository('a');
    const first = await pushImage(one, 'first', { tags: [tagOf('v1')] });
    const content = await one.manifests.get(byDigest(first.digest));
    assert.equal(content.fresh(), true);
    const byTag = await one.manifests.get({ kind: 'tag', tag: tagOf('v1') });
    await pushImage(world.reopened().repository('a'), 'second', { tags: [tagOf('v1')] });
    assert.equal(byTag.fresh(), false);
    await one.manifests.remove(first.digest);
    assert.equal(content.fresh(), false);
    await refused(one.manifests.get(byDigest(first.digest)), 'MANIFEST_UNKNOWN');
  });

  define('a blob is no manifest, however large it is', async (world) => {
    const one = world.repository('a');
    const config = await pushBlob(one, '{"architecture":"amd64","os":"linux"}');
    const large = await pushBlob(one, Buffer.alloc(5 * 1024 * 1024));
    for (const { digest } of [config, large]) {
      await refused(one.manifests.get(byDigest(digest)), 'MANIFEST_UNKNOWN');
      await refusedWithoutTrace(world, () => one.manifests.remove(digest), 'MANIFEST_UNKNOWN');
    }
  });

  define('one repository cannot read, tag or delete the manifests of another', async (world) => {
    const mine = await pushImage(world.repository('mine'), 'secret', { tags: [tagOf('v1')] });
    const other = world.repository('other');
    await refused(other.manifests.get(byDigest(mine.digest)), 'MANIFEST_UNKNOWN');
    await refused(other.manifests.get({ kind: 'tag', tag: tagOf('v1') }), 'MANIFEST_UNKNOWN');
    await refusedWithoutTrace(world, () => other.manifests.remove(mine.digest), 'MANIFEST_UNKNOWN');
    await refusedWithoutTrace(world, () => other.manifests.put(mine.bytes, { tags: [tagOf('v1')] }), 'MANIFEST_BLOB_UNKNOWN');
    await refusedWithoutTrace(world, () => other.tags.remove(tagOf('v1')), 'MANIFEST_UNKNOWN');
  });

  define(
    'from the first write on, both generations of docker/distribution find the repository',
    async ({ repository, driver }) => {
      const one = repository('a/b');
      const folders = async (): Promise<string[]> => {
        const found: string[] = [];
        for (const path of [pathFor('layers', one), pathFor('tags', one)])
          if (!(await driver.removeFolder(path))) found.push(path);
        return found;
      };
      await one.uploads.start();
      assert.deepEqual(await folders(), []);
      await pushBlob(one, 'content');
      if (driver.features.folders) {
        for (const path of [pathFor('repository', one), pathFor('manifests', one)]) {
          const names: string[] = [];
          for await (const page of driver.list(path)) names.push(...page.map((entry) => entry.name));
          assert.ok(names.includes(path.endsWith('_manifests') ? 'tags' : '_layers'), names.join());
        }
      }
    },
  );
}
