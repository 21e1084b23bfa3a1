import assert from 'node:assert/strict';
import type { Descriptor } from '../../../src/core/descriptor.js';
import { byteOrder, collectPages } from '../../../src/core/pages.js';
import { fallbackTag } from '../../../src/registry/referrers.js';
import { describeBytes, imageManifest, indexManifest, pushBlob, pushImage } from '../../support/images.js';
import { type DefineCase, refused } from './case.js';

/** Referrers: from links, and from the tags by which older clients keep the list. */
export function referrerCases(define: DefineCase): void {
  define('the referrers of a manifest are listed in order, with their type and annotations', async (world) => {
    const one = world.repository('a');
    const image = await pushImage(one, 'image');
    const signature = await pushImage(one, 'signature', {
      subject: image.descriptor,
      artifactType: 'application/vnd.example.signature',
      annotations: { by: 'key one' },
    });
    const bill = await pushImage(one, 'bill', { subject: image.descriptor });
    const listed = await collectPages(world.reopened().repository('a').referrers.list(image.digest));
    const wanted: Descriptor[] = [
      { ...signature.descriptor, artifactType: 'application/vnd.example.signature', annotations: { by: 'key one' } },
      // An image without a type of its own has that of its configuration.
      { ...bill.descriptor, artifactType: 'application/octet-stream' },
    ];
    assert.deepEqual(
      listed,
      wanted.toSorted((a, b) => byteOrder(a.digest, b.digest)),
    );
    const artifactType = 'application/vnd.example.signature';
    assert.deepEqual(await collectPages(one.referrers.list(image.digest, { artifactType })), [wanted[0]]);
    assert.deepEqual(await collectPages(one.referrers.list(image.digest, { artifactType: 'none/such' })), []);
  });

  define('a subject need not be there, and its referrers are listed before and after it is deleted', async ({ repository }) => {
    const one = repository('a');
    const subject = describeBytes('never pushed');
    const referrer = await pushImage(one, 'referrer', { subject });
    assert.deepEqual(
      (await collectPages(one.referrers.list(subject.digest))).map(({ digest }) => digest),
      [referrer.digest],
    );
    const image = await pushImage(one, 'image');
    const late = await pushImage(one, 'late', { subject: image.descriptor });
    await one.manifests.remove(image.digest);
    assert.deepEqual(
      (await collectPages(one.referrers.list(image.digest))).map(({ digest }) => digest),
      [late.digest],
    );
  });

  define('a put says what subject it was for', async ({ repository }) => {
    const one = repository('a');
    const config = await pushBlob(one, '{}');
    const subject = describeBytes('subject');
    assert.equal((await one.manifests.put(imageManifest({ config, subject }))).subject, subject.digest);
    assert.equal((await one.manifests.put(imageManifest({ config }))).subject, undefined);
  });

  define('a deleted referrer is not listed, and one of another repository never', async ({ repository }) => {
    const image = await pushImage(repository('a'), 'image');
    const referrer = await pushImage(repository('a'), 'referrer', { subject: image.descriptor });
    assert.deepEqual(await collectPages(repository('b').referrers.list(image.digest)), []);
    await repository('a').manifests.remove(referrer.digest);
    assert.deepEqual(await collectPages(repository('a').referrers.list(image.digest)), []);
    await refused(repository('a').manifests.remove(referrer.digest), 'MANIFEST_UNKNOWN');
  });

  define('the list that an older client keeps under a tag is shown, each referrer once', async (world) => {
    const one = world.repository('a');
    const image = await pushImage(one, 'image');
    const known = await pushImage(one, 'known', { subject: image.descriptor });
    const old = await pushImage(one, 'old', { subject: image.descriptor });
    const stranger = await pushImage(one, 'no referrer of it');
    // An old server kept no links: the tag alone names it.
    await world.stores.repository(one.name).referrers.remove(image.digest, old.digest);
    const tag = fallbackTag(image.digest);
    assert.equal(tag, image.digest.replace(':', '-'));
    const list = indexManifest([known.descriptor, old.descriptor, stranger.descriptor]);
    await one.manifests.put(list, tag === undefined ? {} : { tags: [tag] });
    const listed = (await collectPages(one.referrers.list(image.digest))).map(({ digest }) => digest);
    assert.deepEqual(listed, [known.digest, old.digest].toSorted(byteOrder));
  });

  define('pages of referrers joined are the whole list', async ({ repository }) => {
    const one = repository('a');
    const image = await pushImage(one, 'image');
    for (let n = 0; n < 7; n++) await pushImage(one, `referrer ${n}`, { subject: image.descriptor });
    const all = await collectPages(one.referrers.list(image.digest));
    assert.equal(all.length, 7);
    for (let limit = 1; limit < 9; limit++) {
      const joined: Descriptor[] = [];
      for (let after: string | undefined; ; after = joined.at(-1)?.digest) {
        const page = await collectPages(one.referrers.list(image.digest, { limit, ...(after ? { after } : {}) }));
        joined.push(...page);
        if (page.length < limit) break;
      }
      assert.deepEqual(joined, all);
    }
  });
}
