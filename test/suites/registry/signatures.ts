import assert from 'node:assert/strict';
import { type Digest, digestOf } from '../../../src/core/digest.js';
import { MEDIA_TYPES } from '../../../src/core/media-type.js';
import { mergeSignatures, parseSigned } from '../../../src/manifest/schema1.js';
import { generateSigningKey, readSigningKey } from '../../../src/manifest/signing-key.js';
import { pathFor } from '../../../src/paths/path-for.js';
import type { PutManifestOptions, Repository } from '../../../src/registry/registry.js';
import { dataOf } from '../../manifest/recorded.js';
import { VECTOR_REPOSITORY, VECTORS, vector, vectorBytes } from '../../manifest/schema1-vectors.js';
import { piecesOf, pushBlob, pushImage, tagOf } from '../../support/images.js';
import { contentOf, filesOf } from '../../support/store-content.js';
import { byDigest, type DefineCase, refused, refusedWithoutTrace, type World } from './case.js';

const { dockerSchema1, dockerSchema1Signed } = MEDIA_TYPES;
const SIGNED = { mediaType: dockerSchema1Signed };
/** The layer of every vector: the empty layer of the first clients. */
const EMPTY_LAYER = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4' as Digest;

/** Docker schema 1: signatures outside the payload. */
export function signatureCases(define: DefineCase): void {
  for (const { file, tag, expected_put, code, payload_digest, note } of VECTORS) {
    const number = file.slice(0, 2);
    if (expected_put === 201 || number === '28' || number === '34') {
      define(`${file} is stored: ${note}`, async (world) => {
        const one = await prepared(world);
        const { descriptor } = await one.manifests.put(vectorBytes(number), { ...SIGNED, tags: [tagOf(tag)] });
        assert.equal(descriptor.digest, payload_digest);
        const served = await one.manifests.get({ kind: 'tag', tag: tagOf(tag) });
        assert.deepEqual([served.descriptor.digest, served.descriptor.mediaType], [payload_digest, dockerSchema1Signed]);
        const { payload, blocks } = await parseSigned(vectorBytes(number));
        assert.equal(served.bytes.toString(), mergeSignatures(payload, blocks).toString());
        assert.deepEqual(await linkedSignatures(world), blocks.map(({ digest }) => digest).sort());
      });
    } else {
      define(`${file} is refused and leaves nothing: ${note}`, async (world) => {
        const one = await prepared(world);
        const put = () => one.manifests.put(vectorBytes(number), { ...SIGNED, tags: [tagOf(tag)] });
        await refusedWithoutTrace(world, put, code as 'MANIFEST_INVALID');
      });
    }
  }

  define('the payload, its signatures and its links stand where registry 2.0 to 2.4 put them', async (world) => {
    const one = await prepared(world);
    const before = new Set(await filesOf(world.driver));
    await one.manifests.put(vectorBytes('07'), { ...SIGNED, tags: [tagOf('two')] });
    const { payload, digest, blocks } = await parseSigned(vectorBytes('07'));
    const name = one.name;
    const wanted = [
      pathFor('blobData', { blob: digest }),
      pathFor('revisionLink', { name, digest }),
      pathFor('tagCurrent', { name, tag: tagOf('two') }),
      pathFor('tagIndexLink', { name, tag: tagOf('two'), digest }),
      ...blocks.map((block) => pathFor('blobData', { blob: block.digest })),
      ...blocks.map((block) => pathFor('signatureLink', { name, digest, signature: block.digest })),
    ];
    const found = (await filesOf(world.driver)).filter((file) => !before.has(file) && !file.includes('_history'));
    assert.deepEqual(found, wanted.map((path) => path.replace(/^.*\/v2\//, '')).sort());
    assert.deepEqual(await world.driver.read(pathFor('blobData', { blob: digest })), payload);
  });

  for (const mediaType of [dockerSchema1, 'application/json', undefined]) {
    define(`it is told by ${mediaType ?? 'its bytes alone'} too`, async (world) => {
      const one = await prepared(world);
      const { descriptor } = await one.manifests.put(vectorBytes('01'), mediaType === undefined ? {} : { mediaType });
      assert.equal(descriptor.digest, vector('01').payload_digest);
      assert.equal((await one.manifests.get(byDigest(descriptor.digest))).descriptor.mediaType, dockerSchema1Signed);
      await refusedWithoutTrace(
        world,
        () => one.manifests.put(vectorBytes('25'), { mediaType: dockerSchema1 }),
        'MANIFEST_INVALID',
      );
    });
  }

  define('under the type of another format it is refused', async (world) => {
    const one = await prepared(world);
    for (const mediaType of [MEDIA_TYPES.dockerImage, MEDIA_TYPES.ociImage, MEDIA_TYPES.ociIndex]) {
      await refusedWithoutTrace(world, () => one.manifests.put(vectorBytes('01'), { mediaType }), 'MANIFEST_INVALID');
    }
  });

  define('it is pushed by the digest of its payload, and by no other', async (world) => {
    const one = await prepared(world);
    const { digest } = await parseSigned(vectorBytes('01'));
    const whole = digestOf(vectorBytes('01'));
    await refusedWithoutTrace(world, () => one.manifests.put(vectorBytes('01'), { ...SIGNED, digest: whole }), 'DIGEST_INVALID');
    assert.equal((await one.manifests.put(vectorBytes('01'), { ...SIGNED, digest })).descriptor.digest, digest);
  });

  define('a layer that is missing is named', async (world) => {
    const one = world.repository(VECTOR_REPOSITORY);
    const put = () => one.manifests.put(vectorBytes('01'), SIGNED);
    const error = await refusedWithoutTrace(world, put, 'MANIFEST_BLOB_UNKNOWN');
    assert.deepEqual(error.detail, { digest: EMPTY_LAYER });
  });

  define('a layer may be named by a tarsum that the repository knows', async (world) => {
    const one = await prepared(world);
    const layer = await pushBlob(one, 'layer');
    const alias = `tarsum.v1+sha256:${'ab'.repeat(32)}` as typeof layer.digest;
    await world.driver.put(pathFor('layerLink', { name: one.name, digest: alias }), Buffer.from(layer.digest));
    const fields = { schemaVersion: 1, name: one.name, tag: 't', fsLayers: [{ blobSum: alias }] };
    const document = signedBy(Buffer.from(JSON.stringify({ ...fields, history: [{ v1Compatibility: '{}' }] })));
    await one.manifests.put(document, { ...SIGNED, tags: [tagOf('t')] });
    assert.deepEqual((await one.manifests.get({ kind: 'tag', tag: tagOf('t') })).bytes, document);
    await world.driver.remove([pathFor('layerLink', { name: one.name, digest: alias })]);
    await refused(one.manifests.put(document, SIGNED), 'MANIFEST_BLOB_UNKNOWN');
  });

  define('signatures posted at different times come back together, in one order, byte for byte', async (world) => {
    const one = await prepared(world);
    await put(one, '06');
    const first = await one.manifests.get({ kind: 'tag', tag: tagOf('two') });
    assert.deepEqual(first.bytes, vectorBytes('06'));
    await put(one, '05');
    assert.equal(first.fresh(), false);
    for (const again of ['07', '05', '08', '06']) {
      assert.equal((await one.manifests.get({ kind: 'tag', tag: tagOf('two') })).bytes.toString(), vectorBytes('07').toString());
      await put(one, again);
    }
    await put(one, '09');
    const { bytes, descriptor } = await one.manifests.get({ kind: 'tag', tag: tagOf('two') });
    assert.equal((await parseSigned(bytes)).blocks.length, 3);
    assert.equal(descriptor.size, bytes.length);
  });

  define('a signature is of one repository', async (world) => {
    const one = await prepared(world);
    const other = world.repository('other');
    await other.blobs.mount((await parseSigned(vectorBytes('05'))).layers[0] ?? assert.fail(), { from: one.name });
    const { digest } = (await put(one, '05')).descriptor;
    await put(other, '06');
    assert.deepEqual((await one.manifests.get(byDigest(digest))).bytes, vectorBytes('05'));
    assert.deepEqual((await other.manifests.get(byDigest(digest))).bytes, vectorBytes('06'));
  });

  define('one signature that is wrong leaves nothing of those that are right', async (world) => {
    const one = await prepared(world);
    await put(one, '05');
    const both = vectorBytes('07').toString();
    const broken = Buffer.from(both.replace(/"iIpKi/, '"jIpKi'));
    assert.notEqual(broken.toString(), both);
    await refusedWithoutTrace(world, () => one.manifests.put(broken, { ...SIGNED, tags: [tagOf('new')] }), 'MANIFEST_UNVERIFIED');
    assert.deepEqual((await one.manifests.get({ kind: 'tag', tag: tagOf('two') })).bytes, vectorBytes('05'));
  });

  define('ten parties that sign at once, through two registries, are all there', async (world) => {
    await prepared(world);
    const processes = [world, world.reopened()].map((each) => each.repository(VECTOR_REPOSITORY));
    const { payload, digest } = await parseSigned(vectorBytes('05'));
    const documents = Array.from({ length: 10 }, () => signedBy(payload));
    await Promise.all(
      documents.map((document, at) => processes[at % 2]?.manifests.put(document, { ...SIGNED, tags: [tagOf('two')] })),
    );
    const signed = await Promise.all(documents.map((document) => parseSigned(document)));
    const wanted = mergeSignatures(
      payload,
      signed.flatMap(({ blocks }) => blocks),
    );
    for (const repository of [...processes, world.reopened().repository(VECTOR_REPOSITORY)]) {
      assert.equal((await repository.manifests.get(byDigest(digest))).bytes.toString(), wanted.toString());
    }
  });

  define('what another process has added is seen at once, and an answer that is kept knows of it', async (world) => {
    const one = await prepared(world);
    await put(one, '05');
    const by = { kind: 'tag', tag: tagOf('two') } as const;
    const kept = await one.manifests.get(by);
    await put(world.reopened().repository(VECTOR_REPOSITORY), '06');
    assert.equal(kept.fresh(), false);
    assert.equal((await one.manifests.get(by)).bytes.toString(), vectorBytes('07').toString());
  });

  define('a document has an end, and so has the number of its signatures', async (world) => {
    const one = await prepared(world);
    const { payload, digest } = await parseSigned(vectorBytes('05'));
    const key = readSigningKey(generateSigningKey());
    const blocks = Array.from({ length: 64 }, () => key.sign(payload, new Date(0)));
    await one.manifests.put(mergeSignatures(payload, blocks), SIGNED);
    await refusedWithoutTrace(world, () => one.manifests.put(vectorBytes('05'), SIGNED), 'MANIFEST_INVALID');
    await one.manifests.put(mergeSignatures(payload, blocks.slice(0, 1)), SIGNED);
    assert.equal((await parseSigned((await one.manifests.get(byDigest(digest))).bytes)).blocks.length, 64);
  });

  define('a signature whose block is gone, or is none, is left out and reported', async (world) => {
    const one = await prepared(world);
    const { digest } = (await put(one, '07')).descriptor;
    const [first] = (await parseSigned(vectorBytes('05'))).blocks;
    assert.ok(first);
    await world.driver.remove([pathFor('blobData', { blob: first.digest })]);
    const other = world.reopened();
    assert.deepEqual((await other.repository(one.name).manifests.get(byDigest(digest))).bytes, vectorBytes('06'));
    assert.deepEqual(
      other.findings.map(({ what }) => what),
      ['signature-unreadable'],
    );

    const foreign = await pushBlob(one, 'no signature');
    await world.driver.put(
      pathFor('signatureLink', { name: one.name, digest, signature: foreign.digest }),
      Buffer.from(foreign.digest),
    );
    assert.deepEqual((await other.repository(one.name).manifests.get(byDigest(digest))).bytes, vectorBytes('06'));
    assert.equal(other.findings.length, 3);
    await put(one, '05');
    assert.equal((await one.manifests.get(byDigest(digest))).bytes.toString(), vectorBytes('07').toString());
  });

  define('whoever looks into a manifest is told who has signed it, in the order in which it is served', async (world) => {
    const one = await prepared(world);
    const { digest } = (await put(one, '06')).descriptor;
    world.clock.advance(1000);
    await put(one, '05');
    const found = await one.manifests.signatures({ kind: 'tag', tag: tagOf('two') });
    const { blocks } = await parseSigned(vectorBytes('07'));
    assert.equal(found?.digest, digest);
    assert.deepEqual(
      found?.signatures.map(({ storedAt, ...facts }) => ({ ...facts, isStored: storedAt instanceof Date })),
      blocks.map((block) => ({
        digest: block.digest,
        keyId: block.keyId,
        algorithm: 'ES256',
        keyType: 'EC P-256',
        signedAt: block.time,
        isStored: true,
      })),
    );
    const { descriptor } = await put(one, '12');
    const [facts] = (await one.manifests.signatures(byDigest(descriptor.digest)))?.signatures ?? [];
    assert.deepEqual(facts?.certificate, { subject: 'CN=Test signer', chainLength: 2 });
    assert.equal(facts?.keyId, blocks[0]?.keyId);
    await refused(one.manifests.signatures({ kind: 'tag', tag: tagOf('none') }), 'MANIFEST_UNKNOWN');
    await refused(one.manifests.signatures(byDigest(digestOf(Buffer.from('none')))), 'MANIFEST_UNKNOWN');
    const image = await pushImage(one, 'of another kind');
    assert.equal(await one.manifests.signatures(byDigest(image.digest)), undefined);
  });

  define('a signature that is broken is told with the reason, one by one, and nothing is changed', async (world) => {
    const one = await prepared(world);
    const { digest } = (await put(one, '07')).descriptor;
    const { blocks, payload } = await parseSigned(vectorBytes('07'));
    const [good, bad] = blocks;
    assert.ok(good && bad);
    const name = one.name;
    const link = (signature: Digest, holds: string = signature) =>
      world.driver.put(pathFor('signatureLink', { name, digest, signature }), Buffer.from(holds));
    const block = async (bytes: string | Buffer): Promise<Digest> => {
      const blob = digestOf(Buffer.from(bytes));
      await world.driver.put(pathFor('blobData', { blob }), Buffer.from(bytes));
      await link(blob);
      return blob;
    };
    const signer = readSigningKey(generateSigningKey());
    const elsewhere = await block(signer.sign(Buffer.from(`${payload.toString()}\n`), new Date(0)).bytes);
    // Well made, of the same length, by the same key: only the signature tells that it is another payload.
    const other = Buffer.from(payload.toString().replace('amd64', 'arm64'));
    const forged = await block(signer.sign(other, new Date(0)).bytes);
    const text = await block('no signature');
    const huge = await block('x'.repeat(100_000));
    const missing = digestOf(Buffer.from('missing'));
    await link(missing);
    const empty = digestOf(Buffer.from('empty'));
    await link(empty, '');
    await world.driver.put(pathFor('blobData', { blob: bad.digest }), Buffer.from(bad.bytes.toString().replace('EC', 'ec')));

    const before = await contentOf(world.driver);
    const there = world.reopened();
    const found = await there.repository(name).manifests.signatures(byDigest(digest));
    const faults = new Map(found?.signatures.map(({ digest: each, fault }) => [each, fault]));
    assert.equal(faults.size, 8);
    assert.equal(faults.get(good.digest), undefined);
    for (const [each, why] of [
      [bad.digest, /not what its digest says/],
      [elsewhere, /of a payload that ends elsewhere/],
      [forged, /not one of this payload by its key/],
      [text, /is an object with header/],
      [huge, /100000 bytes/],
      [missing, /block is missing/],
      [empty, /link does not hold its digest/],
    ] as const) {
      assert.match(faults.get(each) ?? '', why);
    }
    assert.equal(found?.signatures.find((facts) => facts.digest === forged)?.keyId, signer.keyId);
    assert.deepEqual(await contentOf(world.driver), before);
    assert.deepEqual(there.findings, []);
  });

  define('a manifest without signatures is told with the key that signs it, and none is made for that', async (world) => {
    const one = await prepared(world);
    const { digest } = await writeOld(world, one, '01');
    assert.deepEqual(await one.manifests.signatures(byDigest(digest)), { digest, signatures: [] });
    assert.ok(!(await filesOf(world.driver)).some((file) => file.startsWith('_keys')));
    await one.manifests.get(byDigest(digest));
    const kept = readSigningKey((await world.driver.read(pathFor('signingKey', {}))).toString());
    for (const each of [one, world.reopened().repository(one.name)]) {
      assert.equal((await each.manifests.signatures(byDigest(digest)))?.ownKeyId, kept.keyId);
    }
    const signingKey = readSigningKey(generateSigningKey());
    const configured = world.reopened({ signingKey }).repository(one.name);
    assert.equal((await configured.manifests.signatures(byDigest(digest)))?.ownKeyId, signingKey.keyId);
  });

  define('a push tells whose signatures it has stored, and how many are new', async (world) => {
    const one = await prepared(world);
    const { blocks } = await parseSigned(vectorBytes('07'));
    const [first, second] = blocks.map(({ keyId }) => keyId);
    assert.deepEqual((await put(one, '05')).signed, { keyIds: [first], signatures: 1, added: 1 });
    assert.deepEqual((await put(one, '07')).signed, { keyIds: [first, second], signatures: 2, added: 1 });
    assert.deepEqual((await put(one, '07')).signed, { keyIds: [first, second], signatures: 2, added: 0 });
    assert.deepEqual((await put(one, '09')).signed, { keyIds: [first], signatures: 1, added: 1 });
    const image = await pushImage(one, 'of another kind');
    assert.equal((await one.manifests.put(image.bytes, {})).signed, undefined);
  });

  define('a link that a crash has left empty is no signature', async (world) => {
    const one = await prepared(world);
    const { digest } = (await put(one, '05')).descriptor;
    const [block] = (await parseSigned(vectorBytes('06'))).blocks;
    const path = pathFor('signatureLink', { name: one.name, digest, signature: block?.digest ?? digest });
    await world.driver.put(path, Buffer.alloc(0));
    const content = await world.reopened().repository(one.name).manifests.get(byDigest(digest));
    assert.deepEqual(content.bytes, vectorBytes('05'));
    // It may be a link that is just being written: nothing to build on.
    assert.equal(content.fresh(), false);
    await put(one, '06');
    assert.equal((await one.manifests.get(byDigest(digest))).bytes.toString(), vectorBytes('07').toString());
  });

  define('signatures go into the trash with their manifest, and come back with it', async (world) => {
    const one = await prepared(world);
    const { digest } = (await put(one, '07')).descriptor;
    const before = await linkedSignatures(world);
    await one.manifests.remove(digest);
    assert.deepEqual(await linkedSignatures(world), []);
    await refused(one.manifests.get(byDigest(digest)), 'MANIFEST_UNKNOWN');
    const [entry] = await one.trash.list();
    await one.trash.restore(entry?.id ?? '');
    assert.deepEqual(await linkedSignatures(world), before);
    assert.equal((await one.manifests.get({ kind: 'tag', tag: tagOf('two') })).bytes.toString(), vectorBytes('07').toString());
  });

  define('a manifest that was deleted and pushed again has the signatures of the push', async (world) => {
    const one = await prepared(world);
    const { digest } = (await put(one, '07')).descriptor;
    await one.manifests.remove(digest);
    await put(one, '05');
    assert.deepEqual((await one.manifests.get(byDigest(digest))).bytes, vectorBytes('05'));
    const [entry] = await one.trash.list();
    await one.trash.restore(entry?.id ?? '');
    assert.equal((await one.manifests.get(byDigest(digest))).bytes.toString(), vectorBytes('07').toString());
  });

  define('what registry 2.0 to 2.4 wrote is served with all its signatures', async (world) => {
    const one = await prepared(world);
    const { digest, blocks } = await writeOld(world, one, '07');
    for (const block of blocks) {
      await world.driver.put(pathFor('blobData', { blob: block.digest }), block.bytes);
      const path = pathFor('signatureLink', { name: one.name, digest, signature: block.digest });
      await world.driver.put(path, Buffer.from(block.digest));
    }
    const served = await one.manifests.get({ kind: 'tag', tag: tagOf('two') });
    assert.equal(served.bytes.toString(), vectorBytes('07').toString());
    assert.deepEqual([served.descriptor.digest, served.descriptor.mediaType], [digest, dockerSchema1Signed]);
  });

  define(
    'what registry 2.5 and later left without a signature gets one by a key of the store, the same for all',
    async (world) => {
      const one = await prepared(world);
      const { digest, payload } = await writeOld(world, one, '07');
      const processes = [world, world.reopened()].map((each) => each.repository(one.name));
      const served = await Promise.all(processes.map((each) => each.manifests.get(byDigest(digest))));
      const signed = await Promise.all(served.map(({ bytes }) => parseSigned(bytes)));
      for (const each of signed) {
        assert.deepEqual(each.payload, payload);
        assert.equal(each.blocks.length, 1);
        assert.equal(each.blocks[0]?.keyId, signed[0]?.blocks[0]?.keyId);
      }
      const key = readSigningKey((await world.driver.read(pathFor('signingKey', {}))).toString());
      assert.equal(key.keyId, signed[0]?.blocks[0]?.keyId);
      const again = await processes[0]?.manifests.get(byDigest(digest));
      assert.equal(again?.bytes.toString(), served[0]?.bytes.toString());
      assert.deepEqual(await linkedSignatures(world), []);
      await put(one, '05');
      assert.deepEqual((await one.manifests.get(byDigest(digest))).bytes, vectorBytes('05'));
    },
  );

  define('a key that is none signs nothing, and the manifest is served all the same', async (world) => {
    const one = await prepared(world);
    const { digest } = await writeOld(world, one, '01');
    await world.driver.put(pathFor('signingKey', {}), Buffer.from('no key'));
    assert.equal((await parseSigned((await one.manifests.get(byDigest(digest))).bytes)).blocks.length, 1);
    assert.deepEqual(
      world.findings.map(({ what }) => what),
      ['signing-key-unreadable'],
    );
  });

  define('a key that is configured signs, and none is made', async (world) => {
    const signingKey = readSigningKey(generateSigningKey());
    await prepared(world);
    const one = world.reopened({ signingKey }).repository(VECTOR_REPOSITORY);
    const { digest } = await writeOld(world, one, '01');
    const [block] = (await parseSigned((await one.manifests.get(byDigest(digest))).bytes)).blocks;
    assert.equal(block?.keyId, signingKey.keyId);
    assert.ok(!(await filesOf(world.driver)).some((file) => file.startsWith('_keys')));
  });

  define('pushes may be switched off, and what is there is served still', async (world) => {
    const { digest } = (await put(await prepared(world), '05')).descriptor;
    const one = world.reopened({ schema1: { pushes: false } }).repository(VECTOR_REPOSITORY);
    const error = await refusedWithoutTrace(world, () => put(one, '06'), 'MANIFEST_INVALID');
    assert.match(error.message, /compatibility\.schema1\.enabled/);
    await refusedWithoutTrace(world, () => one.manifests.put(vectorBytes('06'), {}), 'MANIFEST_INVALID');
    assert.deepEqual((await one.manifests.get(byDigest(digest))).bytes, vectorBytes('05'));
    await pushImage(one, 'newer');
  });

  define('names may have to be those that were signed', async (world) => {
    const strict = { schema1: { strictNames: true } };
    await prepared(world);
    const one = world.reopened(strict).repository(VECTOR_REPOSITORY);
    const at = (tag: string): PutManifestOptions => ({ ...SIGNED, tags: [tagOf(tag)] });
    await refusedWithoutTrace(world, () => one.manifests.put(vectorBytes('28'), at('name')), 'MANIFEST_INVALID');
    await refusedWithoutTrace(world, () => one.manifests.put(vectorBytes('34'), at('tagmismatch')), 'TAG_INVALID');
    await one.manifests.put(vectorBytes('34'), at('other'));
    await one.manifests.put(vectorBytes('01'), at('es256'));
    await one.manifests.put(vectorBytes('02'), SIGNED);
  });
}

/** The repository of the vectors, with the layer that they name. */
async function prepared({ repository }: World): Promise<Repository> {
  const one = repository(VECTOR_REPOSITORY);
  await pushLayer(one);
  return one;
}

/** Pushes the layer of the vectors. */
export async function pushLayer({ uploads }: Repository): Promise<void> {
  const { id } = await uploads.start();
  await uploads.append(id, piecesOf(dataOf('schema1/empty-layer.tar.gz')));
  await uploads.commit(id, EMPTY_LAYER);
}

function put(repository: Repository, number: string): ReturnType<Repository['manifests']['put']> {
  return repository.manifests.put(vectorBytes(number), { ...SIGNED, tags: [tagOf(vector(number).tag)] });
}

/** The payload with a signature by somebody new. */
function signedBy(payload: Buffer): Buffer {
  return mergeSignatures(payload, [readSigningKey(generateSigningKey()).sign(payload, new Date(0))]);
}

/** Payload, revision and tag, as another program writes them. */
async function writeOld({ driver }: World, { name }: Repository, number: string): Promise<ReturnType<typeof parseSigned>> {
  const signed = await parseSigned(vectorBytes(number));
  const { digest, payload } = signed;
  const tag = tagOf(vector(number).tag);
  await driver.put(pathFor('blobData', { blob: digest }), payload);
  for (const path of [
    pathFor('revisionLink', { name, digest }),
    pathFor('tagIndexLink', { name, tag, digest }),
    pathFor('tagCurrent', { name, tag }),
  ]) {
    await driver.put(path, Buffer.from(digest));
  }
  return signed;
}

/** Digests of all signatures that are linked anywhere. */
async function linkedSignatures({ driver }: World): Promise<readonly string[]> {
  const files = await filesOf(driver);
  return files.flatMap((file) => /\/signatures\/(sha256)\/(.*)\/link$/.exec(file)?.slice(1).join(':') ?? []).sort();
}
