import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { digestOf, type TarsumAlgorithm } from '../../../src/core/digest.js';
import type { StorageDriver } from '../../../src/driver/driver.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { piecesOf, pushBlob } from '../../support/images.js';
import { contentOf, filesOf } from '../../support/store-content.js';
import { ARCHIVE, ARCHIVE_TARSUM, pushByTarsum, SAME_TARSUM, tarsumOfBytes } from '../../support/tarsum-pushes.js';
import { archive } from '../../tarsum/archives.js';
import { type DefineCase, readBlob, refused, restoreAll, type World, worldOn } from './case.js';

const CANONICAL = digestOf(ARCHIVE);
const OTHER = digestOf(SAME_TARSUM);
const HEX = ARCHIVE_TARSUM.slice('tarsum.v1+sha256:'.length);
const LINK = `repositories/a/_layers/tarsum/v1/sha256/${HEX}/link`;
const text = (bytes: Buffer): string => bytes.toString('latin1');

/** Uploads that are ended by a tarsum, and the second names that blobs have by it. */
export function tarsumCases(define: DefineCase): void {
  define('content pushed by its tarsum is stored once, at its sha256, and reached by both', async (world) => {
    const one = world.repository('a');
    const { digest, size } = await pushByTarsum(one, ARCHIVE);
    assert.deepEqual([digest, size], [CANONICAL, ARCHIVE.length]);
    const hex = CANONICAL.slice('sha256:'.length);
    const links = [`repositories/a/_layers/sha256/${hex}/link`, LINK];
    const content = await contentOf(world.driver);
    assert.deepEqual([...content.keys()].sort(), [`blobs/sha256/${hex.slice(0, 2)}/${hex}/data`, ...links]);
    for (const link of links) assert.equal(content.get(link), CANONICAL);
    for (const repository of [one, world.reopened().repository('a')]) {
      for (const each of [CANONICAL, ARCHIVE_TARSUM]) assert.equal(await readBlob(repository, each), text(ARCHIVE));
      const found = await repository.blobs.stat(ARCHIVE_TARSUM);
      assert.deepEqual([found.digest, found.canonical, found.size], [ARCHIVE_TARSUM, CANONICAL, ARCHIVE.length]);
      assert.equal((await repository.blobs.read(ARCHIVE_TARSUM))?.descriptor.canonical, CANONICAL);
      assert.equal((await repository.blobs.stat(CANONICAL)).canonical, undefined);
    }
    await refused(world.repository('b').blobs.stat(ARCHIVE_TARSUM), 'BLOB_UNKNOWN');
  });

  define('a gzipped archive is pushed by the tarsum of the archive in it', async (world) => {
    const zipped = gzipSync(ARCHIVE);
    const { digest } = await pushByTarsum(world.repository('a'), zipped, ARCHIVE_TARSUM);
    assert.equal(digest, digestOf(zipped));
    assert.equal(await readBlob(world.repository('a'), ARCHIVE_TARSUM), text(zipped));
  });

  define('the first content of a repository under a tarsum keeps it', async (world) => {
    const one = world.repository('a');
    await pushByTarsum(one, ARCHIVE);
    assert.equal((await pushByTarsum(world.reopened().repository('a'), SAME_TARSUM)).digest, OTHER);
    assert.equal(await readBlob(one, ARCHIVE_TARSUM), text(ARCHIVE));
    assert.equal(await readBlob(one, OTHER), text(SAME_TARSUM));
    await pushByTarsum(world.repository('b'), SAME_TARSUM);
    assert.equal(await readBlob(world.repository('b'), ARCHIVE_TARSUM), text(SAME_TARSUM));
  });

  for (const [state, spoil] of [
    ['whose content is gone', (world) => world.driver.remove([pathFor('blobData', { blob: CANONICAL })])],
    ['that is empty', (world) => world.driver.put(linkOf(world), Buffer.alloc(0))],
    ['that holds another tarsum', (world) => world.driver.put(linkOf(world), Buffer.from(`tarsum.v1+${OTHER}`))],
  ] as const satisfies readonly (readonly [string, (world: World) => Promise<void>])[]) {
    define(`an alias ${state} is made anew by the next push`, async (world) => {
      await pushByTarsum(world.repository('a'), ARCHIVE);
      await spoil(world);
      const one = world.reopened().repository('a');
      await refused(one.blobs.stat(ARCHIVE_TARSUM), 'BLOB_UNKNOWN');
      await pushByTarsum(one, SAME_TARSUM);
      for (const each of [ARCHIVE_TARSUM, OTHER]) assert.equal(await readBlob(one, each), text(SAME_TARSUM));
    });
  }

  define('an alias that has moved is not remembered', async (world) => {
    const one = world.repository('a');
    await pushByTarsum(one, ARCHIVE);
    const before = await one.blobs.read(ARCHIVE_TARSUM);
    await world.driver.remove([pathFor('blobData', { blob: CANONICAL })]);
    await pushByTarsum(one, SAME_TARSUM);
    assert.equal(before?.fresh(), false);
    assert.equal((await one.blobs.read(ARCHIVE_TARSUM))?.descriptor.canonical, OTHER);
  });

  define('many pushes of one tarsum at once, in two processes, all succeed, and one has it', async (world) => {
    const many = Array.from({ length: 8 }, (_, mtime) => archive({ name: 'a', body: 'body', mtime }));
    const other = world.reopened();
    const pushed = await Promise.all(
      many.map((bytes, at) => pushByTarsum((at % 2 ? other : world).repository('a'), bytes, ARCHIVE_TARSUM)),
    );
    assert.deepEqual(
      pushed.map(({ digest }) => digest),
      many.map((bytes) => digestOf(bytes)),
    );
    for (const each of [world, other, world.reopened()]) {
      const one = each.repository('a');
      assert.equal(await tarsumOfBytes(Buffer.from(await readBlob(one, ARCHIVE_TARSUM), 'latin1')), ARCHIVE_TARSUM);
      for (const bytes of many) assert.equal(await readBlob(one, digestOf(bytes)), text(bytes));
    }
  });

  define('content of another tarsum, and content that has none, is refused and leaves nothing', async (world) => {
    const detailOf = async (bytes: Buffer): Promise<unknown> => {
      const { uploads } = world.repository('a');
      const { id } = await uploads.start();
      await uploads.append(id, piecesOf(bytes));
      const error = await refused(uploads.commit(id, ARCHIVE_TARSUM), 'DIGEST_INVALID', 400);
      await refused(uploads.status(id), 'BLOB_UPLOAD_UNKNOWN');
      assert.deepEqual(await filesOf(world.driver), []);
      return error.detail;
    };
    const another = archive({ name: 'b', body: 'body' });
    assert.deepEqual(await detailOf(another), { digest: ARCHIVE_TARSUM, actual: await tarsumOfBytes(another) });
    assert.deepEqual(await detailOf(Buffer.from('no archive')), { reason: 'cut-off', position: 10 });
    assert.deepEqual(await detailOf(Buffer.alloc(0)), {
      digest: ARCHIVE_TARSUM,
      actual: await tarsumOfBytes(Buffer.alloc(0)),
    });
    assert.equal(((await detailOf(gzipSync(ARCHIVE).subarray(0, 60))) as { reason: string }).reason, 'gzip');
  });

  define('a tarsum of a kind that is not taken is refused, and the upload may be ended by another digest', async (world) => {
    const { uploads } = world.repository('a');
    const algorithms: readonly TarsumAlgorithm[] = ['tarsum+sha256', 'tarsum.dev+sha256', 'tarsum.v1+sha512'];
    for (const algorithm of algorithms) {
      const { id } = await uploads.start();
      await uploads.append(id, piecesOf(ARCHIVE));
      const tarsum = await tarsumOfBytes(ARCHIVE, algorithm);
      await refused(uploads.commit(id, tarsum), 'DIGEST_INVALID');
      await uploads.commit(id, CANONICAL);
      await refused(world.repository('a').blobs.stat(tarsum), 'BLOB_UNKNOWN');
      const open = world.reopened({ tarsum: { taken: algorithms } }).repository('a');
      assert.equal((await pushByTarsum(open, ARCHIVE, tarsum)).digest, CANONICAL);
      assert.equal(await readBlob(world.repository('a'), tarsum), text(ARCHIVE));
    }
  });

  define('limits are those that the registry was told', async (world) => {
    const one = world.reopened({ tarsum: { limits: { maxEntries: 1 } } }).repository('a');
    await pushByTarsum(one, ARCHIVE);
    const two = archive({ name: 'a' }, { name: 'b' });
    const error = await refused(pushByTarsum(one, two), 'DIGEST_INVALID');
    assert.equal((error.detail as { reason: string }).reason, 'too-many-entries');
  });

  for (const [what, bytes] of [
    ['an archive', ARCHIVE],
    ['a gzipped archive', gzipSync(ARCHIVE)],
  ] as const) {
    define(`the sum of ${what} that takes too long is given up`, async (world) => {
      // Time passes while the bytes are read.
      const slow = slowly(world.driver, () => world.clock.advance(1_001));
      const patient = worldOn(slow, world.clock, { tarsum: { timeoutMs: 0 } }).repository('a');
      await pushByTarsum(patient, bytes, ARCHIVE_TARSUM);
      const hasty = worldOn(slow, world.clock, { tarsum: { timeoutMs: 1_000 } }).repository('b');
      const error = await refused(pushByTarsum(hasty, bytes, ARCHIVE_TARSUM), 'DIGEST_INVALID');
      assert.equal((error.detail as { reason: string }).reason, 'too-slow');
      assert.ok((await filesOf(world.driver)).every((file) => !file.startsWith('repositories/b/')));
    });
  }

  define('a delete by the tarsum takes that name away alone', async (world) => {
    const one = world.repository('a');
    await pushByTarsum(one, ARCHIVE);
    const before = await contentOf(world.driver);
    await one.blobs.remove(ARCHIVE_TARSUM);
    await refused(one.blobs.stat(ARCHIVE_TARSUM), 'BLOB_UNKNOWN');
    assert.equal(await readBlob(one, CANONICAL), text(ARCHIVE));
    await restoreAll(one);
    assert.deepEqual(await contentOf(world.driver), before);
  });

  define('a delete by the sha256 takes all its names away at once, and they come back together', async (world) => {
    const taken: TarsumAlgorithm[] = ['tarsum.v1+sha256', 'tarsum+sha256', 'tarsum.dev+sha512'];
    const one = world.reopened({ tarsum: { taken } }).repository('a');
    const names = [CANONICAL, digestOf(ARCHIVE, 'sha512')];
    for (const algorithm of taken) {
      names.push(await tarsumOfBytes(ARCHIVE, algorithm));
      await pushByTarsum(one, ARCHIVE, names.at(-1));
    }
    // As docker/distribution links what is pushed by sha512.
    await world.driver.put(pathFor('layerLink', { name: one.name, digest: digestOf(ARCHIVE, 'sha512') }), Buffer.from(CANONICAL));
    const stays = [
      (await pushBlob(one, 'another')).digest,
      (await pushBlob(one, 'by its sha512', 'sha512')).digest,
      await tarsumOfBytes(archive({ name: 'other' })),
    ];
    await pushByTarsum(one, archive({ name: 'other' }));
    for (const name of names) await one.blobs.read(name);
    const before = await contentOf(world.driver);
    await one.blobs.remove(CANONICAL);
    for (const name of names) await refused(one.blobs.read(name), 'BLOB_UNKNOWN');
    for (const name of stays) await one.blobs.stat(name);
    assert.equal((await one.trash.list()).length, 1);
    await restoreAll(one);
    assert.deepEqual(await contentOf(world.driver), before);
    for (const name of names) assert.equal(await readBlob(one, name), text(ARCHIVE));
  });

  define('an alias that comes out of the trash does not displace what has its name by now', async (world) => {
    const one = world.repository('a');
    await pushByTarsum(one, ARCHIVE);
    await one.blobs.remove(ARCHIVE_TARSUM);
    await pushByTarsum(one, SAME_TARSUM);
    await restoreAll(one);
    assert.equal(await readBlob(one, ARCHIVE_TARSUM), text(SAME_TARSUM));
  });

  define('an alias is mounted with what it stands for', async (world) => {
    await pushByTarsum(world.repository('from'), ARCHIVE);
    const to = world.repository('to');
    const mounted = await to.blobs.mount(ARCHIVE_TARSUM, { from: world.repository('from').name });
    assert.equal(mounted?.digest, CANONICAL);
    for (const each of [CANONICAL, ARCHIVE_TARSUM]) assert.equal(await readBlob(to, each), text(ARCHIVE));
    await world.repository('from').blobs.remove(CANONICAL);
    assert.equal(await readBlob(to, ARCHIVE_TARSUM), text(ARCHIVE));
  });

  define('whoever has pushed by a tarsum is found by an anonymous mount, by either digest', async (world) => {
    await pushByTarsum(world.repository('from'), ARCHIVE);
    for (const each of [ARCHIVE_TARSUM, CANONICAL]) {
      assert.equal((await world.repository('to').blobs.mount(each, { mayRead: () => true }))?.digest, CANONICAL);
      assert.equal(await readBlob(world.repository('to'), each), text(ARCHIVE));
    }
  });

  define('a mount does not displace what the repository has under the alias', async (world) => {
    await pushByTarsum(world.repository('from'), SAME_TARSUM);
    const one = world.repository('a');
    await pushByTarsum(one, ARCHIVE);
    assert.equal((await one.blobs.mount(ARCHIVE_TARSUM, { from: world.repository('from').name }))?.digest, OTHER);
    assert.equal(await readBlob(one, ARCHIVE_TARSUM), text(ARCHIVE));
    assert.equal(await readBlob(one, OTHER), text(SAME_TARSUM));
  });

  define('a HEAD by a pusher renews an old alias', async (world) => {
    await pushByTarsum(world.repository('a'), ARCHIVE);
    world.clock.advance(13 * 3600_000);
    const touched: string[] = [];
    const touch = (path: ReturnType<typeof linkOf>): Promise<void> => {
      touched.push(path);
      return world.driver.touch(path);
    };
    await worldOn({ ...world.driver, touch }, world.clock)
      .repository('a')
      .blobs.stat(ARCHIVE_TARSUM, { refresh: true });
    assert.deepEqual(touched, [linkOf(world)]);
  });
}

/** The alias of the first archive in the first repository. */
function linkOf({ repository }: World): ReturnType<typeof pathFor> {
  return pathFor('layerLink', { name: repository('a').name, digest: ARCHIVE_TARSUM });
}

/** The same driver, telling when a piece is read. */
function slowly(driver: StorageDriver, tell: () => void): StorageDriver {
  return {
    ...driver,
    async open(...call) {
      const reader = await driver.open(...call);
      return {
        ...reader,
        close: () => reader.close(),
        async *chunks() {
          for await (const piece of reader.chunks()) {
            tell();
            yield piece;
          }
        },
      };
    },
  };
}
