/** Blobs by their tarsum over the wire: what clients of 2014 and 2015 send and expect, and what those send who mean harm. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Digest, digestOf, isTarsumAlgorithm, TARSUMS, type TarsumAlgorithm } from '../../src/core/digest.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { mergeSignatures } from '../../src/manifest/schema1.js';
import { generateSigningKey, readSigningKey } from '../../src/manifest/signing-key.js';
import { pathFor } from '../../src/paths/path-for.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import type { TarsumPolicy } from '../../src/registry/tarsums.js';
import { openStores } from '../../src/store/stores.js';
import { REASONS, type Reason } from '../../src/tarsum/refusal.js';
import { known } from '../core/arbitraries.js';
import { type HttpAnswer, pathOf } from '../support/http-client.js';
import { filesOf } from '../support/store-content.js';
import { ARCHIVE, ARCHIVE_TARSUM, SAME_TARSUM, tarsumOfBytes } from '../support/tarsum-pushes.js';
import { archive, entry } from '../tarsum/archives.js';
import { bytesOfFile, VECTORS } from '../tarsum/sum-of.js';
import { codesOf, startServer, type TestServer } from './support.js';

const BLOBS = '/v2/app/blobs';
const CANONICAL = digestOf(ARCHIVE);
const ALL = Object.keys(TARSUMS).filter(isTarsumAlgorithm);
const TREE = bytesOfFile('02-tree.tar');
const TREE_TARSUM = await tarsumOfBytes(TREE);

/** A server, and the driver below it. */
async function serverWith(test: TestContext, tarsum: Partial<TarsumPolicy> = {}) {
  const driver = createMemoryDriver();
  return { server: await startServer(test, { registry: createRegistry(openStores(driver), { tarsum }) }), driver };
}

/** An upload with all bytes in the last request, ended by a digest as it stands in the query. */
async function put(server: TestServer, bytes: Buffer, digest: string): Promise<HttpAnswer & { readonly upload: string }> {
  const begun = await server.send('POST', `${BLOBS}/uploads/`);
  const upload = pathOf(begun.headers.location ?? '');
  return { ...(await server.send('PUT', `${upload}?digest=${digest}`, { body: bytes })), upload };
}

function reasonIn(answer: HttpAnswer): Reason {
  const { errors } = JSON.parse(answer.body.toString()) as { errors: { detail: { reason: Reason }; message: string }[] };
  const reason = errors[0]?.detail.reason as Reason;
  assert.ok(errors[0]?.message.includes(REASONS[reason]), answer.body.toString());
  return reason;
}

async function assertCreated(server: TestServer, answer: HttpAnswer, bytes: Buffer, tarsum: string): Promise<void> {
  assert.equal(answer.status, 201, answer.body.toString());
  const canonical = digestOf(bytes);
  assert.equal(answer.headers['docker-content-digest'], canonical);
  assert.equal(pathOf(answer.headers.location ?? ''), `${BLOBS}/${canonical}`);
  for (const digest of [tarsum, canonical]) {
    const got = await server.send('GET', `${BLOBS}/${digest}`);
    assert.equal(got.status, 200);
    assert.deepEqual(got.body, bytes);
    const head = await server.send('HEAD', `${BLOBS}/${digest}`);
    for (const { headers } of [got, head]) {
      assert.equal(headers['docker-content-digest'], digest);
      assert.equal(headers.etag, `"${canonical}"`);
      assert.equal(headers['content-length'], String(bytes.length));
      assert.equal(headers['cache-control'], digest === tarsum ? 'no-cache' : 'max-age=31536000');
    }
  }
}

