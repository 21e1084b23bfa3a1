/** Docker schema 1 over the wire: what clients of 2014 to 2017 send and expect. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { parseSigned } from '../../src/manifest/schema1.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { dataOf } from '../manifest/recorded.js';
import { VECTOR_REPOSITORY, VECTORS, vector, vectorBytes } from '../manifest/schema1-vectors.js';
import { pathOf } from '../support/http-client.js';
import { shiftedClock } from '../support/shifted-clock.js';
import { startServer, type TestServer } from './support.js';

const SIGNED = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const OF_MANIFESTS = `/v2/${VECTOR_REPOSITORY}/manifests`;
const LAYER = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4';
/** Accepted unless the configuration is strict. */
const LENIENT = ['28', '34'];

async function pushLayer(server: TestServer): Promise<void> {
  const target = `/v2/${VECTOR_REPOSITORY}/blobs/uploads/?digest=${LAYER}`;
  assert.equal((await server.send('POST', target, { body: dataOf('schema1/empty-layer.tar.gz') })).status, 201);
}

function put(server: TestServer, number: string, contentType: string | undefined = SIGNED): ReturnType<TestServer['send']> {
  const headers = contentType === '' ? {} : { 'content-type': contentType };
  return server.send('PUT', `${OF_MANIFESTS}/${vector(number).tag}`, { body: vectorBytes(number), headers });
}

async function withLayer(test: TestContext): Promise<TestServer> {
  const server = await startServer(test);
  await pushLayer(server);
  return server;
}

describe('a manifest of schema 1', () => {
  for (const { file, tag, expected_put, code, payload_digest, note } of VECTORS) {
    const number = file.slice(0, 2);
    const isTaken = expected_put === 201 || LENIENT.includes(number);
    it(`${file} is answered with ${isTaken ? 201 : `400 ${code}`}: ${note}`, async (test) => {
      const server = await withLayer(test);
      const answer = await put(server, number);
      if (!isTaken) {
        assert.equal(answer.status, 400);
        assert.equal(JSON.parse(answer.body.toString()).errors[0].code, code);
        assert.equal((await server.send('GET', `${OF_MANIFESTS}/${tag}`)).status, 404);
        return;
      }
      assert.equal(answer.status, 201);
      assert.equal(answer.headers['docker-content-digest'], payload_digest);
      assert.equal(pathOf(answer.headers.location ?? ''), `${OF_MANIFESTS}/${payload_digest}`);
      for (const reference of [tag, payload_digest]) {
        const got = await server.send('GET', `${OF_MANIFESTS}/${reference}`);
        assert.equal(got.status, 200);
        assert.equal(got.headers['content-type'], SIGNED);
        assert.equal(got.headers['docker-content-digest'], payload_digest);
        assert.equal(got.headers.etag, `"${payload_digest}"`);
        assert.equal((await parseSigned(got.body)).digest, payload_digest);
        const head = await server.send('HEAD', `${OF_MANIFESTS}/${reference}`);
        assert.deepEqual([head.status, head.headers['content-length']], [200, String(got.body.length)]);
      }
    });
  }

  it('is told by the types that old clients send, and by none at all', async (test) => {
    const server = await withLayer(test);
    for (const type of ['application/json', 'application/json; charset=utf-8', '', `${SIGNED}; a=b`, SIGNED.toUpperCase()]) {
      assert.equal((await put(server, '01', type)).status, 201, type);
    }
    assert.equal((await put(server, '01', 'application/vnd.oci.image.manifest.v1+json')).status, 400);
    assert.equal((await put(server, '25', 'application/json')).status, 400);
  });

  it('is refused under a digest that is not that of its payload', async (test) => {
    const server = await withLayer(test);
    const byDigest = (digest: string | undefined) =>
      server.send('PUT', `${OF_MANIFESTS}/${digest}`, { body: vectorBytes('01'), headers: { 'content-type': SIGNED } });
    const answer = await byDigest(vector('02').payload_digest);
    assert.deepEqual([answer.status, JSON.parse(answer.body.toString()).errors[0].code], [400, 'DIGEST_INVALID']);
    assert.equal((await byDigest(vector('01').payload_digest)).status, 201);
  });

  it('is recorded with the ids of the keys that have verified, and of no others', async (test) => {
    const server = await withLayer(test);
    await put(server, '07');
    await put(server, '32');
    await put(server, '20');
    await put(server, '05');
    await server.record(
      (record) => server.records.filter(({ method }) => method === 'PUT').length === 4 && record.status === 201,
    );
    const keyIds =
      vector('07')
        .signatures?.map(({ kid }) => kid)
        .sort() ?? [];
    const digest = vector('07').payload_digest;
    assert.deepEqual(
      server.records.filter(({ method }) => method === 'PUT').map(({ signed }) => signed),
      [
        { digest, tags: ['two'], keyIds, signatures: 2, added: 2 },
        undefined,
        undefined,
        { digest, tags: ['two'], keyIds: [vector('05').signatures?.[0]?.kid], signatures: 1, added: 0 },
      ],
    );
  });

  it('is deleted by its digest', async (test) => {
    const server = await withLayer(test);
    await put(server, '05');
    const target = `${OF_MANIFESTS}/${vector('05').payload_digest}`;
    assert.equal((await server.send('DELETE', target)).status, 202);
    assert.equal((await server.send('GET', target)).status, 404);
  });
});

describe('signatures that meet on two servers over one folder', () => {
  it('come back together from both, at once, prepared answers included', async (test) => {
    const root = await mkdtemp(join(tmpdir(), 'lading-signatures-'));
    test.after(() => rm(root, { recursive: true, force: true }));
    // Set forward, so that the time stamps of the folder are old enough to be trusted.
    const clock = shiftedClock();
    clock.advance(10_000);
    const open = async (): Promise<TestServer> => {
      const driver = await createFsDriver({ root, clock });
      return startServer(test, { registry: createRegistry(openStores(driver, { clock })) });
    };
    const [here, other] = [await open(), await open()];
    await pushLayer(here);
    await put(here, '05');
    const targets = [`${OF_MANIFESTS}/two`, `${OF_MANIFESTS}/${vector('05').payload_digest}`];
    for (const target of [...targets, ...targets]) {
      assert.equal((await here.send('GET', target)).body.toString(), vectorBytes('05').toString());
    }
    assert.equal((await put(other, '06')).status, 201);
    for (const target of targets) {
      for (const server of [here, other]) {
        assert.equal((await server.send('GET', target)).body.toString(), vectorBytes('07').toString());
      }
    }
  });
});
