import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import type { ErrorCode } from '../../src/core/errors.js';
import { RegistryError } from '../../src/core/errors.js';
import { mergeSignatures, parsePayload, parseSigned, readBlock } from '../../src/manifest/schema1.js';
import { generateSigningKey, readSigningKey } from '../../src/manifest/signing-key.js';
import { VECTORS, vector, vectorBytes } from './schema1-vectors.js';

/** What depends on the store or on a policy: the document itself is good. */
const GOOD_IN_ITSELF = ['28', '29', '34'];

/** One payload, signed by one party, by another, and by both. */
const a = await parseSigned(vectorBytes('05'));
const b = await parseSigned(vectorBytes('06'));
const both = await parseSigned(vectorBytes('07'));

async function refused(document: Uint8Array | string, code: ErrorCode, message?: RegExp): Promise<RegistryError> {
  try {
    await parseSigned(Buffer.from(document as string));
  } catch (error) {
    assert.ok(error instanceof RegistryError, String(error));
    assert.deepEqual([error.code, error.status], [code, 400], error.message);
    if (message) assert.match(error.message, message);
    return error;
  }
  return assert.fail('it was taken');
}

describe('recorded signed manifests', () => {
  for (const { file, note, expected_put, code, payload_digest, payload_length, signatures = [] } of VECTORS) {
    const number = file.slice(0, 2);
    if (expected_put === 201 || GOOD_IN_ITSELF.includes(number)) {
      it(`${file} is taken: ${note}`, async () => {
        const { payload, digest, blocks, name } = await parseSigned(vectorBytes(number));
        assert.equal(digest, payload_digest);
        assert.equal(digestOf(payload), payload_digest);
        assert.equal(payload.length, payload_length);
        assert.equal(name, number === '28' ? 'other/repo' : 'test/schema1');
        // The certificate of vector 12 is of the key that signed 01.
        const wanted = signatures.map(
          ({ alg, kid, block_digest }) => `${alg} ${kid ?? vector('01').signatures?.[0]?.kid} ${block_digest}`,
        );
        assert.deepEqual(blocks.map(({ alg, keyId, digest: block }) => `${alg} ${keyId} ${block}`).sort(), wanted.sort());
        for (const { block_digest, block_length } of signatures) {
          assert.equal(blocks.find((block) => block.digest === block_digest)?.bytes.length, block_length);
        }
      });
    } else {
      it(`${file} is refused: ${note}`, async () => {
        await refused(vectorBytes(number), code as ErrorCode);
      });
    }
  }

  it('come back as they were posted', async () => {
    for (const number of ['01', '02', '03', '04', '05', '06', '07', '10', '12']) {
      const { payload, blocks } = await parseSigned(vectorBytes(number));
      assert.equal(mergeSignatures(payload, blocks).toString(), vectorBytes(number).toString(), number);
    }
  });

  it('come back with their key id, where that was left out', async () => {
    const { payload, blocks } = await parseSigned(vectorBytes('13'));
    const kid = vector('13').signatures?.[0]?.kid;
    const posted = vectorBytes('13').toString();
    const wanted = posted.replace('"crv": "P-256",', `"crv": "P-256",\n               "kid": "${kid}",`);
    assert.equal(mergeSignatures(payload, blocks).toString(), wanted);
  });

  it('come back without the white space after the last brace, which the signature keeps', async () => {
    const { payload, blocks } = await parseSigned(vectorBytes('11'));
    const merged = mergeSignatures(payload, blocks);
    assert.ok(payload.toString().endsWith('}\n'));
    assert.ok(merged.toString().endsWith('\n}'));
    assert.deepEqual((await parseSigned(merged)).payload, payload);
  });

  it('tell when they were signed', async () => {
    assert.deepEqual(
      (await parseSigned(vectorBytes('07'))).blocks.map(({ time }) => time),
      ['2015-03-01T12:00:00Z', '2015-03-02T12:00:00Z'],
    );
  });
});

describe('merging', () => {
  it('puts two signatures together, byte for byte as one document has them, in whatever order they come', async () => {
    const wanted = vectorBytes('07').toString();
    assert.equal(mergeSignatures(a.payload, [...a.blocks, ...b.blocks]).toString(), wanted);
    assert.equal(mergeSignatures(b.payload, [...b.blocks, ...a.blocks, ...both.blocks]).toString(), wanted);
    assert.deepEqual(
      (await parseSigned(vectorBytes('08'))).blocks.map(({ digest }) => digest),
      both.blocks.map(({ digest }) => digest),
    );
  });

  it('keeps two signatures of one key', async () => {
    const again = await parseSigned(vectorBytes('09'));
    const merged = await parseSigned(mergeSignatures(a.payload, [...again.blocks, ...b.blocks, ...a.blocks]));
    assert.equal(merged.blocks.length, 3);
    assert.deepEqual(new Set(merged.blocks.map(({ keyId }) => keyId)).size, 2);
  });

  it('orders a certificate by the id of its key', async () => {
    const { payload, blocks } = await parseSigned(vectorBytes('12'));
    const own = readSigningKey(generateSigningKey()).sign(payload, new Date(0));
    const merged = await parseSigned(mergeSignatures(payload, [...blocks, own]));
    assert.deepEqual(
      merged.blocks.map(({ keyId }) => keyId),
      [own.keyId, blocks[0]?.keyId ?? ''].sort(),
    );
  });
});