describe('a recorded archive, pushed by a tarsum', () => {
  for (const { file, version, hash, tarsum, error, ambiguous } of VECTORS) {
    const algorithm = known(isTarsumAlgorithm, `${version}+${hash}`);
    const hasNone = error || ambiguous || file === '17-trailing-garbage.tar';
    const bytes = bytesOfFile(file);
    it(`${file} by ${algorithm} is ${hasNone ? 'refused, and leaves nothing' : 'taken where that is, and served'}`, async (test) => {
      const named = tarsum ?? `${algorithm}:${'0'.repeat(hash === 'sha512' ? 128 : 64)}`;
      const query = named.replace('+', '%2B');
      const { server, driver } = await serverWith(test, { taken: ALL });
      if (hasNone) {
        const answer = await put(server, bytes, query);
        assert.deepEqual([answer.status, codesOf(answer)], [400, ['DIGEST_INVALID']]);
        reasonIn(answer);
        assert.equal((await server.send('GET', answer.upload)).status, 404);
        const atOnce = await server.send('POST', `${BLOBS}/uploads/?digest=${query}`, { body: bytes });
        assert.deepEqual([atOnce.status, reasonIn(atOnce)], [400, reasonIn(answer)]);
        assert.deepEqual(await filesOf(driver), []);
        return;
      }
      await assertCreated(server, await put(server, bytes, query), bytes, named);
      const atOnce = await server.send('POST', `${BLOBS}/uploads/?digest=${query}`, { body: bytes });
      await assertCreated(server, atOnce, bytes, named);
      const { server: plain } = await serverWith(test);
      const answer = await put(plain, bytes, query);
      if (algorithm === 'tarsum.v1+sha256') return assert.equal(answer.status, 201);
      assert.deepEqual([answer.status, codesOf(answer)], [400, ['DIGEST_INVALID']]);
    });
  }
});

describe('a tarsum in a target', () => {
  const spellings = [TREE_TARSUM, TREE_TARSUM.replace('+', '%2B').replace(':', '%3A'), TREE_TARSUM.replace('+', '%20')];

  for (const spelled of spellings) {
    it(`may be spelled ${spelled.slice(0, 24)}... in a query`, async (test) => {
      const { server } = await serverWith(test);
      await assertCreated(server, await put(server, TREE, spelled), TREE, TREE_TARSUM);
      const atOnce = await server.send('POST', `${BLOBS}/uploads/?digest=${spelled}`, { body: TREE });
      await assertCreated(server, atOnce, TREE, TREE_TARSUM);
      const mounted = await server.send('POST', `/v2/other/blobs/uploads/?mount=${spelled}&from=app`);
      assert.equal(mounted.status, 201);
      assert.equal(mounted.headers['docker-content-digest'], digestOf(TREE));
      assert.equal(pathOf(mounted.headers.location ?? ''), `/v2/other/blobs/${digestOf(TREE)}`);
      for (const digest of [TREE_TARSUM, digestOf(TREE)]) {
        assert.equal((await server.send('HEAD', `/v2/other/blobs/${digest}`)).status, 200);
      }
    });
  }

  it('may be spelled with a plus sign as it is, or encoded, in a path', async (test) => {
    const { server } = await serverWith(test);
    await put(server, TREE, TREE_TARSUM);
    for (const spelled of spellings.slice(0, 2)) {
      const answer = await server.send('GET', `${BLOBS}/${spelled}`);
      assert.deepEqual([answer.status, answer.headers['docker-content-digest']], [200, TREE_TARSUM]);
    }
    assert.equal((await server.send('DELETE', `${BLOBS}/${spellings[1]}`)).status, 202);
    assert.equal((await server.send('HEAD', `${BLOBS}/${spellings[0]}`)).status, 404);
    assert.equal((await server.send('HEAD', `${BLOBS}/${digestOf(TREE)}`)).status, 200);
  });

  for (const digest of [
    TREE_TARSUM.replace('v1', 'v9'),
    TREE_TARSUM.replace('sha256', 'md5'),
    TREE_TARSUM.toUpperCase().replace('TARSUM.V1+SHA256', 'tarsum.v1+sha256'),
    TREE_TARSUM.slice(0, -1),
    TREE_TARSUM.replace('.v1', '.v0'),
  ]) {
    it(`is refused as ${digest.slice(0, 24)}... of ${digest.length} characters, and the upload stays`, async (test) => {
      const { server } = await serverWith(test);
      const answer = await put(server, TREE, digest);
      assert.deepEqual([answer.status, codesOf(answer)], [400, ['DIGEST_INVALID']]);
      assert.equal((await server.send('GET', answer.upload)).status, 204);
    });
  }
});

