import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { systemClock } from '../../../src/core/clock.js';
import { newUploadId, type UploadId } from '../../../src/core/reference.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { createRegistry } from '../../../src/registry/create-registry.js';
import { openStores } from '../../../src/store/stores.js';
import { describeBytes, piecesOf } from '../../support/images.js';
import { filesOf } from '../../support/store-content.js';
import { ARCHIVE, ARCHIVE_TARSUM } from '../../support/tarsum-pushes.js';
import { type DefineCase, readBlob, refused, worldOn } from './case.js';

/** Uploads, from the first byte to the linked blob. */
export function uploadCases(define: DefineCase): void {
  define('an upload grows by pieces, and any process can go on with it', async (world) => {
    const { uploads } = world.repository('a');
    const { id, size } = await uploads.start();
    assert.equal(size, 0);
    assert.deepEqual(await uploads.append(id, piecesOf('one ', 'two ')), { id, size: 8 });
    const elsewhere = world.reopened().repository('a');
    assert.deepEqual(await elsewhere.uploads.status(id), { id, size: 8 });
    assert.deepEqual(await elsewhere.uploads.append(id, piecesOf('three'), { at: 8 }), { id, size: 13 });
    const { digest } = describeBytes('one two three');
    assert.deepEqual(await uploads.commit(id, digest), { mediaType: 'application/octet-stream', digest, size: 13 });
    assert.equal(await readBlob(world.repository('a'), digest), 'one two three');
  });

  define('a committed upload is gone, and leaves the blob and its link alone', async (world) => {
    const { uploads } = world.repository('a');
    const { digest } = describeBytes('content');
    const { id } = await uploads.start();
    await uploads.append(id, piecesOf('content'));
    await uploads.commit(id, digest);
    await refused(uploads.status(id), 'BLOB_UPLOAD_UNKNOWN');
    await refused(uploads.append(id, piecesOf('more')), 'BLOB_UPLOAD_UNKNOWN');
    await refused(uploads.commit(id, digest), 'BLOB_UPLOAD_UNKNOWN');
    await refused(uploads.cancel(id), 'BLOB_UPLOAD_UNKNOWN');
    assert.equal((await filesOf(world.driver)).length, 2);
  });

  define('an unknown upload, and one of another repository, cannot be touched', async ({ repository }) => {
    const { id } = await repository('a').uploads.start();
    for (const [name, one] of [
      ['b', id],
      ['a', newUploadId()],
    ] as const) {
      const { uploads } = repository(name);
      await refused(uploads.status(one), 'BLOB_UPLOAD_UNKNOWN');
      await refused(uploads.append(one, piecesOf('x')), 'BLOB_UPLOAD_UNKNOWN');
      await refused(uploads.commit(one, describeBytes('x').digest), 'BLOB_UPLOAD_UNKNOWN');
      await refused(uploads.cancel(one), 'BLOB_UPLOAD_UNKNOWN');
    }
    assert.deepEqual(await repository('a').uploads.status(id), { id, size: 0 });
  });

  define('a piece that does not begin at the end is refused, and changes nothing', async ({ repository }) => {
    const { uploads } = repository('a');
    const { id } = await uploads.start();
    await uploads.append(id, piecesOf('12345'), { at: 0 });
    for (const at of [0, 4, 6]) {
      const error = await refused(uploads.append(id, piecesOf('x'), { at }), 'BLOB_UPLOAD_INVALID', 416);
      assert.deepEqual(error.detail, { size: 5 });
    }
    assert.equal((await uploads.status(id)).size, 5);
    await uploads.append(id, piecesOf('6'), { at: 5 });
    await uploads.commit(id, describeBytes('123456').digest);
  });

  define(
    'a commit under a wrong digest is refused, and nothing is left of the upload',
    async ({ repository, driver, reopened }) => {
      for (const open of [() => repository('a'), () => reopened().repository('a')]) {
        const { id } = await repository('a').uploads.start();
        await repository('a').uploads.append(id, piecesOf('content'));
        await refused(open().uploads.commit(id, describeBytes('another').digest), 'DIGEST_INVALID');
        await refused(repository('a').uploads.status(id), 'BLOB_UPLOAD_UNKNOWN');
        assert.deepEqual(await filesOf(driver), []);
        await refused(repository('a').blobs.stat(describeBytes('content').digest), 'BLOB_UNKNOWN');
      }
    },
  );

  define('the commit decides on the algorithm, whatever was said at the start', async ({ repository }) => {
    for (const [said, wanted] of [
      ['sha256', 'sha512'],
      ['sha512', 'sha256'],
      ['sha512', 'sha512'],
    ] as const) {
      const { uploads } = repository('a');
      const { id } = await uploads.start({ algorithm: said });
      await uploads.append(id, piecesOf(`${said} ${wanted}`));
      const { digest } = describeBytes(`${said} ${wanted}`, undefined, wanted);
      assert.equal((await uploads.commit(id, digest)).digest, digest);
    }
  });

  define('a cancelled upload is gone with its bytes', async ({ repository, driver }) => {
    const { uploads } = repository('a');
    const { id } = await uploads.start();
    await uploads.append(id, piecesOf('content'));
    await uploads.cancel(id);
    await refused(uploads.status(id), 'BLOB_UPLOAD_UNKNOWN');
    assert.deepEqual(await filesOf(driver), []);
  });

  define('of two at work on one upload in two processes one loses, by an answer that says so', async (world) => {
    const { driver, repository } = world;
    const { uploads } = repository('a');
    const { digest } = describeBytes('content');
    for (const where of ['before it opens the upload', 'before it ends it'] as const) {
      const { id } = await uploads.start();
      await uploads.append(id, piecesOf('content'));
      const slow = worldOn({
        ...driver,
        async append(...call) {
          if (where === 'before it opens the upload') await uploads.cancel(id);
          const writer = await driver.append(...call);
          return {
            get size() {
              return writer.size;
            },
            write: writer.write,
            close: writer.close,
            async commit(how) {
              await uploads.cancel(id);
              await writer.commit(how);
            },
          };
        },
      });
      await refused(slow.repository('a').uploads.commit(id, digest), 'BLOB_UPLOAD_UNKNOWN');
    }
    await refused(repository('a').blobs.stat(digest), 'BLOB_UNKNOWN');
  });

  define('what another process appends while an upload is being ended does not become a part of the blob', async (world) => {
    const { driver, repository } = world;
    const { uploads } = repository('a');
    const ended = { ...describeBytes(ARCHIVE), tarsum: ARCHIVE_TARSUM };
    for (const digest of [ended.digest, ended.tarsum]) {
      for (const where of ['once it has been read', 'just before it gets into place'] as const) {
        const { id } = await uploads.start();
        await uploads.append(id, piecesOf(ARCHIVE));
        let more = async (): Promise<void> => {
          more = async () => undefined;
          assert.equal((await uploads.append(id, piecesOf('more'))).size, ARCHIVE.length + 4);
        };
        const slow = worldOn({
          ...driver,
          async open(...call) {
            const reader = await driver.open(...call);
            async function* chunks(): AsyncGenerator<Uint8Array> {
              yield* reader.chunks();
              if (where === 'once it has been read') await more();
            }
            return { ...reader, chunks };
          },
          async move(...call) {
            if (where === 'just before it gets into place') await more();
            await driver.move(...call);
          },
        });
        await refused(slow.repository('a').uploads.commit(id, digest), 'BLOB_UPLOAD_INVALID');
        await refused(slow.repository('a').blobs.stat(ended.digest), 'BLOB_UNKNOWN');
        await refused(repository('a').blobs.stat(digest), 'BLOB_UNKNOWN');
        if (where === 'once it has been read') assert.equal((await uploads.status(id)).size, ARCHIVE.length + 4);
        await uploads.cancel(id);
      }
    }
  });

  define('an upload whose blob is deleted whenever it is linked is gone, as the answer says', async (world) => {
    const { uploads, blobs } = world.repository('a');
    const { digest } = describeBytes('content');
    await uploads.commit((await uploads.append((await uploads.start()).id, piecesOf('content'))).id, digest);
    const { id } = await uploads.start();
    await uploads.append(id, piecesOf('content'));
    const slow = worldOn({
      ...world.driver,
      async settle(...call) {
        await world.driver.settle(...call);
        await blobs.remove(digest).catch(() => undefined);
      },
    });
    await refused(slow.repository('a').uploads.commit(id, digest), 'BLOB_UPLOAD_UNKNOWN');
    await refused(uploads.status(id), 'BLOB_UPLOAD_UNKNOWN');
  });

  define('what arrived before a client vanished stays, and the upload goes on from there', async ({ repository }) => {
    const one = repository('a');
    const { id } = await one.uploads.start();
    async function* vanishing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first ');
      throw new Error('the connection broke');
    }
    await assert.rejects(one.uploads.append(id, vanishing()), /the connection broke/);
    const { size } = await one.uploads.status(id);
    assert.ok(size === 0 || size === 6);
    await one.uploads.append(id, piecesOf('first second'.slice(size)), { at: size });
    await one.uploads.commit(id, describeBytes('first second').digest);
  });

  define('a request that comes back takes the upload over from one that waits', async ({ repository }) => {
    const { uploads } = repository('a');
    const { id } = await uploads.start();
    let waiting: () => void = () => undefined;
    const waits = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    // As an HTTP body does, the source ends when its signal fires: here, when the newer request is done.
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    async function* halfOpen(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('held ');
      waiting();
      await ended;
      yield Buffer.from('lost');
    }
    const older = uploads.append(id, halfOpen());
    await waits;
    const newer = uploads.status(id);
    assert.equal((await newer).id, id);
    const taking = uploads.append(id, piecesOf('new'));
    end();
    await refused(older, 'BLOB_UPLOAD_INVALID', 416);
    const { size } = await taking;
    const { size: stored } = await uploads.status(id);
    assert.equal(size, stored);
    const content = size === 8 ? 'held new' : size === 3 ? 'new' : 'held lostnew';
    await uploads.commit(id, describeBytes(content).digest);
  });

  define('two uploads of the same content make one blob', async ({ repository, driver }) => {
    const { digest } = describeBytes('content');
    const push = async (name: string): Promise<void> => {
      const { uploads } = repository(name);
      const { id } = await uploads.start();
      await uploads.append(id, piecesOf('content'));
      await uploads.commit(id, digest);
    };
    await Promise.all(['a', 'a', 'b', 'c'].map(push));
    assert.equal((await filesOf(driver)).length, 4);
    for (const name of ['a', 'b', 'c']) assert.equal(await readBlob(repository(name), digest), 'content');
  });

  define('whoever asks for an old upload shows all processes that somebody is about it', async (world) => {
    const { clock, driver } = world;
    const { uploads } = world.repository('a');
    const touched: string[] = [];
    const seen = worldOn({ ...driver, touch: async (path) => void touched.push(path) }, clock).repository('a').uploads;
    const { id } = await uploads.start();
    await seen.append(id, piecesOf('x'));
    assert.equal(touched.length, 0, 'a young one costs nothing');
    clock.advance(11 * 60_000);
    await seen.status(id);
    await seen.append(id, piecesOf('y'));
    assert.equal(touched.length, 2);
    assert.ok(touched.every((path) => path.includes(id)));
  });

  define('a request that sends slowly shows now and then that it is there', async (world) => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      const touched: string[] = [];
      const { uploads } = worldOn({ ...world.driver, touch: async (path) => void touched.push(path) }).repository('a');
      const { id } = await uploads.start();
      let go = (): void => undefined;
      const wait = new Promise<void>((resolve) => {
        go = resolve;
      });
      let request: Promise<unknown> = wait;
      const begun = new Promise<void>((begin) => {
        const slowly = async function* () {
          yield Buffer.from('x');
          begin();
          await wait;
        };
        request = uploads.append(id, slowly());
      });
      await begun;
      mock.timers.tick(60 * 60_000);
      assert.equal(touched.length, 6);
      go();
      await request;
      await uploads.commit(id, describeBytes('x').digest);
      mock.timers.tick(60 * 60_000);
      assert.equal(touched.length, 6);
    } finally {
      mock.timers.reset();
    }
  });

  define('an upload that takes long to be read at its end shows now and then that it is there', async (world) => {
    const { uploads } = world.repository('a');
    const { digest } = describeBytes(ARCHIVE);
    for (const wanted of [digest, ARCHIVE_TARSUM]) {
      const { id } = await uploads.start();
      await uploads.append(id, piecesOf(ARCHIVE));
      mock.timers.enable({ apis: ['setInterval'] });
      try {
        let touched = 0;
        const slow = worldOn({
          ...world.driver,
          async touch() {
            touched++;
          },
          async open(...call) {
            mock.timers.tick(60 * 60_000);
            return world.driver.open(...call);
          },
        });
        await slow.repository('a').uploads.commit(id, wanted);
        const during = touched;
        mock.timers.tick(60 * 60_000);
        assert.deepEqual([during, touched], [6, 6]);
      } finally {
        mock.timers.reset();
      }
    }
  });

  define('a request that meets a purge waits until that has decided', async (world) => {
    const name = world.repository('a').name;
    const place = (kind: 'uploadStartedAt' | 'uploadPurge', upload: UploadId) => pathFor(kind, { name, upload });
    for (const becomes of ['alive', 'gone', 'undecided'] as const) {
      const { id } = await world.repository('a').uploads.start();
      await world.repository('a').uploads.append(id, piecesOf('x'));
      await world.driver.move(place('uploadStartedAt', id), place('uploadPurge', id));
      let slept = 0;
      const clock = {
        ...systemClock,
        sleep: async (ms: number) => {
          slept += ms;
          if (slept < 200) return;
          if (becomes === 'alive')
            await world.driver.move(place('uploadPurge', id), place('uploadStartedAt', id)).catch(() => undefined);
          if (becomes === 'gone') await world.driver.removeTree(pathFor('uploadFolder', { name, upload: id }));
        },
      };
      const { uploads } = createRegistry(openStores(world.driver, { clock })).repository(name);
      if (becomes === 'alive') assert.equal((await uploads.append(id, piecesOf('y'))).size, 2);
      else await refused(uploads.append(id, piecesOf('y')), 'BLOB_UPLOAD_UNKNOWN');
      assert.ok(becomes === 'undecided' ? slept === 2000 : slept === 200, `${becomes} ${slept}`);
    }
  });
}
