import assert from 'node:assert/strict';
import { collectPages } from '../../../src/core/pages.js';
import type { Tag } from '../../../src/core/reference.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { pushBlob, pushImage, tagOf } from '../../support/images.js';
import { type DefineCase, refused, refusedWithoutTrace, tagged, type World } from './case.js';

/** Tags: their list, their end, and their history from the first day. */
export function tagCases(define: DefineCase): void {
  define('tags are listed in byte order, also those that are prefixes of one another', async ({ repository }) => {
    const one = repository('a');
    const tags = ['v1', 'v1.0', 'v1-rc', 'V1', '_x', 'v', 'v10', 'v2'].map(tagOf);
    await pushImage(one, 'one', { tags });
    const sorted = ['V1', '_x', 'v', 'v1', 'v1-rc', 'v1.0', 'v10', 'v2'];
    assert.deepEqual(await collectPages(one.tags.list()), sorted);
    for (let i = 0; i <= sorted.length; i++) {
      const after = sorted[i] ?? 'zzz';
      assert.deepEqual(await collectPages(one.tags.list({ after })), sorted.slice(i + 1));
      assert.deepEqual(await collectPages(one.tags.list({ after, limit: 2 })), sorted.slice(i + 1, i + 3));
    }
    assert.deepEqual(await collectPages(one.tags.list({ limit: 0 })), []);
  });

  define('a repository without tags has an empty list, and one that is not there has none', async ({ repository }) => {
    await pushBlob(repository('a'), 'content');
    assert.deepEqual(await collectPages(repository('a').tags.list()), []);
    await refused(collectPages(repository('b').tags.list()), 'NAME_UNKNOWN');
    await refused(collectPages(repository('a/b').tags.list()), 'NAME_UNKNOWN');
    await repository('c').uploads.start();
    await refused(collectPages(repository('c').tags.list()), 'NAME_UNKNOWN');
  });

  define('a folder of a tag that names nothing is no tag', async ({ repository, driver }) => {
    const one = repository('a');
    const image = await pushImage(one, 'one', { tags: [tagOf('v1')] });
    const { name } = one;
    await driver.put(pathFor('tagIndexLink', { name, tag: tagOf('half'), digest: image.digest }), Buffer.from(image.digest));
    await driver.put(pathFor('tagCurrent', { name, tag: tagOf('empty') }), Buffer.alloc(0));
    assert.deepEqual(await collectPages(one.tags.list()), ['v1']);
    await pushImage(one, 'one', { tags: [tagOf('half'), tagOf('empty')] });
    assert.deepEqual(await collectPages(one.tags.list()), ['empty', 'half', 'v1']);
  });

  define('a removed tag is gone and its manifest stays', async (world) => {
    const one = world.repository('a');
    const image = await pushImage(one, 'one', { tags: [tagOf('v1'), tagOf('v2')] });
    await one.tags.remove(tagOf('v1'));
    assert.equal(await tagged(one, 'v1'), undefined);
    assert.equal(await tagged(one, 'v2'), image.digest);
    assert.equal((await one.manifests.get({ kind: 'digest', digest: image.digest })).bytes.length, image.bytes.length);
    assert.deepEqual(await collectPages(one.tags.list()), ['v2']);
    await refusedWithoutTrace(world, () => one.tags.remove(tagOf('v1')), 'MANIFEST_UNKNOWN');
    await pushImage(one, 'two', { tags: [tagOf('v1')] });
    assert.deepEqual(await collectPages(one.tags.list()), ['v1', 'v2']);
  });

  define('history tells every move and removal, newest first, and outlives the tag', async (world) => {
    const steps = async (): Promise<{ first: string; second: string }> => {
      const alice = world.repository('a', { name: 'alice' });
      const first = await pushImage(alice, 'first', { tags: [tagOf('v1')] });
      world.clock.advance(1000);
      const second = await pushImage(world.repository('a'), 'second', { tags: [tagOf('v1')] });
      world.clock.advance(1000);
      await alice.manifests.put(first.bytes, { tags: [tagOf('v1')] });
      world.clock.advance(1000);
      await alice.tags.remove(tagOf('v1'));
      return { first: first.digest, second: second.digest };
    };
    const { first, second } = await steps();
    const history = await world.reopened().repository('a').tags.history(tagOf('v1'));
    assert.deepEqual(
      history.map(({ at, ...change }) => change),
      [
        { action: 'removed', digest: first, actor: 'alice' },
        { action: 'set', digest: first, previous: second, actor: 'alice' },
        { action: 'set', digest: second, previous: first },
        { action: 'set', digest: first, actor: 'alice' },
      ],
    );
    const times = history.map(({ at }) => at.getTime());
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
    assert.deepEqual(await world.repository('a').tags.history(tagOf('never')), []);
  });

  define('a manifest that is deleted takes the tags that name it along, each with its history', async (world) => {
    const one = world.repository('a');
    const image = await pushImage(one, 'one', { tags: [tagOf('v1'), tagOf('v2')] });
    await pushImage(one, 'two', { tags: [tagOf('v2'), tagOf('v3')] });
    await one.manifests.remove(image.digest);
    assert.deepEqual(await collectPages(one.tags.list()), ['v2', 'v3']);
    assert.equal((await one.tags.history(tagOf('v1')))[0]?.action, 'removed');
    assert.equal((await one.tags.history(tagOf('v2')))[0]?.action, 'set');
  });

  define('of what was pushed before history was kept, the index tells what was seen', async (world) => {
    const one = world.repository('a');
    const [old, current, next] = [await pushImage(one, 'old'), await pushImage(one, 'current'), await pushImage(one, 'next')];
    await asOthersWrite(world, one.name, tagOf('v1'), [old.digest, current.digest]);
    const before = await one.tags.history(tagOf('v1'));
    assert.deepEqual(
      before.map(({ action }) => action),
      ['seen', 'seen'],
    );
    assert.deepEqual(new Set(before.map(({ digest }) => digest)), new Set([old.digest, current.digest]));
    world.clock.advance(60_000);
    await one.manifests.put(next.bytes, { tags: [tagOf('v1')] });
    const [set, ...seen] = await one.tags.history(tagOf('v1'));
    assert.equal(set?.action, 'set');
    assert.equal(set?.previous, current.digest);
    assert.deepEqual(new Set(seen.map(({ digest }) => digest)), new Set([old.digest, current.digest]));
  });

  define('a record of history that cannot be read is left out and reported', async (world) => {
    const one = world.repository('a');
    await pushImage(one, 'one', { tags: [tagOf('v1')] });
    const { name } = one;
    await world.driver.put(pathFor('historyEntry', { name, tag: tagOf('v1'), entry: '2026-broken' }), Buffer.from('{'));
    assert.equal((await one.tags.history(tagOf('v1'))).length, 1);
    assert.ok(world.findings.some(({ what }) => what === 'history-unreadable'));
  });
}

/** A tag as docker/distribution leaves it: index entries and a current link, no history. */
async function asOthersWrite(
  { driver }: World,
  name: Parameters<World['registry']['repository']>[0],
  tag: Tag,
  digests: readonly string[],
): Promise<void> {
  for (const digest of digests) {
    const values = { name, tag, digest: digest as Parameters<typeof pathFor<'tagIndexLink'>>[1]['digest'] };
    await driver.put(pathFor('tagIndexLink', values), Buffer.from(digest));
    await driver.put(pathFor('tagCurrent', { name, tag }), Buffer.from(digest));
  }
}