describe('a stored block', () => {
  const { payload, blocks } = a;

  it('is read as it was written', async () => {
    for (const block of blocks) assert.equal(readBlock(block.bytes, payload)?.digest, block.digest);
  });

  it('is left out when it is no signature, or one of a payload that ends elsewhere', async () => {
    const other = await parseSigned(vectorBytes('01'));
    assert.equal(readBlock(Buffer.from(''), payload), undefined);
    assert.equal(readBlock(Buffer.from('{}'), payload), undefined);
    assert.equal(readBlock(Buffer.from([0xff]), payload), undefined);
    assert.equal(readBlock(other.blocks[0]?.bytes ?? Buffer.from(''), payload), undefined);
    assert.equal(readBlock(blocks[0]?.bytes ?? Buffer.from(''), Buffer.from('x')), undefined);
  });
});

describe('a signed manifest', () => {
  const text = vectorBytes('07').toString();
  const change = (from: string | RegExp, to: string): string => {
    const changed = text.replace(from, to);
    assert.notEqual(changed, text);
    return changed;
  };

  it('is told by nothing but its signed bytes: nothing may stand after them but signatures', async () => {
    for (const [from, to] of [
      [/\n\}$/, ',\n"extra": 1}'],
      ['"signatures":', '"extra": 1, "signatures":'],
      [/\n\}$/, '}x'],
    ] as const) {
      await refused(change(from, to), 'MANIFEST_INVALID');
    }
  });

  it('is refused when its signer says that it ends elsewhere than where its last member does', async () => {
    const payload = Buffer.from('{"schemaVersion":1,"name":"a","tag":"","fsLayers":[],"history":[] }');
    const good = mergeSignatures(payload, [readSigningKey(generateSigningKey()).sign(payload, new Date(0))]);
    assert.deepEqual((await parseSigned(good)).payload, payload);
    // Rightly signed, with the space before the comma instead of behind the signatures.
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const facts = { formatLength: payload.length - 1, formatTail: 'fQ' };
    const signedText = Buffer.from(JSON.stringify(facts)).toString('base64url');
    const data = Buffer.from(`${signedText}.${payload.toString('base64url')}`);
    const signature = sign('sha256', data, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    const header = { jwk: pair.publicKey.export({ format: 'jwk' }), alg: 'ES256' };
    const signatures = JSON.stringify([{ header, signature, protected: signedText }]);
    await refused(
      `${payload.toString().slice(0, -1)},"signatures":${signatures}}`,
      'MANIFEST_INVALID',
      /not where the last member/,
    );
  });

  it('may have its signatures in another spelling', async () => {
    const { signatures } = JSON.parse(text) as { signatures: unknown };
    const compact = change(/,\n {3}"signatures": [\s\S]*$/, ` ,\t"sign\\u0061tures":${JSON.stringify(signatures)}} `);
    assert.equal((await parseSigned(Buffer.from(compact))).digest, vector('07').payload_digest);
  });

  it('is refused when any object in it has a member twice, however it is spelled', async () => {
    await refused(change('"alg": "ES256"', '"alg": "ES256", "alg": "ES256"'), 'MANIFEST_INVALID', /alg is given twice/);
    await refused(change('"alg": "ES256"', '"alg": "ES256", "\\u0061lg": "ES256"'), 'MANIFEST_INVALID', /alg is given twice/);
    await refused(
      change('"signatures": [', '"signatures": [], "signatures": ['),
      'MANIFEST_INVALID',
      /signatures is given twice/,
    );
    const twice = Buffer.from('{"formatLength":993,"formatLength":993,"formatTail":"Cn0"}').toString('base64url');
    await refused(
      change(/"protected": "[^"]*"/, `"protected": "${twice}"`),
      'MANIFEST_INVALID',
      /protected has the member formatLength twice/,
    );
  });

  it('is refused with one error for each signature that is wrong', async () => {
    const error = await refused(text.replaceAll(/"signature": "./g, '"signature": "A'), 'MANIFEST_UNVERIFIED', /signatures\[0\]/);
    assert.deepEqual(
      error.more.map(({ code, message }) => [code, message.slice(0, 13)]),
      [['MANIFEST_UNVERIFIED', 'signatures[1]']],
    );
  });

  it('is refused with a key that is private, not on its curve, of a wrong length, or of an unknown kind', async () => {
    await refused(change('"crv": "P-256"', '"crv": "P-256", "d": "AAAA"'), 'MANIFEST_INVALID', /private key/);
    await refused(change('"x": "9t', '"x": "9u'), 'MANIFEST_INVALID');
    await refused(change('"x": "9t', '"x": "AAAA9t'), 'MANIFEST_INVALID', /no public key/);
    await refused(change('"crv": "P-256"', '"crv": "P-384"'), 'MANIFEST_INVALID', /no public key/);
    await refused(change('"kty": "EC"', '"kty": "oct"'), 'MANIFEST_UNVERIFIED', /not supported/);
    await refused(change('"crv": "P-256"', '"crv": "secp256k1"'), 'MANIFEST_UNVERIFIED', /not supported/);
    await refused(change('"jwk": {', '"jwt": {'), 'MANIFEST_INVALID', /has a jwk or an x5c/);
  });

  it('is refused with a signature that is not spelled in the one way that base64url has', async () => {
    await refused(change('b9xSA"', 'b9xSB"'), 'MANIFEST_UNVERIFIED');
    await refused(change('"signature": "-p', '"signature": "+p'), 'MANIFEST_UNVERIFIED');
    await refused(change('b9xSA"', 'b9xSA="'), 'MANIFEST_UNVERIFIED');
  });

  it('may have base64url with padding, as the first clients took it', async () => {
    const padded = await parseSigned(Buffer.from(change('b9xSA"', 'b9xSA=="')));
    assert.equal(padded.blocks.length, 2);
  });

  it('has a limit on the number and the size of its signatures', async () => {
    const { signatures } = JSON.parse(text) as { signatures: object[] };
    const many = Array.from({ length: 65 }, () => signatures[0]);
    await refused(
      text.replace(/"signatures": [\s\S]*$/, `"signatures": ${JSON.stringify(many)}}`),
      'MANIFEST_INVALID',
      /at most 64/,
    );
    await refused(
      change('"crv": "P-256"', `"crv": "P-256", "more": "${'x'.repeat(16 * 1024)}"`),
      'MANIFEST_INVALID',
      /more than 16384 bytes/,
    );
  });

  it('gives each signature once, though the document has it twice', async () => {
    const { signatures } = JSON.parse(text) as { signatures: object[] };
    const twice = text.replace(/"signatures": [\s\S]*$/, `"signatures": ${JSON.stringify([...signatures, ...signatures])}}`);
    assert.equal((await parseSigned(Buffer.from(twice))).blocks.length, 2);
  });

  it('keeps what else a key says of itself, in order and in the spelling of Go', async () => {
    const more = '"z": {"b": 1, "a": ["<&>\\u2028"]}, "crv": "P-256"';
    const { blocks } = await parseSigned(Buffer.from(change('"crv": "P-256"', more)));
    assert.ok(
      blocks.some(({ bytes }) =>
        /"y":"[^"]*","z":\{"a":\["\\u003c\\u0026\\u003e\\u2028"\],"b":1\}\},"alg"/.test(bytes.toString()),
      ),
    );
  });
});

