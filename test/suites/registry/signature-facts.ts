import assert from 'node:assert/strict';
import { type Digest, digestOf } from '../../../src/core/digest.js';
import { parseSigned } from '../../../src/manifest/schema1.js';
import { generateSigningKey, readSigningKey } from '../../../src/manifest/signing-key.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { vectorBytes } from '../../manifest/schema1-vectors.js';
import { pushImage, tagOf } from '../../support/images.js';
import { contentOf, filesOf } from '../../support/store-content.js';
import { byDigest, type DefineCase, refused } from './case.js';
import { prepared, put, writeOld } from './signed-vectors.js';

/** Docker schema 1: what is told of signatures, to whoever pushes them and to whoever looks. */
export function signatureFactsCases(define: DefineCase): void {
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
}
