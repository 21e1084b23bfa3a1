import assert from 'node:assert/strict';
import { collectPages } from '../../../src/core/pages.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { pushBlob, pushImage, tagOf } from '../../support/images.js';
import { contentOf } from '../../support/store-content.js';
import { byDigest, type DefineCase, readBlob, refused, tagged, type World } from './case.js';

/** The trash: deletes move links there, and it gives them back whole. */
export function trashCases(define: DefineCase): void {
  define('a manifest deleted by digest comes back whole: revision, tags with their index, referrer link', async (world) => {
    const alice = world.repository('a', { name: 'alice' });
    const subject = await pushImage(alice, 'subject');
    const earlier = await pushImage(alice, 'earlier', { tags: [tagOf('v1')] });
    const image = await pushImage(alice, 'image', { subject: subject.descriptor, tags: [tagOf('v1'), tagOf('v2')] });
    const before = await stateOf(world);
    await alice.manifests.remove(image.digest);
    await refused(alice.manifests.get(byDigest(image.digest)), 'MANIFEST_UNKNOWN');
    const [entry, ...others] = await alice.trash.list();
    assert.deepEqual(others, []);
    assert.equal(entry?.what, `manifest ${image.digest}`);
    assert.equal(entry?.actor, 'alice');
    assert.deepEqual(await alice.trash.restore(entry?.id ?? ''), { keptTags: [] });
    assert.deepEqual(await stateOf(world), before);
    assert.deepEqual(await alice.trash.list(), []);
    assert.deepEqual(
      new Set((await alice.tags.history(tagOf('v1'))).map(({ digest }) => digest)),
      new Set([image.digest, earlier.digest]),
    );
    await refused(alice.trash.restore(entry?.id ?? ''), 'NOT_FOUND');
  });

  define('a tag comes back with all that it has named', async (world) => {
    const one = world.repository('a');
    await pushImage(one, 'first', { tags: [tagOf('v1')] });
    await pushImage(one, 'second', { tags: [tagOf('v1')] });
    const before = await stateOf(world);
    await one.tags.remove(tagOf('v1'));
    const [entry] = await one.trash.list();
    assert.equal(entry?.what, 'tag v1');
    await one.trash.restore(entry?.id ?? '');
    assert.deepEqual(await stateOf(world), before);
    assert.equal((await one.tags.history(tagOf('v1')))[0]?.action, 'set');
  });

  define('a blob comes back where it was deleted', async (world) => {
    const one = world.repository('a');
    const { digest } = await pushBlob(one, 'content');
    const before = await stateOf(world);
    await one.blobs.remove(digest);
    const [entry] = await one.trash.list();
    assert.equal(entry?.what, `blob ${digest}`);
    await refused(world.repository('b').trash.restore(entry?.id ?? ''), 'NOT_FOUND');
    await one.trash.restore(entry?.id ?? '');
    assert.deepEqual(await stateOf(world), before);
    assert.equal(await readBlob(one, digest), 'content');
  });

  define('a tag that names something else by now stays where it is', async ({ repository }) => {
    const one = repository('a');
    const image = await pushImage(one, 'image', { tags: [tagOf('v1'), tagOf('v2'), tagOf('v3')] });
    await one.manifests.remove(image.digest);
    const next = await pushImage(one, 'next', { tags: [tagOf('v2')] });
    const [entry] = await one.trash.list();
    assert.deepEqual(await one.trash.restore(entry?.id ?? ''), { keptTags: ['v2'] });
    assert.equal(await tagged(one, 'v1'), image.digest);
    assert.equal(await tagged(one, 'v2'), next.digest);
    assert.deepEqual(await collectPages(one.tags.list()), ['v1', 'v2', 'v3']);
  });

  define('a tag pushed again while its old manifest is deleted is not taken away', async (world) => {
    const one = world.repository('a');
    const image = await pushImage(one, 'image', { tags: [tagOf('v1')] });
    const next = await pushImage(one, 'next');
    // The push comes between the delete's look at the tags and its first removal.
    const trashed = world.stores.repository(one.name).trash;
    const add = trashed.add;
    Object.assign(trashed, {
      add: async (...args: Parameters<typeof add>) => {
        await one.manifests.put(next.bytes, { tags: [tagOf('v1')] });
        return add(...args);
      },
    });
    await one.manifests.remove(image.digest);
    assert.equal(await tagged(one, 'v1'), next.digest);
  });

  define('an entry whose content is gone cannot be put back, and stays', async (world) => {
    const one = world.repository('a');
    const { digest } = await pushBlob(one, 'content');
    await one.blobs.remove(digest);
    await world.driver.remove([pathFor('blobData', { blob: digest })]);
    const [entry] = await one.trash.list();
    await refused(one.trash.restore(entry?.id ?? ''), 'BLOB_UNKNOWN');
    assert.equal((await one.trash.list()).length, 1);
  });

  define('an entry that cannot be read is reported, and hides no other', async (world) => {
    const one = world.repository('a');
    const { digest } = await pushBlob(one, 'content');
    await one.blobs.remove(digest);
    await world.driver.put(pathFor('trashEntry', { name: one.name, entry: '0-broken' }), Buffer.from('{}'));
    assert.equal((await one.trash.list()).length, 1);
    assert.ok(world.findings.some(({ what }) => what === 'trash-unreadable'));
    await refused(one.trash.restore('0-broken'), 'NOT_FOUND');
    await refused(one.trash.restore('../../x'), 'NOT_FOUND');
  });
}

/** All that a store holds but what only ever grows. */
async function stateOf({ driver }: World): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await contentOf(driver))].filter(([path]) => !path.includes('/_history/')));
}
