/** What those see who watch over a server: one record a request, health, readiness and figures, on either address. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { createDebugServer } from '../../src/http/debug-server.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import type { Registry } from '../../src/registry/registry.js';
import { openStores } from '../../src/store/stores.js';
import { createHttpClient } from '../support/http-client.js';
import { codesOf, startServer, type TestServer } from './support.js';

const HELLO = digestOf(Buffer.from('hello'));
const METRICS = async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' });
const AWAY = { ready: () => Promise.reject(new Error('ENXIO: /dev/secret')) };

describe('a record', () => {
  it('is made once for each request, with what was asked, answered and moved', async (test) => {
    const server = await startServer(test);
    const pushed = await server.send('POST', `/v2/a/b/blobs/uploads/?digest=${HELLO}`, { body: 'hello' });
    const got = await server.send('GET', `/v2/a/b/blobs/${HELLO}`, { headers: { 'user-agent': 'tester/1' } });
    const missing = await server.send('HEAD', '/v2/a/b/manifests/none');
    const nowhere = await server.send('GET', '/nowhere?a=b');
    const ids = [pushed, got, missing, nowhere].map(({ headers }) => headers['x-request-id']);
    assert.equal(new Set(ids).size, 4);
    await server.record(({ url }) => url === '/nowhere?...');
    assert.deepEqual(
      server.records.map(({ durationMs, client, userAgent, ...rest }) => {
        assert.ok(durationMs >= 0);
        assert.equal(client, '127.0.0.1');
        assert.equal(userAgent, rest.kind === 'blob' ? 'tester/1' : undefined);
        return rest;
      }),
      [
        record(ids[0], 'POST', `/v2/a/b/blobs/uploads/?digest=${HELLO}`, 'uploads', 'a/b', 201, 5, 0),
        record(ids[1], 'GET', `/v2/a/b/blobs/${HELLO}`, 'blob', 'a/b', 200, 0, 5),
        record(ids[2], 'HEAD', '/v2/a/b/manifests/none', 'manifest', 'a/b', 404, 0, 0, 'MANIFEST_UNKNOWN'),
        record(ids[3], 'GET', '/nowhere?...', 'unknown', undefined, 404, 0, nowhere.body.length, 'NOT_FOUND'),
      ],
    );
  });

  it('names the client that a proxy has seen', async (test) => {
    const server = await startServer(test);
    await server.send('GET', '/v2/', { headers: { 'x-forwarded-for': '203.0.113.9, 10.0.0.1' } });
    assert.equal(server.records[0]?.client, '203.0.113.9');
  });
});

function record(
  id: unknown,
  method: string,
  url: string,
  kind: string,
  repository: string | undefined,
  status: number,
  bytesIn: number,
  bytesOut: number,
  errorCode?: string,
): object {
  const nobody = { user: undefined, refusal: undefined };
  return { id, method, url, kind, repository, ...nobody, status, bytesIn, bytesOut, errorCode, error: undefined };
}

describe('health and figures', () => {
  it('are told on the same address', async (test) => {
    const server = await startServer(test, { metrics: METRICS });
    assert.equal((await server.send('GET', '/healthz')).status, 200);
    assert.equal((await server.send('GET', '/readyz')).status, 200);
    const metrics = await server.send('GET', '/metrics');
    assert.equal(metrics.body.toString(), 'up 1\n');
    assert.equal(metrics.headers['content-type'], 'text/plain; version=0.0.4');
    for (const target of ['/healthz', '/readyz', '/metrics']) {
      assert.equal((await server.send('HEAD', target)).body.length, 0);
      assert.equal((await server.send('POST', target)).headers.allow, 'GET, HEAD, OPTIONS');
    }
  });

  it('tell a store that is away, and no more than that', async (test) => {
    const server = await startServer(test, { registry: withStoreAway() });
    assert.equal((await server.send('GET', '/healthz')).status, 200);
    const answer = await server.send('GET', '/readyz');
    assert.equal(answer.status, 503);
    assert.deepEqual(codesOf(answer), ['UNAVAILABLE']);
    assert.doesNotMatch(answer.body.toString(), /secret/);
  });

  it('are told on an address of their own', async () => {
    const registry = memoryRegistry();
    let draining = false;
    const debug = createDebugServer({ registry, metrics: METRICS, metricsPath: '/figures', isDraining: () => draining });
    const client = createHttpClient(await debug.listen({ host: '127.0.0.1', port: 0 }));
    const statusOf = async (target: string): Promise<number> => (await client.send('GET', target)).status;
    assert.deepEqual(
      await Promise.all(['/healthz', '/readyz', '/debug/health', '/figures', '/metrics'].map(statusOf)),
      [200, 200, 200, 200, 404],
    );
    assert.equal((await client.send('GET', '/figures?x=1')).body.toString(), 'up 1\n');
    assert.equal((await client.send('HEAD', '/figures')).body.length, 0);
    draining = true;
    assert.deepEqual([await statusOf('/healthz'), await statusOf('/readyz')], [200, 503]);
    client.close();
    await debug.close();
    await registry.close();
  });

  it('on an address of their own tell no more of a store that is away, and live on when figures cannot be had', async () => {
    const metrics = () => Promise.reject(new Error('secret'));
    const debug = createDebugServer({ registry: withStoreAway(), metrics });
    const client = createHttpClient(await debug.listen({ host: '127.0.0.1', port: 0 }));
    for (const [target, status] of [
      ['/readyz', 503],
      ['/metrics', 500],
      ['/healthz', 200],
    ] as const) {
      const answer = await client.send('GET', target);
      assert.equal(answer.status, status);
      assert.doesNotMatch(answer.body.toString(), /secret/);
    }
    client.close();
    await debug.close();
  });
});

describe('a HEAD', () => {
  const targets = [
    '/',
    '/healthz',
    '/readyz',
    '/metrics',
    '/v2',
    '/v2/',
    '/v2/_catalog',
    '/v2/_catalog?n=0',
    '/v2/a/tags/list',
    '/v2/none/tags/list',
    `/v2/a/blobs/${HELLO}`,
    '/v2/a/blobs/sha256:none',
    '/v2/a/manifests/v1',
    '/v2/a/manifests/none',
    `/v2/a/referrers/${HELLO}`,
    '/v2/a/blobs/uploads/none',
    '/v2/a/blobs/uploads/',
    '/v2/A/tags/list',
    '/nowhere',
    'upload',
  ];
  for (const target of targets) {
    it(`has the status and the headers of the GET: ${target}`, async (test) => {
      const server = await startServer(test, { metrics: METRICS });
      const upload = await prepare(server);
      const wanted = target === 'upload' ? upload : target;
      for (const accept of ['*/*', 'text/html,*/*']) {
        const [get, head] = [
          await server.send('GET', wanted, { headers: { accept } }),
          await server.send('HEAD', wanted, { headers: { accept } }),
        ];
        assert.equal(head.status, get.status);
        assert.equal(head.body.length, 0);
        if (get.status === 405) continue; // Which says which method it was.
        assert.deepEqual(shown(head.headers), shown(get.headers));
      }
    });
  }
});

/** Something to ask for; returns the location of an upload. */
async function prepare(server: TestServer): Promise<string> {
  await server.send('POST', `/v2/a/blobs/uploads/?digest=${HELLO}`, { body: 'hello' });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const body = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [] });
  await server.send('PUT', '/v2/a/manifests/v1', { body, headers: { 'content-type': mediaType } });
  return String((await server.send('POST', '/v2/a/blobs/uploads/')).headers.location);
}

function shown({ date: _date, 'x-request-id': _id, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

function memoryRegistry(): Registry {
  return createRegistry(openStores(createMemoryDriver()));
}

function withStoreAway(): Registry {
  return { ...memoryRegistry(), ...AWAY };
}

describe('what is being answered', () => {
  it('is counted up and down again, whatever becomes of it', async (test) => {
    const running = new Map<string, number>();
    const seen = new Set<string>();
    const inFlight = (kind: string, change: number): void => {
      seen.add(kind);
      running.set(kind, (running.get(kind) ?? 0) + change);
    };
    const server = await startServer(test, { inFlight });
    await prepare(server);
    await server.send('GET', '/v2/a/manifests/v1');
    await server.send('GET', '/v2/a/manifests/v1');
    await server.send('DELETE', '/v2/');
    await server.send('GET', '/nowhere');
    await server.send('OPTIONS', '/v2/');
    await server.record(({ method }) => method === 'OPTIONS');
    assert.deepEqual([...seen].sort(), ['base', 'manifest', 'uploads']);
    assert.deepEqual(new Set(running.values()), new Set([0]));
    assert.deepEqual(
      server.records.filter(({ prepared }) => prepared).map(({ kind }) => kind),
      ['manifest'],
    );
  });
});