describe('a payload', () => {
  const digest = digestOf(Buffer.from('layer'));
  const good = {
    schemaVersion: 1,
    name: 'a/b',
    tag: '',
    architecture: 'amd64',
    fsLayers: [{ blobSum: digest }, { blobSum: digest }],
    history: [{ v1Compatibility: '{}' }, { v1Compatibility: '{}' }],
  };
  const parse = (fields: object) => parsePayload(Buffer.from(JSON.stringify(fields)));

  it('names each layer once, by sha256 or by tarsum', async () => {
    const tarsum = `tarsum.v1+${digest}`;
    const fields = { ...good, fsLayers: [{ blobSum: digest }, { blobSum: tarsum }] };
    assert.deepEqual(parse(good), { name: 'a/b', tag: '', layers: [digest] });
    assert.deepEqual(parse(fields).layers, [digest, tarsum]);
  });

  for (const [what, fields, code] of [
    ['of another version', { ...good, schemaVersion: 2 }, 'MANIFEST_INVALID'],
    ['with signatures in it', { ...good, signatures: [] }, 'MANIFEST_INVALID'],
    [
      'that says that it is of another type',
      { ...good, mediaType: 'application/vnd.oci.image.index.v1+json' },
      'MANIFEST_INVALID',
    ],
    ['without a name', { ...good, name: undefined }, 'MANIFEST_INVALID'],
    ['with a name in another case of letters', { ...good, name: undefined, Name: 'a/b' }, 'MANIFEST_INVALID'],
    ['with a name that is none of a repository', { ...good, name: 'A//b' }, 'NAME_INVALID'],
    ['with a tag that is no text', { ...good, tag: 1 }, 'MANIFEST_INVALID'],
    ['without layers', { ...good, fsLayers: undefined }, 'MANIFEST_INVALID'],
    ['with a history that is no list', { ...good, history: {} }, 'MANIFEST_INVALID'],
    ['with more history than layers', { ...good, fsLayers: [] }, 'MANIFEST_INVALID'],
    ['with a history that is no text', { ...good, history: [{ v1Compatibility: {} }, {}] }, 'MANIFEST_INVALID'],
    ['with a layer that has no digest', { ...good, fsLayers: [{ blobSum: 'sha256:x' }, {}] }, 'MANIFEST_INVALID'],
  ] as const) {
    it(`${what} is refused`, async () => {
      assert.throws(
        () => parse(fields),
        (error) => error instanceof RegistryError && error.code === code,
      );
    });
  }
});
