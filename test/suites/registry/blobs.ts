import assert from 'node:assert/strict';
import { digestOf } from '../../../src/core/digest.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { describeBytes, pushBlob } from '../../support/images.js';
import { filesOf } from '../../support/store-content.js';
import { type DefineCase, readBlob, refused, refusedWithoutTrace, worldOn } from './case.js';

/** Blobs, and that one repository's are no other's. */
export function blobCases(define: DefineCase): void {
  define('a pushed blob is read whole, in part, and by its size', async ({ repository }) => {
    const one = repository('a/b');
    const { digest } = await pushBlob(one, 'content');
    assert.deepEqual(await one.blobs.stat(digest), { mediaType: 'application/octet-stream', digest, size: 7 });
    assert.equal(await readBlob(one, digest), 'content');
    assert.equal(await readBlob(one, digest, { start: 2, end: 5 }), 'nte');
    assert.equal(await readBlob(one, digest, { start: 5, end: 50 }), 'nt');
    assert.equal((await one.blobs.read(digest))?.bytes.toString(), 'content');
  });

  define('the blob without bytes is a blob', async ({ repository }) => {
    const { digest } = await pushBlob(repository('a'), '');
    assert.equal((await repository('a').blobs.stat(digest)).size, 0);
    assert.equal(await readBlob(repository('a'), digest), '');
  });

  define('a sha512 blob stands under its own digest, once', async ({ repository, driver }) => {
    const { digest } = await pushBlob(repository('a'), 'content', 'sha512');
    assert.match(digest, /^sha512:/);
    assert.equal(await readBlob(repository('a'), digest), 'content');
    const hex = digest.slice('sha512:'.length);
    assert.deepEqual(await filesOf(driver), [
      `blobs/sha512/${hex.slice(0, 2)}/${hex}/data`,
      `repositories/a/_layers/sha512/${hex}/link`,
    ]);
    await refused(repository('a').blobs.stat(digestOf(Buffer.from('content'))), 'BLOB_UNKNOWN');
  });

  define('a digest alone opens nothing: a blob is reached through a link of the repository that is asked', async (world) => {
    const { digest } = await pushBlob(world.repository('mine'), 'secret');
    const other = world.repository('other');
    const cold = world.reopened().repository('other');
    for (const repository of [other, cold]) {
      await refusedWithoutTrace(world, () => repository.blobs.stat(digest), 'BLOB_UNKNOWN');
      await refusedWithoutTrace(world, () => repository.blobs.stat(digest, { refresh: true }), 'BLOB_UNKNOWN');
      await refusedWithoutTrace(world, () => repository.blobs.open(digest), 'BLOB_UNKNOWN');
      await refusedWithoutTrace(world, () => repository.blobs.read(digest), 'BLOB_UNKNOWN');
      await refusedWithoutTrace(world, () => repository.blobs.remove(digest), 'BLOB_UNKNOWN');
      await refusedWithoutTrace(world, () => repository.manifests.get({ kind: 'digest', digest }), 'MANIFEST_UNKNOWN');
      assert.equal(await repository.blobs.mount(digest, { from: repository.name }), undefined);
      assert.equal(await repository.blobs.mount(digest, { mayRead: () => false }), undefined);
    }
    assert.equal(await readBlob(world.repository('mine'), digest), 'secret');
  });

  define('a repository below another holds nothing of it', async ({ repository }) => {
    const { digest } = await pushBlob(repository('a'), 'secret');
    await refused(repository('a/b').blobs.stat(digest), 'BLOB_UNKNOWN');
    const below = await pushBlob(repository('a/b'), 'below');
    await refused(repository('a').blobs.stat(below.digest), 'BLOB_UNKNOWN');
  });

  define('a mount links what the other repository holds, and stands by itself from then on', async ({ repository }) => {
    const { digest } = await pushBlob(repository('from'), 'content');
    const mounted = await repository('to').blobs.mount(digest, { from: repository('from').name });
    assert.equal(mounted?.size, 7);
    await repository('from').blobs.remove(digest);
    assert.equal(await readBlob(repository('to'), digest), 'content');
    await refused(repository('from').blobs.stat(digest), 'BLOB_UNKNOWN');
  });

  define('a mount of what is not there leaves nothing behind', async ({ repository, driver }) => {
    await pushBlob(repository('from'), 'content');
    const before = await filesOf(driver);
    const unknown = describeBytes('unknown').digest;
    assert.equal(await repository('to').blobs.mount(unknown, { from: repository('from').name }), undefined);
    assert.equal(await repository('to').blobs.mount(unknown, { from: repository('nowhere').name }), undefined);
    assert.equal(await repository('to').blobs.mount(unknown, { mayRead: () => true }), undefined);
    assert.deepEqual(await filesOf(driver), before);
  });

  define('an anonymous mount looks only where the caller may read', async ({ repository }) => {
    const { digest } = await pushBlob(repository('shut'), 'content');
    await pushBlob(repository('open'), 'content');
    const asked: string[] = [];
    const mayRead = (name: string): boolean => {
      asked.push(name);
      return name === 'open';
    };
    assert.equal((await repository('to').blobs.mount(digest, { mayRead }))?.digest, digest);
    assert.ok(asked.includes('open'));
    await repository('open').blobs.remove(digest);
    await repository('to').blobs.remove(digest);
    assert.equal(await repository('to').blobs.mount(digest, { mayRead }), undefined);
  });

  define('a deleted blob is gone at once where it was deleted, and its bytes stay', async (world) => {
    const one = world.repository('a');
    const { digest } = await pushBlob(one, 'content');
    await one.blobs.read(digest);
    const kept = await one.blobs.read(digest);
    assert.equal(kept?.fresh(), true);
    await one.blobs.remove(digest);
    assert.equal(kept?.fresh(), false);
    await refused(one.blobs.read(digest), 'BLOB_UNKNOWN');
    await refused(one.blobs.remove(digest), 'BLOB_UNKNOWN');
    assert.equal((await world.driver.read(pathFor('blobData', { blob: digest }))).toString(), 'content');
  });

  define('what another process deletes is not seen any more after a moment', async (world) => {
    const one = world.repository('a');
    const { digest } = await pushBlob(one, 'content');
    await one.blobs.stat(digest);
    await world.reopened().repository('a').blobs.remove(digest);
    world.clock.advance(5_000);
    await refused(one.blobs.stat(digest), 'BLOB_UNKNOWN');
  });

  define('a HEAD by a pusher renews the time of an old link, and never makes one', async (world) => {
    const one = world.repository('a');
    const { digest } = await pushBlob(one, 'content');
    const link = pathFor('layerLink', { name: one.name, digest });
    const touched: string[] = [];
    // The link's own time is the machine's, which is too coarse to compare: calls are counted.
    const touch = (path: typeof link): Promise<void> => {
      touched.push(path);
      return world.driver.touch(path);
    };
    const other = worldOn({ ...world.driver, touch }, world.clock);
    await other.repository('a').blobs.stat(digest, { refresh: true });
    assert.deepEqual(touched, []);
    world.clock.advance(13 * 3600_000);
    await other.repository('a').blobs.stat(digest);
    assert.deepEqual(touched, []);
    await other.repository('a').blobs.stat(digest, { refresh: true });
    assert.deepEqual(touched, [link]);
    await one.blobs.remove(digest);
    await refused(other.repository('a').blobs.stat(digest, { refresh: true }), 'BLOB_UNKNOWN');
    await refused(one.blobs.stat(digest), 'BLOB_UNKNOWN');
  });
}
