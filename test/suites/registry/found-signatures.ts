import assert from 'node:assert/strict';
import { MEDIA_TYPES } from '../../../src/core/media-type.js';
import { parseSigned } from '../../../src/manifest/schema1.js';
import { generateSigningKey, readSigningKey } from '../../../src/manifest/signing-key.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { VECTOR_REPOSITORY, vectorBytes } from '../../manifest/schema1-vectors.js';
import { pushBlob, tagOf } from '../../support/images.js';
import { filesOf } from '../../support/store-content.js';
import { byDigest, type DefineCase } from './case.js';
import { linkedSignatures, prepared, put, writeOld } from './signed-vectors.js';

/** Docker schema 1: what is found in a store that others have written, or that has lost something. */
export function foundSignatureCases(define: DefineCase): void {
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
    assert.deepEqual([served.descriptor.digest, served.descriptor.mediaType], [digest, MEDIA_TYPES.dockerSchema1Signed]);
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
}
