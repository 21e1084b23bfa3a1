/**
 * Prepared answers: given without any input or output, and never stale. Two servers on one folder stand for two processes;
 * the clock is set forward so that the folder's time stamps are old enough to be trusted.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { shiftedClock } from '../support/shifted-clock.js';
import { startServer, type TestServer } from './support.js';

const TYPE = 'application/vnd.oci.image.index.v1+json';
const [ONE, TWO] = ['one', 'two'].map((name) =>
  Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: TYPE, manifests: [], annotations: { name } })),
) as [Buffer, Buffer];
const BLOB = Buffer.from('0123456789');
const BY_TAG = '/v2/a/manifests/v1';
const BY_DIGEST = `/v2/a/manifests/${digestOf(ONE)}`;
const OF_BLOB = `/v2/a/blobs/${digestOf(BLOB)}`;
const TARGETS = [
  ['a manifest by tag', BY_TAG, ONE],
  ['a manifest by digest', BY_DIGEST, ONE],
  ['a blob', OF_BLOB, BLOB],
] as const;

/** How long another process may go on to show what was deleted. */
const SEEN_WITHIN_MS = 5_000;

describe('a prepared answer', () => {
  for (const [name, target, bytes] of TARGETS) {
    it(`is the same as the one before, without a look at anything but whether it is fresh: ${name}`, async (test) => {
      const { here, calls } = await openPair(test);
      const first = await here.send('GET', target);
      const before = calls();
      const second = await here.send('GET', target);
      assert.equal(calls(), before);
      assert.ok(second.body.equals(bytes));
      assert.deepEqual(shown(second.headers), shown(first.headers));
      const records = here.records
        .slice(-2)
        .map(({ kind, repository, status, bytesOut }) => ({ kind, repository, status, bytesOut }));
      assert.deepEqual(records[0], records[1]);
    });

    it(`is not given for a part, a condition or a body: ${name}`, async (test) => {
      const { here } = await openPair(test);
      const etag = String((await here.send('GET', target)).headers.etag);
      const known = await here.send('GET', target, { headers: { 'if-none-match': etag } });
      assert.equal(known.status, 304);
      assert.equal((await here.send('GET', target, { headers: { 'if-none-match': '"other"' } })).status, 200);
      const part = await here.send('GET', target, { headers: { range: 'bytes=1-2' } });
      assert.equal(part.status, target === OF_BLOB ? 206 : 200);
      const body = { body: 'x'.repeat(1000) };
      assert.equal((await here.send('GET', target, body)).status, 200);
      assert.equal((await here.send('GET', target)).status, 200);
    });

    it(`has the head of a GET for a HEAD: ${name}`, async (test) => {
      const { here, calls } = await openPair(test);
      const get = await here.send('GET', target);
      const before = calls();
      const head = await here.send('HEAD', target);
      assert.deepEqual(shown(head.headers), shown(get.headers));
      assert.equal(head.body.length, 0);
      // A pusher's HEAD of a blob renews its link, so it is never answered from memory.
      assert.equal(calls() > before, target === OF_BLOB);
    });
  }

  it('of a tag ends with a move, by this process or another, at once', async (test) => {
    const { here, other } = await openPair(test);
    for (const mover of [here, other, here, other]) {
      for (const bytes of [TWO, ONE]) {
        assert.equal((await put(mover, bytes)).status, 201);
        for (let times = 0; times < 2; times++) assert.ok((await here.send('GET', BY_TAG)).body.equals(bytes));
      }
    }
  });

  for (const by of ['this process', 'another process'] as const) {
    it(`of a tag ends with its removal by ${by}, at once`, async (test) => {
      const { here, other } = await openPair(test);
      const remover = by === 'this process' ? here : other;
      assert.equal((await remover.send('DELETE', BY_TAG)).status, 202);
      assert.equal((await here.send('GET', BY_TAG)).status, 404);
      assert.equal((await here.send('GET', BY_DIGEST)).status, 200);
      await put(remover, ONE);
      assert.equal((await here.send('GET', BY_TAG)).status, 200);
    });

    it(`of a tag ends with the removal of its manifest by ${by}, at once`, async (test) => {
      const { here, other } = await openPair(test);
      const remover = by === 'this process' ? here : other;
      assert.equal((await remover.send('DELETE', BY_DIGEST)).status, 202);
      assert.equal((await here.send('GET', BY_TAG)).status, 404);
    });
  }

  for (const [name, target] of TARGETS.slice(1)) {
    it(`ends with a delete by this process, at once: ${name}`, async (test) => {
      const { here } = await openPair(test);
      assert.equal((await here.send('DELETE', target)).status, 202);
      assert.equal((await here.send('GET', target)).status, 404);
    });

    it(`ends with a delete by another process, in time, however often it is asked for: ${name}`, async (test) => {
      const { here, other, advance } = await openPair(test);
      assert.equal((await other.send('DELETE', target)).status, 202);
      for (let left = SEEN_WITHIN_MS; left > 0; left -= 500) {
        await here.send('GET', target);
        advance(500);
      }
      assert.equal((await here.send('GET', target)).status, 404);
      assert.equal((await here.send('GET', target)).status, 404);
    });
  }

  it('is kept apart by target: another repository is not shown it', async (test) => {
    const { here } = await openPair(test);
    for (const [, target] of TARGETS) assert.equal((await here.send('GET', target.replace('/v2/a/', '/v2/b/'))).status, 404);
  });

  it('is not needed: without room for any, all is answered', async (test) => {
    const { here } = await openPair(test, { hotBytes: 0 });
    for (const [, target, bytes] of TARGETS) assert.ok((await here.send('GET', target)).body.equals(bytes));
  });

  it('is not given by a server that is about to stop', async (test) => {
    const { here } = await openPair(test);
    const wire = here.open().write(`GET ${BY_TAG} HTTP/1.1\nHost: a\n`);
    await wire.written();
    const closed = here.server.close();
    assert.match(await wire.write('\n').closed(), /^HTTP\/1.1 503 /);
    await closed;
  });
});