describe('a blob that is asked for by an alias', () => {
  for (const alias of [ARCHIVE_TARSUM, digestOf(ARCHIVE, 'sha512')]) {
    it(`answers to conditions and ranges by what it holds: ${alias.slice(0, 16)}`, async (test) => {
      const { server, driver } = await serverWith(test);
      await server.send('POST', `${BLOBS}/uploads/?digest=${CANONICAL}`, { body: ARCHIVE });
      // As docker/distribution 2 links what was pushed by another digest than the canonical one.
      await driver.put(pathFor('layerLink', { name: 'app' as never, digest: alias }), Buffer.from(CANONICAL));
      const target = `${BLOBS}/${alias}`;
      for (const method of ['GET', 'HEAD']) {
        const ask = (headers: Record<string, string>) => server.send(method, target, { headers });
        const same = await ask({ 'if-none-match': `"${CANONICAL}"` });
        assert.deepEqual([same.status, same.headers['docker-content-digest'], same.headers.etag], [304, alias, `"${CANONICAL}"`]);
        assert.equal((await ask({ 'if-none-match': `"${alias}"` })).status, 200);
        const part = await ask({ range: 'bytes=0-0', 'if-range': `"${CANONICAL}"` });
        assert.deepEqual([part.status, part.headers['content-range']], [206, `bytes 0-0/${ARCHIVE.length}`]);
        assert.deepEqual([part.headers['docker-content-digest'], part.headers['cache-control']], [alias, 'no-cache']);
        assert.equal((await ask({ range: 'bytes=0-0', 'if-range': `"${alias}"` })).status, 200);
        assert.equal((await ask({ range: 'bytes=0-0' })).status, 206);
        assert.equal((await ask({ range: 'bytes=99999-' })).status, 416);
      }
    });
  }

  it('is the other content at once when the alias has moved', async (test) => {
    const { server, driver } = await serverWith(test);
    await put(server, ARCHIVE, ARCHIVE_TARSUM);
    for (let times = 0; times < 3; times++) assert.equal((await server.send('GET', `${BLOBS}/${ARCHIVE_TARSUM}`)).status, 200);
    await driver.remove([pathFor('blobData', { blob: CANONICAL })]);
    await put(server, SAME_TARSUM, ARCHIVE_TARSUM);
    const moved = await server.send('GET', `${BLOBS}/${ARCHIVE_TARSUM}`);
    assert.deepEqual([moved.body, moved.headers.etag], [SAME_TARSUM, `"${digestOf(SAME_TARSUM)}"`]);
  });
});

describe('a client of 2015', () => {
  const key = readSigningKey(generateSigningKey());
  const manifestOf = (...layers: readonly Digest[]): Buffer => {
    const fsLayers = layers.map((blobSum) => ({ blobSum }));
    const history = layers.map(() => ({ v1Compatibility: '{}' }));
    const payload = Buffer.from(
      JSON.stringify({ schemaVersion: 1, name: 'app', tag: 'v1', architecture: 'amd64', fsLayers, history }, null, 3),
    );
    return mergeSignatures(payload, [key.sign(payload, new Date(0))]);
  };

  it('pushes layers by their tarsum and a manifest that names them, and pulls both', async (test) => {
    const { server } = await serverWith(test);
    assert.equal((await server.send('HEAD', `${BLOBS}/${TREE_TARSUM}`)).status, 404);
    assert.equal((await put(server, TREE, TREE_TARSUM.replace('+', '%2B').replace(':', '%3A'))).status, 201);
    const document = manifestOf(TREE_TARSUM);
    const answer = await server.send('PUT', '/v2/app/manifests/v1', { body: document });
    assert.deepEqual([answer.status, answer.body.toString()], [201, '']);
    assert.deepEqual((await server.send('GET', '/v2/app/manifests/v1')).body, document);
    for (const digest of [TREE_TARSUM, digestOf(TREE)]) {
      assert.deepEqual((await server.send('GET', `${BLOBS}/${digest}`)).body, TREE);
    }
  });

  it('is told which layers are missing', async (test) => {
    const { server } = await serverWith(test);
    await put(server, TREE, TREE_TARSUM);
    const answer = await server.send('PUT', '/v2/app/manifests/v1', { body: manifestOf(TREE_TARSUM, ARCHIVE_TARSUM) });
    assert.deepEqual([answer.status, codesOf(answer)], [400, ['MANIFEST_BLOB_UNKNOWN']]);
    assert.equal((await server.send('PUT', '/v2/other/manifests/v1', { body: manifestOf(TREE_TARSUM) })).status, 400);
  });
});

