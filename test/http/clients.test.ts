/** Clients that vanish, lie or dawdle: what they have sent stays or is dropped as it should, and nothing hangs. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { faulty } from '../support/faulty-driver.js';
import { pathOf } from '../support/stored-paths.js';
import { codesOf, startServer, type TestServer } from './support.js';

const HELLO = digestOf(Buffer.from('hello'));
const LARGE = Buffer.alloc(8 << 20, 'lading');

describe('a client that vanishes', () => {
  for (const [name, head] of [
    ['in the middle of what it announced', 'Content-Length: 1000\n\nhello'],
    ['in the middle of a stream', 'Transfer-Encoding: chunked\n\n5\nhello\n'],
    ['in the middle of a chunk of a stream', 'Transfer-Encoding: chunked\n\n10\nhello'],
  ] as const) {
    it(`${name} leaves its bytes, and the upload can go on`, async (test) => {
      const server = await startServer(test);
      const location = await startUpload(server);
      const wire = server.open().write(`PATCH ${location} HTTP/1.1\nHost: a\n${head}`);
      await arrived(server, location, '0-4');
      wire.socket.destroy();
      const record = await server.record(({ method }) => method === 'PATCH');
      assert.equal(record.status, 499);
      assert.equal(record.bytesIn, 5);
      assert.equal(record.error, undefined);
      assert.equal(record.client, '127.0.0.1');
      assert.equal((await server.send('GET', location)).headers['range'], '0-4');
      assert.equal((await server.send('PUT', `${location}?digest=${HELLO}`)).status, 201);
    });
  }

  it('does not hold the upload: another connection takes over while the first hangs', async (test) => {
    const server = await startServer(test);
    const location = await startUpload(server);
    server.open().write(`PATCH ${location} HTTP/1.1\nHost: a\nContent-Length: 1000\n\nhel`);
    await arrived(server, location, '0-2');
    const parts = { headers: { 'content-range': '3-4' }, body: 'lo' };
    assert.equal((await server.send('PATCH', location, parts)).headers['range'], '0-4');
    assert.equal((await server.send('PUT', `${location}?digest=${HELLO}`)).status, 201);
  });

  it('in the middle of a push in one request leaves nothing', async (test) => {
    const driver = createMemoryDriver();
    const server = await startServer(test, { driver });
    const wire = server.open().write(`POST /v2/a/blobs/uploads/?digest=${HELLO} HTTP/1.1\nHost: a\nContent-Length: 5\n\nhel`);
    await until(async () => (await pathsOf(driver)).some((path) => path.endsWith('/startedat')));
    wire.socket.destroy();
    await server.record(({ method }) => method === 'POST');
    await until(async () => (await pathsOf(driver)).length === 0);
    assert.equal((await server.send('GET', `/v2/a/blobs/${HELLO}`)).status, 404);
  });

  it('in the middle of a manifest leaves nothing', async (test) => {
    const driver = createMemoryDriver();
    const server = await startServer(test, { driver });
    const wire = server.open().write('PUT /v2/a/manifests/v1 HTTP/1.1\nHost: a\nContent-Length: 100\n\n{"schemaVersion"');
    wire.socket.once('connect', () => setImmediate(() => wire.socket.destroy()));
    assert.equal((await server.record(({ method }) => method === 'PUT')).status, 499);
    assert.deepEqual(await pathsOf(driver), []);
  });

  it('in the middle of a download frees what it held', async (test) => {
    let open = 0;
    const inner = createMemoryDriver();
    const driver: StorageDriver = {
      ...inner,
      async open(...given) {
        const reader = await inner.open(...given);
        open++;
        return {
          ...reader,
          chunks: () => reader.chunks(),
          close: () => {
            open--;
            return reader.close();
          },
        };
      },
    };
    const server = await startServer(test, { driver });
    const digest = await push(server, LARGE);
    const wire = server.open().write(`GET /v2/a/blobs/${digest} HTTP/1.1\nHost: a\n\n`);
    await wire.until(/\r\n\r\n/);
    wire.socket.destroy();
    const record = await server.record(({ method, kind }) => method === 'GET' && kind === 'blob');
    assert.equal(record.status, 499);
    assert.ok(record.bytesOut < LARGE.length);
    await until(async () => open === 0);
  });
});

describe('a client that comes when others are being served', () => {
  it('is asked to come again, and is served when one of them is gone', async (test) => {
    const server = await startServer(test, { settings: { maxConcurrentUploads: 1 } });
    const [one, two] = [await startUpload(server), await startUpload(server)];
    const wire = server.open().write(`PATCH ${one} HTTP/1.1\nHost: a\nContent-Length: 1000\n\nhello`);
    await arrived(server, one, '0-4');
    const refused = await server.send('PATCH', two, { body: 'hello' });
    assert.equal(refused.status, 429);
    assert.equal(refused.headers['retry-after'], '5');
    assert.deepEqual(codesOf(refused), ['TOOMANYREQUESTS']);
    const atOnce = await server.send('POST', `/v2/a/blobs/uploads/?digest=${HELLO}`, { body: 'hello' });
    assert.equal(atOnce.status, 429);
    wire.socket.destroy();
    await server.record(({ status }) => status === 499);
    await until(async () => (await server.send('PUT', `${two}?digest=${HELLO}`, { body: 'hello' })).status === 201);
  });
});

describe('a client that lies', () => {
  it('sends less than it announced and waits: it is cut off, and what came stays', async (test) => {
    const { patient: server, hasty } = await startTwo(test);
    const location = await startUpload(server);
    await hasty.open().write(`PATCH ${location} HTTP/1.1\nHost: a\nContent-Length: 10\n\nhello`).closed();
    assert.equal((await hasty.record(({ method }) => method === 'PATCH')).status, 408);
    assert.equal((await server.send('GET', location)).headers['range'], '0-4');
  });

  it('sends more than it announced: the rest is no part of the blob', async (test) => {
    const server = await startServer(test);
    const location = await startUpload(server);
    const text = `PATCH ${location} HTTP/1.1\nHost: a\nContent-Length: 5\n\nhello and more\n\n`;
    const answer = await server.open().write(text).closed();
    assert.match(answer, /^HTTP\/1.1 202 [\s\S]*HTTP\/1.1 400 /);
    assert.equal((await server.send('PUT', `${location}?digest=${HELLO}`)).status, 201);
  });
});

describe('a client that dawdles', () => {
  it('over its head gets 408', async (test) => {
    const server = await startServer(test, { settings: { headersTimeoutMs: 100 } });
    const answer = await server.open().write('GET /v2/ HTTP/1.1\nHost: a\nX-Slow:').closed();
    assert.match(answer, /^HTTP\/1.1 408 /);
    assert.equal((await server.record(({ status }) => status === 408)).kind, 'malformed');
  });

  it('before it says anything is cut off', async (test) => {
    const server = await startServer(test, { settings: { idleTimeoutMs: 100 } });
    assert.equal(await server.open().closed(), '');
  });

  it('over a manifest is cut off', async (test) => {
    const server = await startServer(test, { settings: { idleTimeoutMs: 100 } });
    await server.open().write('PUT /v2/a/manifests/v1 HTTP/1.1\nHost: a\nContent-Length: 100\n\n{').closed();
    assert.equal((await server.record(({ method }) => method === 'PUT')).status, 408);
  });

  it('over taking what it asked for is cut off', async (test) => {
    const { patient, hasty } = await startTwo(test);
    // More than the buffers between two sockets hold.
    const digest = await push(patient, Buffer.alloc(32 << 20));
    const wire = hasty.open();
    wire.socket.pause();
    wire.write(`GET /v2/a/blobs/${digest} HTTP/1.1\nHost: a\n\n`);
    assert.equal((await hasty.record(({ method, kind }) => method === 'GET' && kind === 'blob')).status, 408);
  });

  it('between two requests is cut off', async (test) => {
    const server = await startServer(test, { settings: { keepAliveMs: 100 } });
    assert.match(await server.open().write('GET /v2/ HTTP/1.1\nHost: a\n\n').closed(), /^HTTP\/1.1 200 /);
    assert.equal(server.records.length, 1);
  });

  it('is not blamed for a slow store', async (test) => {
    const inner = createMemoryDriver();
    let puts = 0;
    const driver: StorageDriver = {
      ...inner,
      async put(...given) {
        if (++puts === 1) await new Promise((resolve) => setTimeout(resolve, 1500));
        return inner.put(...given);
      },
    };
    const server = await startServer(test, { driver, settings: { idleTimeoutMs: 750 } });
    assert.equal((await server.send('POST', `/v2/a/blobs/uploads/?digest=${HELLO}`, { body: 'hello' })).status, 201);
  });
});

describe('a store that fails', () => {
  it('in the middle of an upload is told to the client, which goes on afterwards', async (test) => {
    let full = true;
    const driver = faulty(createMemoryDriver(), ({ operation }) =>
      full && operation === 'write' ? { fault: 'no-space', when: 'during' } : undefined,
    );
    const server = await startServer(test, { driver });
    const location = await startUpload(server);
    const refused = await server.send('PATCH', location, { body: 'hello' });
    assert.equal(refused.status, 503);
    assert.deepEqual(codesOf(refused), ['UNAVAILABLE']);
    assert.equal(refused.headers['retry-after'], '5');
    full = false;
    const [, last = '0'] = String((await server.send('GET', location)).headers['range']).split('-');
    const size = Number(last) === 0 ? 0 : Number(last) + 1;
    const rest = 'hello'.slice(size);
    const headers = { 'content-range': `${size}-4` };
    assert.equal((await server.send('PUT', `${location}?digest=${HELLO}`, { headers, body: rest })).status, 201);
  });

  it('in a way that nobody thought of tells the log all and the client nothing', async (test) => {
    const inner = createMemoryDriver();
    const secret = new Error('EACCES: permission denied, open /var/lib/secret');
    const driver: StorageDriver = { ...inner, read: () => Promise.reject(secret) };
    const server = await startServer(test, { driver });
    const answer = await server.send('GET', '/v2/a/manifests/v1');
    assert.equal(answer.status, 500);
    assert.deepEqual(JSON.parse(answer.body.toString()), { errors: [{ code: 'UNKNOWN', message: 'unknown error' }] });
    assert.doesNotMatch(JSON.stringify(answer.headers), /secret|EACCES/);
    const record = await server.record(({ status }) => status === 500);
    assert.equal(record.error, secret);
    assert.equal(record.id, answer.headers['x-request-id']);
  });

  for (const [name, pieces] of [
    ['fewer', ['lading']],
    ['more', [LARGE, 'lading']],
  ] as const) {
    it(`by ${name} bytes than it told never ends an answer cleanly`, async (test) => {
      const inner = createMemoryDriver();
      const driver: StorageDriver = {
        ...inner,
        async open(...given) {
          const reader = await inner.open(...given);
          return {
            size: reader.size,
            range: { start: 0, end: reader.size - 1 },
            modified: reader.modified,
            async *chunks() {
              for (const piece of pieces) yield Buffer.from(piece);
            },
            close: () => reader.close(),
          };
        },
      };
      const server = await startServer(test, { driver });
      const digest = await push(server, LARGE);
      const wire = server.open().write(`GET /v2/a/blobs/${digest} HTTP/1.1\nHost: a\n\n`);
      await wire.closed();
      const record = await server.record(({ kind, method }) => kind === 'blob' && method === 'GET');
      assert.ok(record.error instanceof Error);
    });
  }
});

async function startUpload(server: TestServer): Promise<string> {
  return String((await server.send('POST', '/v2/a/blobs/uploads/')).headers.location);
}

/** Two servers over one registry, for a client that dawdles at one of them: the other minds no pause of a busy machine. */
async function startTwo(test: TestContext) {
  const patient = await startServer(test);
  const hasty = await startServer(test, { registry: patient.registry, settings: { idleTimeoutMs: 150 } });
  return { patient, hasty };
}

async function push(server: TestServer, bytes: Buffer): Promise<string> {
  const digest = digestOf(bytes);
  const answer = await server.send('POST', `/v2/a/blobs/uploads/?digest=${digest}`, { body: bytes });
  assert.equal(answer.status, 201);
  return digest;
}

/** Waits until so much of an upload has come. */
function arrived(server: TestServer, location: string, range: string): Promise<void> {
  return until(async () => (await server.send('GET', location)).headers['range'] === range);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 3000; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('it never came to be');
}

/** Every object that the driver holds. */
async function pathsOf(driver: StorageDriver): Promise<string[]> {
  const paths: string[] = [];
  for await (const page of driver.walk(pathOf(''))) paths.push(...page.map(({ path }) => path));
  return paths;
}