interface Pair {
  readonly here: TestServer;
  readonly other: TestServer;
  /** How often the first server has asked the driver for anything but a stamp. */
  readonly calls: () => number;
  readonly advance: (ms: number) => void;
}

/** Two processes on one folder, with content pushed and its answers prepared by the first. */
async function openPair(test: TestContext, settings: { hotBytes?: number } = {}): Promise<Pair> {
  const root = await mkdtemp(join(tmpdir(), 'lading-hot-'));
  test.after(() => rm(root, { recursive: true, force: true }));
  const clock = shiftedClock();
  clock.advance(10_000);
  const counted = counting(await createFsDriver({ root, clock }));
  const [here, other] = await Promise.all(
    [counted.driver, await createFsDriver({ root, clock })].map((driver) =>
      startServer(test, { registry: createRegistry(openStores(driver, { clock })), settings }),
    ),
  );
  assert.ok(here && other);
  await here.send('POST', `/v2/a/blobs/uploads/?digest=${digestOf(BLOB)}`, { body: BLOB });
  assert.equal((await put(here, ONE)).status, 201);
  for (const [, target] of TARGETS)
    for (let times = 0; times < 2; times++) assert.equal((await here.send('GET', target)).status, 200);
  return { here, other, calls: counted.calls, advance: clock.advance };
}

function put(server: TestServer, body: Buffer): ReturnType<TestServer['send']> {
  return server.send('PUT', BY_TAG, { body, headers: { 'content-type': TYPE } });
}

/** Headers but those that differ from answer to answer. */
function shown({ date: _date, 'x-request-id': _id, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

function counting(driver: StorageDriver): { driver: StorageDriver; calls: () => number } {
  let calls = 0;
  const counted = new Proxy(driver, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function' || name === 'stamp') return member;
      return (...given: unknown[]) => {
        calls++;
        return Reflect.apply(member, target, given);
      };
    },
  });
  return { driver: counted, calls: () => calls };
}
