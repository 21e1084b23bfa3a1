/** What is kept, closed and refused on a connection: pipelining, bodies left unread, requests that are none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { startServer } from './support.js';

const HELLO = digestOf(Buffer.from('hello'));

describe('requests that are none', () => {
  const cases: readonly (readonly [name: string, text: string, status: number])[] = [
    ['no HTTP at all', 'hello there\n\n', 400],
    [
      'Transfer-Encoding and Content-Length',
      'POST /v2/a/blobs/uploads/ HTTP/1.1\nHost: a\nContent-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n',
      400,
    ],
    [
      'two lengths that differ',
      'POST /v2/a/blobs/uploads/ HTTP/1.1\nHost: a\nContent-Length: 5\nContent-Length: 6\n\nhello',
      400,
    ],
    ['two lengths that agree', 'POST /v2/a/blobs/uploads/ HTTP/1.1\nHost: a\nContent-Length: 5\nContent-Length: 5\n\nhello', 400],
    ['a length that is no number', 'POST /v2/a/blobs/uploads/ HTTP/1.1\nHost: a\nContent-Length: +5\n\nhello', 400],
    ['a negative length', 'POST /v2/a/blobs/uploads/ HTTP/1.1\nHost: a\nContent-Length: -5\n\nhello', 400],
    ['a header line without a colon', 'GET /v2/ HTTP/1.1\nHost: a\nnonsense\n\n', 400],
    ['a space before the colon', 'GET /v2/ HTTP/1.1\nHost: a\nContent-Length : 0\n\n', 400],
    ['a NUL in a header', 'GET /v2/ HTTP/1.1\nHost: a\nX-A: b\0c\n\n', 400],
    ['an unknown method', 'BREW /v2/ HTTP/1.1\nHost: a\n\n', 400],
    ['a version that is none', 'GET /v2/ HTTP/9.9\nHost: a\n\n', 400],
    ['no Host', 'GET /v2/ HTTP/1.1\nConnection: close\n\n', 400],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\nHost: example.com\n\n', 405],
    ['a head that is too large', `GET /v2/ HTTP/1.1\nHost: a\nX-Big: ${'x'.repeat(40_000)}\n\n`, 431],
  ];
  for (const [name, text, status] of cases) {
    it(`are refused with ${status}, closed and logged: ${name}`, async (test) => {
      const server = await startServer(test);
      const answer = await server.open().write(text).closed();
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(answer, /"errors":\[\{"code":"[A-Z_]+"/);
      const id = /^X-Request-Id: (\S+)/im.exec(answer)?.[1];
      const record = await server.record((one) => one.status === status);
      assert.equal(record.id, id);
      assert.equal(server.records.length, 1);
    });
  }

  it('a folded header never hides a second one', async (test) => {
    const server = await startServer(test);
    const text =
      'POST /v2/a/blobs/uploads/ HTTP/1.1\nHost: a\nX-A: b\n Transfer-Encoding: chunked\nContent-Length: 0\nConnection: close\n\n';
    const answer = await server.open().write(text).closed();
    assert.match(answer, /^HTTP\/1\.1 (?:400|202) /);
    assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1);
  });

  it('a body with a broken chunk is no body: nothing is committed, the bytes before it stay', async (test) => {
    const server = await startServer(test);
    const started = await server.send('POST', '/v2/a/blobs/uploads/');
    const location = String(started.headers.location);
    const wire = server.open().write(`PATCH ${location} HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n5\nhello\n`);
    await progress(server, location, '0-4').catch(() => undefined);
    await wire.write('nonsense\n').closed();
    const answer = await server.send('PUT', `${location}?digest=${digestOf(Buffer.from('hello world'))}`);
    assert.equal(answer.status, 400);
    assert.equal((await server.send('GET', `/v2/a/blobs/${HELLO}`)).status, 404);
  });
});

async function progress(
  server: { send: (method: string, target: string) => Promise<{ headers: object }> },
  location: string,
  range: string,
): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const { headers } = await server.send('GET', location);
    if ('range' in headers && headers.range === range) return;
  }
}

describe('a connection', () => {
  it('serves pipelined requests in their order, each seeing what the one before has done', async (test) => {
    const server = await startServer(test);
    const push = `POST /v2/a/blobs/uploads/?digest=${HELLO} HTTP/1.1\nHost: a\nContent-Length: 5\n\nhello`;
    const get = `GET /v2/a/blobs/${HELLO} HTTP/1.1\nHost: a\n\n`;
    const remove = `DELETE /v2/a/blobs/${HELLO} HTTP/1.1\nHost: a\n\n`;
    const last = `GET /v2/a/blobs/${HELLO} HTTP/1.1\nHost: a\nConnection: close\n\n`;
    const all = await server
      .open()
      .write(push + get + get + remove + last)
      .closed();
    assert.deepEqual(all.match(/HTTP\/1\.1 \d+/g), [
      'HTTP/1.1 201',
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 202',
      'HTTP/1.1 404',
    ]);
  });

  it('serves a chunk and the closing of its upload when both come at once', async (test) => {
    const server = await startServer(test);
    const location = String((await server.send('POST', '/v2/a/blobs/uploads/')).headers.location);
    const patch = `PATCH ${location} HTTP/1.1\nHost: a\nContent-Length: 5\n\nhello`;
    const put = `PUT ${location}?digest=${HELLO} HTTP/1.1\nHost: a\nContent-Length: 0\nConnection: close\n\n`;
    const all = await server
      .open()
      .write(patch + put)
      .closed();
    assert.deepEqual(all.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 202', 'HTTP/1.1 201']);
  });

  it('that is given up with requests waiting does no harm', async (test) => {
    const { driver, release } = held();
    const server = await startServer(test, { driver });
    const wire = server.open().write(`GET /v2/a/blobs/${HELLO} HTTP/1.1\nHost: a\n\n`.repeat(40));
    await release.reached;
    wire.socket.destroy();
    await server.record((one) => one.status === 499);
    release.now();
    assert.equal((await server.send('GET', '/v2/')).status, 200);
    assert.equal(server.records.filter((one) => one.kind === 'blob').length, 1);
  });

  it('that sends requests and more requests without an end is closed', async (test) => {
    const { driver, release } = held();
    const server = await startServer(test, { driver });
    const wire = server.open().write(`GET /v2/a/blobs/${HELLO} HTTP/1.1\nHost: a\n\n`.repeat(2_000));
    assert.equal(await wire.closed(), '');
    await server.record((one) => one.status === 499);
    release.now();
    assert.equal((await server.send('GET', '/v2/')).status, 200);
    assert.equal(server.records.filter((one) => one.kind === 'blob').length, 1);
  });

  it('is kept after an error whose small body was not read', async (test) => {
    const server = await startServer(test);
    const refused = `PUT /v2/a/manifests/.bad HTTP/1.1\nHost: a\nContent-Length: 9\n\n{"a":"b"}`;
    const all = await server.open().write(`${refused}GET /v2/ HTTP/1.1\nHost: a\nConnection: close\n\n`).closed();
    assert.deepEqual(all.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it('is closed after an error whose large body was not read, and the answer arrives', async (test) => {
    const server = await startServer(test);
    const wire = server.open().write('PATCH /v2/a/blobs/uploads/none HTTP/1.1\nHost: a\nContent-Length: 99999999\n\n');
    const answer = await wire.until(/\}$/);
    assert.match(answer, /^HTTP\/1.1 404 /);
    assert.match(answer, /^Connection: close/im);
    wire.socket.write('x'.repeat(100_000));
    wire.socket.end();
    await wire.closed();
  });

  it('answers a client that waits for the word to send, or refuses it at once', async (test) => {
    const server = await startServer(test);
    const location = String((await server.send('POST', '/v2/a/blobs/uploads/')).headers.location);
    const good = server.open().write(`PATCH ${location} HTTP/1.1\nHost: a\nContent-Length: 5\nExpect: 100-continue\n\n`);
    assert.match(await good.until(/\r\n\r\n/), /^HTTP\/1.1 100 /);
    assert.match(await good.write('hello').until(/202[\s\S]*\r\n\r\n/), /Range: 0-4/i);

    const headers = 'Content-Length: 5\nExpect: 100-continue\nConnection: close';
    for (const [target, more, status] of [
      [location, 'Content-Range: 0-4\n', 416],
      ['/v2/a/blobs/uploads/none', '', 404],
      ['/v2/A/blobs/uploads/none', '', 404],
    ] as const) {
      const refused = await server.open().write(`PATCH ${target} HTTP/1.1\nHost: a\n${more}${headers}\n\n`).until(/\}$/);
      assert.match(refused, new RegExp(`^HTTP/1.1 ${status} `));
    }
    const tooLarge = 'Content-Length: 99999999\nExpect: 100-continue';
    const refused = server.open().write(`PUT /v2/a/manifests/v1 HTTP/1.1\nHost: a\n${tooLarge}\n\n`);
    assert.match(await refused.until(/\}$/), /^HTTP\/1.1 413 /);
  });

  it('puts up with any other expectation', async (test) => {
    const server = await startServer(test);
    const answer = await server.open().write('GET /v2/ HTTP/1.1\nHost: a\nExpect: miracles\nConnection: close\n\n').closed();
    assert.match(answer, /^HTTP\/1.1 200 /);
  });

  it('takes targets in absolute form and requests of HTTP/1.0', async (test) => {
    const server = await startServer(test);
    const absolute = await server.open().write('GET http://example.com/v2/ HTTP/1.1\nHost: a\nConnection: close\n\n').closed();
    assert.match(absolute, /^HTTP\/1.1 200 [\s\S]*\{\}$/);
    assert.match(await server.open().write('GET /v2/ HTTP/1.0\n\n').closed(), /^HTTP\/1.1 200 [\s\S]*\{\}$/);
    assert.match(await server.open().write('OPTIONS * HTTP/1.1\nHost: a\nConnection: close\n\n').closed(), /^HTTP\/1.1 204 /);
  });
});

/** A memory driver whose stats wait until they are let go. */
function held() {
  const inner = createMemoryDriver();
  let now = (): void => undefined;
  let arrived = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    now = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const driver = {
    ...inner,
    read: async (...given: Parameters<typeof inner.read>) => {
      arrived();
      await gate;
      return inner.read(...given);
    },
  };
  return { driver, release: { reached, now } };
}
