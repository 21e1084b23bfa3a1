/** What clients see while a health check fails, on both addresses. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import type { HealthView } from '../../src/http/context.js';
import { createDebugServer, type DebugServerOptions } from '../../src/http/debug-server.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { createHttpClient, type HttpClient } from '../support/http-client.js';
import { createNamedAuth } from '../support/named-auth.js';
import { startServer } from './support.js';

/** A view that a test makes well or unwell. */
function switchable(): HealthView & { fault: string | undefined } {
  const view = {
    fault: undefined as string | undefined,
    isWell: () => view.fault === undefined,
    failing: (): Record<string, string> => (view.fault === undefined ? {} : { '/srv/down': view.fault }),
  };
  return view;
}

async function debugOf(test: TestContext, options: Omit<DebugServerOptions, 'registry'>): Promise<HttpClient> {
  const registry = createRegistry(openStores(createMemoryDriver()));
  const debug = createDebugServer({ registry, ...options });
  const client = createHttpClient(await debug.listen({ host: '127.0.0.1', port: 0 }));
  test.after(async () => {
    client.close();
    await debug.close();
    await registry.close();
  });
  return client;
}

describe('while a health check fails', () => {
  it('every request is refused as registry:2 refuses it, known or not, but for those who watch', async (test) => {
    const health = switchable();
    const server = await startServer(test, { health, auth: createNamedAuth() });
    health.fault = 'file exists';
    for (const [method, target] of [
      ['GET', '/v2/'],
      ['GET', '/'],
      ['OPTIONS', '/'],
      ['PUT', '/v2/a/manifests/v1'],
      ['GET', '/nowhere'],
      ['GET', '/v2/A/tags/list'],
    ] as const) {
      const answer = await server.send(method, target, method === 'PUT' ? { body: '{}' } : {});
      assert.equal(answer.status, 503, target);
      assert.equal(
        answer.body.toString(),
        '{"errors":[{"code":"UNAVAILABLE","message":"service unavailable","detail":"health check failed: please see /debug/health"}]}',
      );
    }
    assert.equal((await server.send('GET', '/healthz')).status, 200);
    assert.equal((await server.send('GET', '/readyz')).status, 503);
    health.fault = undefined;
    assert.equal((await server.send('GET', '/readyz')).status, 200);
  });

  it('figures are told all the same', async (test) => {
    const health = switchable();
    health.fault = 'file exists';
    const server = await startServer(test, { health, metrics: async () => ({ contentType: 'text/plain', body: 'up 1\n' }) });
    assert.equal((await server.send('GET', '/metrics')).body.toString(), 'up 1\n');
  });

  it('prepared answers are refused too', async (test) => {
    const health = switchable();
    const server = await startServer(test, { health });
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const body = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [] });
    await server.send('PUT', '/v2/a/manifests/v1', { body, headers: { 'content-type': mediaType } });
    const statusOf = async () => (await server.send('GET', '/v2/a/manifests/v1')).status;
    assert.deepEqual([await statusOf(), await statusOf()], [200, 200]);
    health.fault = 'file exists';
    assert.equal(await statusOf(), 503);
    health.fault = undefined;
    assert.equal(await statusOf(), 200);
  });
});

describe('the debug address', () => {
  it('shows what is wrong by the names of the checks, in the form of registry:2', async (test) => {
    const health = switchable();
    let draining = false;
    const debug = await debugOf(test, { health, isDraining: () => draining });
    const shown = async (target: string) => {
      const { status, body } = await debug.send('GET', target);
      return [status, body.toString()];
    };
    assert.deepEqual(await shown('/debug/health'), [200, '{}']);
    health.fault = 'file exists';
    assert.deepEqual(await shown('/debug/health'), [503, '{"/srv/down":"file exists"}']);
    assert.deepEqual(await shown('/readyz'), [503, '{"/srv/down":"file exists"}']);
    assert.deepEqual(await shown('/healthz'), [200, '{}']);
    health.fault = undefined;
    draining = true;
    assert.deepEqual(await shown('/debug/health'), [503, '{"server":"about to stop"}']);
  });

  it('has facts about the process, without its command line', async (test) => {
    const debug = await debugOf(test, {});
    const facts = JSON.parse((await debug.send('GET', '/debug/vars')).body.toString());
    assert.ok(facts.memory.rss > 0);
    assert.equal(facts.cmdline, undefined);
  });

  it('says what to do instead of what it does not have', async (test) => {
    const debug = await debugOf(test, {});
    for (const [method, target, wanted] of [
      ['POST', '/debug/health/down', /health\.file/],
      ['POST', '/debug/health/up', /health\.file/],
      ['GET', '/debug/pprof/', /profiles/],
      ['GET', '/debug/pprof/heap?debug=1', /profiles/],
    ] as const) {
      const answer = await debug.send(method, target);
      assert.equal(answer.status, 404);
      assert.match(answer.body.toString(), wanted);
    }
    assert.equal((await debug.send('POST', '/debug/health')).status, 405);
  });
});
