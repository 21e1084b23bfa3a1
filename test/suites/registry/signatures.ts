import assert from 'node:assert/strict';
import { digestOf } from '../../../src/core/digest.js';
import { MEDIA_TYPES } from '../../../src/core/media-type.js';
import { mergeSignatures, parseSigned } from '../../../src/manifest/schema1.js';
import { generateSigningKey, readSigningKey } from '../../../src/manifest/signing-key.js';
import { pathFor } from '../../../src/paths/path-for.js';
import type { PutManifestOptions } from '../../../src/registry/registry.js';
import { VECTOR_REPOSITORY, VECTORS, vector, vectorBytes } from '../../manifest/schema1-vectors.js';
import { pushBlob, pushImage, tagOf } from '../../support/images.js';
import { filesOf } from '../../support/store-content.js';
import { byDigest, type DefineCase, refused, refusedWithoutTrace } from './case.js';
import { EMPTY_LAYER, linkedSignatures, prepared, put, SIGNED, signedBy } from './signed-vectors.js';

const { dockerSchema1, dockerSchema1Signed } = MEDIA_TYPES;

/** Docker schema 1: how signatures come in, and come back together. */
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
    assert.equal(error.detail, EMPTY_LAYER);
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
