/** A server whose settings change while it runs, and one that is read-only. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { parseRepositoryName, parseTag } from '../../src/core/reference.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { pushImage } from '../support/images.js';
import { contentOf } from '../support/store-content.js';
import { startServer } from './support.js';

const HELLO = digestOf(Buffer.from('hello'));

describe('a server whose settings change', () => {
  it('answers by the new ones at once, also what it had prepared', async (test) => {
    const { registry, server, send } = await startServer(test, { settings: { headers: { 'X-Old': 'a' } } });
    await pushImage(registry.repository(parseRepositoryName('a')), 'x', { tags: [parseTag('t')] });
    const headersOf = async (target: string) => (await send('GET', target)).headers;
    // The second one is prepared.
    for (let times = 0; times < 2; times++) assert.equal((await headersOf('/v2/a/manifests/t'))['x-old'], 'a');
    server.change({ settings: { headers: { 'X-New': ['b', 'c'] } } });
    for (const target of ['/v2/a/manifests/t', '/v2/a/manifests/t', '/v2/', '/healthz']) {
      const headers = await headersOf(target);
      assert.deepEqual([headers['x-old'], headers['x-new']], [undefined, 'b, c'], target);
    }
  });

  it('stops as long after as the new ones say', async (test) => {
    const server = await startServer(test, { settings: { drainMs: 3_600_000 } });
    const location = String((await server.send('POST', '/v2/a/blobs/uploads/')).headers.location);
    const wire = server.open().write(`PATCH ${location} HTTP/1.1\nHost: a\nContent-Length: 1000\n\nhello`);
    while ((await server.send('GET', location)).headers['range'] !== '0-4');
    server.server.change({ settings: { drainMs: 50 } });
    await server.server.close();
    assert.equal(await wire.closed(), '');
  });
});

describe('a server that is read-only', () => {
  const WRITES = [
    ['POST', '/v2/a/blobs/uploads/', 'OPTIONS'],
    ['POST', `/v2/a/blobs/uploads/?digest=${HELLO}`, 'OPTIONS'],
    ['POST', `/v2/a/blobs/uploads/?mount=${HELLO}&from=b`, 'OPTIONS'],
    ['PATCH', '/v2/a/blobs/uploads/302c4430-9ea6-4922-a4c9-fd10b586b057', 'GET, HEAD, OPTIONS'],
    ['PUT', `/v2/a/blobs/uploads/302c4430-9ea6-4922-a4c9-fd10b586b057?digest=${HELLO}`, 'GET, HEAD, OPTIONS'],
    ['DELETE', '/v2/a/blobs/uploads/302c4430-9ea6-4922-a4c9-fd10b586b057', 'GET, HEAD, OPTIONS'],
    ['PUT', '/v2/a/manifests/t', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/v2/a/manifests/t', 'GET, HEAD, OPTIONS'],
    ['DELETE', `/v2/a/manifests/${HELLO}`, 'GET, HEAD, OPTIONS'],
    ['DELETE', `/v2/a/blobs/${HELLO}`, 'GET, HEAD, OPTIONS'],
  ] as const;

  for (const deleteEnabled of [true, false]) {
    it(`refuses every change with a sentence, and says what it does take; deletes ${deleteEnabled ? 'on' : 'off'}`, async (test) => {
      const driver = createMemoryDriver();
      const server = await startServer(test, { driver, settings: { readOnly: true, deleteEnabled } });
      await pushImage(server.registry.repository(parseRepositoryName('a')), 'x', { tags: [parseTag('t')] });
      const before = await contentOf(driver);
      for (const [method, target, allow] of WRITES) {
        const body = method === 'DELETE' ? {} : { body: 'hello' };
        const { status, headers, body: text } = await server.send(method, target, body);
        const [error] = JSON.parse(text.toString()).errors;
        const isSwitchedOff = method === 'DELETE' && !deleteEnabled && !target.includes('uploads');
        assert.deepEqual([status, headers.allow, error.code], [405, allow, 'UNSUPPORTED'], `${method} ${target}`);
        assert.match(error.message, isSwitchedOff ? /Deleting is not possible/ : /The registry is read-only/);
        assert.equal((await server.send('OPTIONS', target)).headers.allow, allow);
      }
      assert.deepEqual(await contentOf(driver), before);
    });
  }

  it('answers before the body comes', async (test) => {
    const server = await startServer(test, { settings: { readOnly: true } });
    const head = `POST /v2/a/blobs/uploads/?digest=${HELLO} HTTP/1.1\nHost: a\nContent-Length: 5\nExpect: 100-continue\n\n`;
    assert.match(await server.open().write(head).until(/\}$/), /^HTTP\/1.1 405 [\s\S]*read-only/);
  });

  it('serves all that there is, and is ready', async (test) => {
    const server = await startServer(test, { settings: { readOnly: true } });
    const { descriptor, layer } = await pushImage(server.registry.repository(parseRepositoryName('a')), 'x', {
      tags: [parseTag('t')],
    });
    for (const target of [
      '/v2/',
      '/v2/_catalog',
      '/v2/a/tags/list',
      '/v2/a/manifests/t',
      `/v2/a/manifests/${descriptor.digest}`,
      `/v2/a/blobs/${layer.digest}`,
      `/v2/a/referrers/${descriptor.digest}`,
      '/readyz',
    ]) {
      for (const method of ['GET', 'HEAD']) assert.equal((await server.send(method, target)).status, 200, `${method} ${target}`);
    }
    assert.equal((await server.send('PUT', '/v2/a/tags/list')).headers.allow, 'GET, HEAD, OPTIONS');
  });

  it('lets a write end that had begun before, and tells when none is left', async (test) => {
    const server = await startServer(test);
    const location = String((await server.send('POST', '/v2/a/blobs/uploads/')).headers.location);
    const wire = server.open().write(`PUT ${location}?digest=${HELLO} HTTP/1.1\nHost: a\nContent-Length: 5\n\nhel`);
    while ((await server.send('GET', location)).headers['range'] !== '0-2');
    server.server.change({ settings: { readOnly: true } });
    let isQuiet = false;
    const quiet = server.server.writesEnded().then(() => {
      isQuiet = true;
    });
    assert.equal((await server.send('PATCH', location, { body: 'x' })).status, 405);
    assert.equal(isQuiet, false);
    assert.match(await wire.write('lo').until(/\n\r?\n/), /^HTTP\/1.1 201 /);
    await quiet;
    assert.equal((await server.send('GET', `/v2/a/blobs/${HELLO}`)).body.toString(), 'hello');
    server.server.change({ settings: { readOnly: false } });
    assert.equal((await server.send('POST', '/v2/a/blobs/uploads/')).status, 202);
  });
});
