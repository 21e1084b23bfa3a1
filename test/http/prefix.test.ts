/** A server whose API is below a prefix: what the wire table, which runs on one too, does not hold. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseRequest } from '../../src/http/request.js';
import { createTargets } from '../../src/http/targets.js';
import { createNamedAuth } from '../support/named-auth.js';
import { startServer } from './support.js';

const prefix = '/some/registry-1.x';

describe('an API below a prefix', () => {
  it('is nowhere else, and what is not of the API stays at the root', async (test) => {
    const { send } = await startServer(test, { settings: { prefix } });
    const statusOf = async (target: string): Promise<number> => (await send('GET', target)).status;
    for (const target of ['/', '/healthz', '/readyz', `${prefix}/v2/`, `/${prefix}//v2/_catalog`])
      assert.equal(await statusOf(target), 200, target);
    const elsewhere = ['/v2/', '/v2', '/v2/_catalog', '/some/v2/', '/some/registry-1xx/v2/', `${prefix}/x/v2/`, `${prefix}2/v2/`];
    for (const target of [...elsewhere, prefix, `${prefix}/`, `${prefix}/healthz`, `${prefix}/metrics`])
      assert.equal(await statusOf(target), 404, target);
  });

  it('is found in the absolute form of a target', async (test) => {
    const { send, base } = await startServer(test, { settings: { prefix } });
    assert.equal((await send('GET', `${base}${prefix}/v2/`)).status, 200);
    assert.equal((await send('GET', `${base}/v2/`)).status, 404);
  });

  it('has it in Locations, by what a proxy says of host and scheme', async (test) => {
    const { send } = await startServer(test, { settings: { prefix, relativeUrls: false } });
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'reg.example' };
    const { headers: begun } = await send('POST', `${prefix}/v2/app/blobs/uploads/`, { headers });
    assert.match(begun.location ?? '', /^https:\/\/reg\.example\/some\/registry-1\.x\/v2\/app\/blobs\/uploads\/[0-9a-f-]{36}$/);
  });

  it('has the path of the host instead, where that is set, also where URLs are paths alone', async (test) => {
    const settings = { prefix, host: 'https://reg.example/images/', relativeUrls: true };
    const { send } = await startServer(test, { settings });
    const at = `${prefix}/v2/app/blobs/uploads/?digest=`;
    const digest = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    for (const name of ['a', 'b']) {
      const pushed = await send('POST', at.replace('app', name) + digest, { body: 'abc' });
      assert.equal(pushed.headers.location, `https://reg.example/images/v2/${name}/blobs/${digest}`);
    }
    const { headers } = await send('GET', `${prefix}/v2/_catalog?n=1`);
    assert.equal(headers['link'], '</images/v2/_catalog?last=a&n=1>; rel="next"');
  });

  it('asks for credentials there alone, and for nothing that is not of the API', async (test) => {
    const { send } = await startServer(test, { settings: { prefix }, auth: createNamedAuth() });
    assert.equal((await send('GET', `${prefix}/v2/`)).status, 401);
    assert.equal((await send('GET', `${prefix}/v2/a/nothing`)).status, 401);
    assert.equal((await send('GET', '/v2/a/nothing')).status, 404);
    assert.equal((await send('GET', '/healthz')).status, 200);
  });

  it('is linked from the page for browsers', async (test) => {
    const { send } = await startServer(test, { settings: { prefix } });
    const page = await send('GET', '/', { headers: { Accept: 'text/html' } });
    assert.ok(page.body.toString().includes(`href="${prefix}/v2/_catalog"`));
  });

  it('takes what comes behind the prefix as any other server does', () => {
    const targets = createTargets(prefix);
    const outcome = (parse: () => unknown): unknown => {
      try {
        return parse();
      } catch (error) {
        return String(error);
      }
    };
    const path = fc.array(fc.constantFrom('v2', '/', 'a', 'blobs', 'manifests', '?n=1', '%2F', '&', '_catalog', prefix), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(path, (parts) => {
        const url = `/v2/${parts.join('')}`;
        assert.deepEqual(
          outcome(() => targets.parse(prefix + url)),
          outcome(() => parseRequest(url)),
        );
        assert.throws(() => targets.parse(url), /page not found/);
      }),
    );
  });
});