describe('an archive that is made to do harm', () => {
  const MEBIBYTE = 1024 ** 2;
  const headers = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, (_, at) => entry({ name: `${at}` })));
  const rows: readonly (readonly [what: string, bytes: Buffer, reason: Reason, policy?: Partial<TarsumPolicy>])[] = [
    ['decompresses to much more than it is', gzipSync(Buffer.alloc(64 * MEBIBYTE)), 'compressed-too-much'],
    [
      'does so in its second member',
      Buffer.concat([gzipSync(ARCHIVE), gzipSync(Buffer.alloc(64 * MEBIBYTE))]),
      'compressed-too-much',
    ],
    ['has too many entries', archive(headers(2001)), 'too-many-entries', { limits: { maxEntries: 2000 } }],
    ['has too many entries, gzipped', gzipSync(archive(headers(2001))), 'too-many-entries', { limits: { maxEntries: 2000 } }],
    ['is too large', archive({ name: 'a', body: Buffer.alloc(MEBIBYTE) }), 'too-many-bytes', { limits: { maxBytes: MEBIBYTE } }],
    ['claims a body that it has not', entry({ name: 'a', size: '77777777777' }), 'cut-off'],
    ['claims a header that it has not', entry({ name: 'a', type: 'x', size: '77777777777' }), 'long-record'],
    ['is cut off within its compression', gzipSync(TREE).subarray(0, -9), 'gzip'],
    ['goes on behind its compression', Buffer.concat([gzipSync(TREE), Buffer.from('more')]), 'gzip'],
    ['is zeros and then something', Buffer.concat([Buffer.alloc(2 * MEBIBYTE), Buffer.from('x')]), 'data-behind-end'],
  ];
  for (const [what, bytes, reason, policy] of rows) {
    it(`and ${what} is refused, leaves nothing, and the server goes on`, async (test) => {
      const { server, driver } = await serverWith(test, policy);
      const answer = await put(server, bytes, ARCHIVE_TARSUM);
      assert.deepEqual([answer.status, codesOf(answer), reasonIn(answer)], [400, ['DIGEST_INVALID'], reason]);
      assert.deepEqual(await filesOf(driver), []);
      assert.equal((await put(server, ARCHIVE, ARCHIVE_TARSUM)).status, 201);
      // By its own hash nobody looks into it.
      assert.equal((await put(server, bytes, digestOf(bytes))).status, 201);
    });
  }

  it('keeps nobody else from pushing while several of them are summed', async (test) => {
    const { server } = await serverWith(test);
    const bomb = gzipSync(Buffer.alloc(32 * MEBIBYTE));
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async (_, at) => {
        const own = archive({ name: `${at}`, body: 'x'.repeat(at) });
        const client = { ...server, send: server.client().send };
        const [bytes, tarsum] = at % 2 ? [bomb, ARCHIVE_TARSUM] : [own, await tarsumOfBytes(own)];
        return (await put(client, bytes, tarsum)).status;
      }),
    );
    assert.deepEqual(
      statuses,
      statuses.map((_, at) => (at % 2 ? 400 : 201)),
    );
  });
});

/** Labels are what the option says, and nothing else of a push depends on it. */
it('a registry that takes no tarsum serves those that it has', async (test) => {
  const none: readonly TarsumAlgorithm[] = [];
  const { server, driver } = await serverWith(test, { taken: none });
  await server.send('POST', `${BLOBS}/uploads/?digest=${CANONICAL}`, { body: ARCHIVE });
  await driver.put(pathFor('layerLink', { name: 'app' as never, digest: ARCHIVE_TARSUM }), Buffer.from(CANONICAL));
  assert.equal((await put(server, ARCHIVE, ARCHIVE_TARSUM)).status, 400);
  assert.deepEqual((await server.send('GET', `${BLOBS}/${ARCHIVE_TARSUM}`)).body, ARCHIVE);
});
