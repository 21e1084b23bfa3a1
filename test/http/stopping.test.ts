/** A server that stops finishes what runs, refuses what is new, and is gone in time. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { startServer } from './support.js';

const HELLO = digestOf(Buffer.from('hello'));

describe('a server that stops', () => {
  it('finishes what runs', async (test) => {
    const server = await startServer(test);
    const location = String((await server.send('POST', '/v2/a/blobs/uploads/')).headers.location);
    const wire = server.open().write(`PUT ${location}?digest=${HELLO} HTTP/1.1\nHost: a\nContent-Length: 5\n\nhel`);
    await wire.written();
    const closed = server.server.close();
    const answer = await wire.write('lo').closed();
    assert.match(answer, /^HTTP\/1.1 201 /);
    assert.match(answer, /^Connection: close/im);
    await closed;
  });

  for (const [target, status] of [
    ['/v2/', 503],
    ['/', 503],
    ['/readyz', 503],
    ['/healthz', 200],
  ] as const) {
    it(`answers ${status} to what is new: ${target}`, async (test) => {
      const server = await startServer(test);
      const wire = server.open().write(`GET ${target} HTTP/1.1\nHost: a\n`);
      await wire.written();
      const closed = server.server.close();
      const answer = await wire.write('\n').closed();
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(answer, /^Connection: close/im);
      if (status === 503) assert.match(answer, /"code":"UNAVAILABLE"/);
      await closed;
    });
  }

  it('cuts off, when its time is over, what still runs; its bytes stay', async (test) => {
    const server = await startServer(test, { settings: { drainMs: 100 } });
    const location = String((await server.send('POST', '/v2/a/blobs/uploads/')).headers.location);
    const wire = server.open().write(`PATCH ${location} HTTP/1.1\nHost: a\nContent-Length: 1000\n\nhello`);
    while ((await server.send('GET', location)).headers['range'] !== '0-4');
    await server.server.close();
    assert.equal(await wire.closed(), '');
    assert.equal((await server.record(({ method }) => method === 'PATCH')).status, 499);
    const again = await startServer(test, { registry: server.registry });
    assert.equal((await again.send('GET', location)).headers['range'], '0-4');
  });

  it('takes no new connection, closes those that are idle, and can be stopped twice', async (test) => {
    const server = await startServer(test);
    const idle = server.open().write('GET /v2/ HTTP/1.1\nHost: a\n\n');
    await idle.until(/\{\}$/);
    await Promise.all([server.server.close(), server.server.close()]);
    await idle.closed();
    await assert.rejects(server.client().send('GET', '/v2/'), { code: 'ECONNREFUSED' });
  });
});
