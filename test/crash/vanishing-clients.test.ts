/** Clients that go away in the middle: real sockets, destroyed while a folder is read or written. No descriptor stays open. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf } from '../../src/core/digest.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { createServer } from '../../src/http/server.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { patterned } from '../suites/driver/store.js';
import { canSeeDescriptors, openBelow, temporaryFolder } from '../support/temporary-folder.js';
import { withoutSyncs } from '../support/without-syncs.js';

const skip = canSeeDescriptors ? false : 'platform: needs /proc/self/fd';
const CLIENTS = 10;
const BLOB = patterned(6 << 20, 3);
const DIGEST = digestOf(BLOB);

/** Runs a test against a server on a fresh folder. */
async function onServer(run: (base: URL, held: () => Promise<readonly string[]>) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  const registry = createRegistry(openStores(await createFsDriver({ root: folder.path, system: withoutSyncs })));
  const server = createServer({ registry, settings: { drainMs: 1000 } });
  try {
    const base = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
    await run(base, () => openBelow(folder.path));
  } finally {
    await server.close();
    await registry.close();
    await folder.remove();
  }
}

/** Sends the head of a request and the beginning of its body. */
async function begin(base: URL, head: readonly string[], body: Uint8Array = Buffer.alloc(0)): Promise<Socket> {
  const socket = connect(Number(base.port), base.hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`${[...head, `Host: ${base.host}`, '', ''].join('\r\n')}`);
  if (body.length > 0) await new Promise((done) => socket.write(body, done));
  return socket;
}

async function startUpload(base: URL): Promise<URL> {
  const started = await fetch(new URL('/v2/app/blobs/uploads/', base), { method: 'POST' });
  assert.equal(started.status, 202);
  return new URL(started.headers.get('location') ?? '', base);
}

async function pushBlob(base: URL): Promise<void> {
  const location = await startUpload(base);
  location.searchParams.set('digest', DIGEST);
  const pushed = await fetch(location, { method: 'PUT', body: BLOB });
  assert.equal(pushed.status, 201);
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await holds()) return;
    await sleep(10);
  }
  assert.fail(`never: ${what}`);
}

describe('a client that goes away', { skip }, () => {
  it('in the middle of a download leaves no descriptor open', () =>
    onServer(async (base, held) => {
      await pushBlob(base);
      const sockets = await Promise.all(
        Array.from({ length: CLIENTS }, () => begin(base, [`GET /v2/app/blobs/${DIGEST} HTTP/1.1`])),
      );
      // The answer begins, and nobody reads on: the server waits with the blob open.
      await Promise.all(sockets.map((socket) => once(socket, 'readable')));
      await until('all have the blob open', async () => (await held()).length === CLIENTS);
      for (const socket of sockets) socket.destroy();
      await until('all are closed', async () => (await held()).length === 0);
    }));

  it('in the middle of an upload leaves no descriptor open, and the upload where it was', () =>
    onServer(async (base, held) => {
      const part = BLOB.subarray(0, 1 << 20);
      const locations = await Promise.all(Array.from({ length: CLIENTS }, () => startUpload(base)));
      const heads = locations.map((location, i) => {
        const path = `${location.pathname}${location.search}`;
        if (i % 2 === 0) return [`PATCH ${path} HTTP/1.1`, `Content-Length: ${BLOB.length}`];
        location.searchParams.set('digest', DIGEST);
        return [`PUT ${location.pathname}${location.search} HTTP/1.1`, `Content-Length: ${BLOB.length}`];
      });
      const sockets = await Promise.all(heads.map((head) => begin(base, head, part)));
      await until('all write', async () => (await held()).length === CLIENTS);
      for (const socket of sockets) socket.destroy();
      await until('all are closed', async () => (await held()).length === 0);
      for (const location of locations) {
        location.searchParams.delete('digest');
        const status = await fetch(location);
        assert.equal(status.status, 204);
        const end = Number(status.headers.get('range')?.split('-')[1] ?? '0');
        assert.ok(end < part.length, `${end} bytes of ${part.length} that were sent`);
        await status.arrayBuffer();
      }
    }));

  it('in the middle of a manifest leaves nothing', () =>
    onServer(async (base, held) => {
      const head = ['PUT /v2/app/manifests/v1 HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 500'];
      const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => begin(base, head, Buffer.from('{"schema'))));
      for (const socket of sockets) socket.destroy();
      await until('all are closed', async () => (await held()).length === 0);
      assert.equal((await fetch(new URL('/v2/app/tags/list', base))).status, 404);
    }));
});
