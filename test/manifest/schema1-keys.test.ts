/** Every algorithm with every key, and keys that are not what they should be. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { describe, it } from 'node:test';
import { RegistryError } from '../../src/core/errors.js';
import { keyIdOf } from '../../src/core/key-id.js';
import { mergeSignatures, parseSigned, readBlock } from '../../src/manifest/schema1.js';
import { certificate } from '../support/certificates.js';
import { documentBy, documentWith, elementBy, type Making, payloadOf } from './signed-by.js';

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number, publicExponent = 0x1_0001) => generateKeyPairSync('rsa', { modulusLength, publicExponent });

const KEYS: Readonly<Record<string, { readonly pair: KeyPairKeyObjectResult; readonly algorithms: readonly string[] }>> = {
  'P-256': { pair: ec('prime256v1'), algorithms: ['ES256'] },
  'P-384': { pair: ec('secp384r1'), algorithms: ['ES384'] },
  'P-521': { pair: ec('secp521r1'), algorithms: ['ES512'] },
  'RSA of 2048 bits': { pair: rsa(2048), algorithms: ['RS256', 'RS384', 'RS512'] },
  'RSA of 1025 bits': { pair: rsa(1025), algorithms: ['RS256', 'RS384', 'RS512'] },
};
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512'];
const payload = payloadOf();
const [one, other] = [ec('prime256v1'), rsa(2048)];

async function refused(document: Buffer, code: string, message: RegExp): Promise<void> {
  await assert.rejects(parseSigned(document), (error) => {
    assert.ok(error instanceof RegistryError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}

describe('a signature', () => {
  for (const [name, { pair, algorithms }] of Object.entries(KEYS)) {
    for (const alg of ALGORITHMS) {
      const fits = algorithms.includes(alg);
      it(`by a key of ${name} ${fits ? 'verifies' : 'is refused'} as ${alg}`, async () => {
        const document = documentBy(payload, { pair, alg });
        if (!fits) return refused(document, 'MANIFEST_UNVERIFIED', new RegExp(`alg is ${alg}; its key is for`));
        const { blocks } = await parseSigned(document);
        assert.deepEqual(
          blocks.map((block) => [block.alg, block.keyId]),
          [[alg, keyIdOf(pair.publicKey)]],
        );
        const again = blocks.flatMap(({ bytes }) => readBlock(bytes, payload) ?? []);
        assert.equal((await parseSigned(mergeSignatures(payload, again))).blocks[0]?.digest, blocks[0]?.digest);
      });
    }

    it(`by a key of ${name} is refused when it was made with another hash than it says`, async () => {
      for (const alg of algorithms) {
        const hash = alg.endsWith('256') ? 'sha384' : 'sha256';
        await refused(documentBy(payload, { pair, alg, hash }), 'MANIFEST_UNVERIFIED', /not one of this payload/);
      }
    });

    it(`by a key of ${name} is refused under no algorithm, one that is not known, or one of other keys`, async () => {
      for (const alg of ['none', 'HS256', 'PS256', 'EdDSA', 'ES256K', 'rs256', '', 'constructor']) {
        await refused(documentBy(payload, { pair, alg, hash: 'sha256' }), 'MANIFEST_UNVERIFIED', /its key is for/);
      }
    });

    it(`by a key of ${name} is of one payload`, async () => {
      const alg = algorithms[0] ?? '';
      const element = elementBy(payloadOf({ tag: 'u' }), { pair, alg });
      await refused(documentWith(payload, [element]), 'MANIFEST_UNVERIFIED', /not one of this payload/);
    });
  }

  it('by many keys of all kinds on one document comes back from the document in one order', async () => {
    const makings = Object.values(KEYS).flatMap(({ pair, algorithms }) => algorithms.map((alg) => ({ pair, alg })));
    const there = await parseSigned(documentBy(payload, ...makings));
    const back = await parseSigned(documentBy(payload, ...makings.toReversed()));
    assert.equal(there.blocks.length, 9);
    assert.deepEqual(
      back.blocks.map(({ keyId }) => keyId),
      there.blocks.map(({ keyId }) => keyId),
    );
  });
});

describe('certificates', () => {
  const root = ec('prime256v1');
  const leaf = (more: object = {}): string =>
    certificate({ subject: 'signer', key: one.publicKey, issuer: 'root', issuerKey: root.privateKey, ...more });
  const rootCertificate = certificate({ subject: 'root', key: root.publicKey, issuer: 'root', issuerKey: root.privateKey });
  const taken = async (making: Making): Promise<void> => {
    const { blocks } = await parseSigned(documentBy(payload, making));
    assert.equal(blocks[0]?.keyId, keyIdOf(making.pair.publicKey));
    assert.ok(!blocks[0].bytes.includes('jwk'));
  };

  it('give the key of the first of them, however long the chain is', async () => {
    await taken({ pair: one, alg: 'ES256', x5c: [leaf()] });
    await taken({ pair: one, alg: 'ES256', x5c: [leaf(), rootCertificate, rootCertificate] });
    await refused(documentBy(payload, { pair: one, alg: 'ES256', x5c: [rootCertificate, leaf()] }), 'MANIFEST_UNVERIFIED', /key/);
  });

  it('may be expired, not valid yet, or signed by somebody who is not in the chain: only the key counts', async () => {
    const [past, future] = [new Date('2014-01-01'), new Date('2049-01-01')];
    await taken({ pair: one, alg: 'ES256', x5c: [leaf({ from: past, to: past }), rootCertificate] });
    await taken({ pair: one, alg: 'ES256', x5c: [leaf({ from: future, to: future })] });
    const stranger = certificate({ subject: 'x', key: other.publicKey, issuer: 'x', issuerKey: other.privateKey });
    await taken({ pair: one, alg: 'ES256', x5c: [leaf(), stranger] });
    await taken({ pair: other, alg: 'RS384', x5c: [stranger] });
  });

  it('decide about the algorithm by their key', async () => {
    await refused(documentBy(payload, { pair: one, alg: 'ES384', x5c: [leaf()] }), 'MANIFEST_UNVERIFIED', /key is for ES256/);
    const [strange, small] = [ec('secp256k1'), rsa(512)];
    const of = ({ publicKey, privateKey }: KeyPairKeyObjectResult): string =>
      certificate({ subject: 'x', key: publicKey, issuer: 'x', issuerKey: privateKey });
    await refused(
      documentBy(payload, { pair: strange, alg: 'ES256', x5c: [of(strange)] }),
      'MANIFEST_UNVERIFIED',
      /keys are RSA/,
    );
    await refused(documentBy(payload, { pair: small, alg: 'RS256', x5c: [of(small)] }), 'MANIFEST_UNVERIFIED', /RSA keys have/);
  });

  it('are refused when any of them is none, or they are more than any chain has', async () => {
    for (const x5c of [
      [],
      [1],
      [leaf(), 'AAAA'],
      [`${leaf()}AAAA`],
      [leaf().replaceAll('+', '-').replaceAll('/', '_').slice(0, -1)],
    ]) {
      await refused(documentBy(payload, { pair: one, alg: 'ES256', x5c }), 'MANIFEST_INVALID', /x5c is a list of/);
    }
    const many = Array.from({ length: 100 }, () => leaf());
    await refused(documentBy(payload, { pair: one, alg: 'ES256', x5c: many }), 'MANIFEST_INVALID', /x5c has more than/);
  });
});

describe('a key', () => {
  const text = (bytes: Buffer): string => bytes.toString('base64url');

  it('is refused when it is too weak, too large, or one that everybody can sign with', async () => {
    const weak = rsa(512);
    await refused(documentBy(payload, { pair: weak, alg: 'RS256' }), 'MANIFEST_UNVERIFIED', /RSA keys have 1024 to 8192 bits/);
    for (const [n, e] of [
      [Buffer.alloc(2048, 0xff), Buffer.from([1, 0, 1])],
      [Buffer.alloc(256, 0xff), Buffer.from([1])],
      [Buffer.alloc(256, 0xff), Buffer.from([4])],
      [Buffer.alloc(256, 0xff), Buffer.from([1, 0, 0, 0, 1])],
      [Buffer.alloc(256, 0xff), Buffer.alloc(256, 0xff)],
      [Buffer.alloc(0), Buffer.from([3])],
      [Buffer.alloc(256), Buffer.from([3])],
      [Buffer.alloc(1_000_000, 0xff), Buffer.from([3])],
    ] as const) {
      const document = documentBy(payload, { pair: other, alg: 'RS256', jwk: { n: text(n), e: text(e) } });
      await assert.rejects(parseSigned(document), RegistryError, `${n.length} ${text(e)}`);
    }
  });

  it('is refused when it is no point, or not on its curve', async () => {
    const zero = text(Buffer.alloc(32));
    for (const jwk of [{ x: zero, y: zero }, { x: text(Buffer.alloc(32, 0xff)) }, { y: '' }, { x: 1 }, { x: null }, { y: {} }]) {
      await refused(documentBy(payload, { pair: one, alg: 'ES256', jwk }), 'MANIFEST_INVALID', /no public key/);
    }
  });

  it('is refused when any private part of it is there', async () => {
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth']) {
      const document = documentBy(payload, { pair: other, alg: 'RS256', jwk: { [member]: 'AQAB' } });
      await refused(document, 'MANIFEST_INVALID', /private key/);
    }
  });

  it('is refused when its id is that of another', async () => {
    for (const kid of [keyIdOf(other.publicKey), '', 1, null, {}, 'x\nlevel=error']) {
      await refused(documentBy(payload, { pair: one, alg: 'ES256', jwk: { kid } }), 'MANIFEST_INVALID', /kid is not the id/);
    }
  });
});

describe('what is too much', () => {
  const element = elementBy(payload, { pair: one, alg: 'ES256' }) as { header: object };

  it('is refused before anything is made of it', async () => {
    const long = 'A'.repeat(20_000);
    for (const changed of [
      { signature: long },
      { protected: long },
      { header: { ...element.header, alg: long } },
      { header: { ...element.header, jwk: { more: '<'.repeat(20_000) } } },
    ]) {
      await refused(documentWith(payload, [{ ...element, ...changed }]), 'MANIFEST_INVALID', /has more than 16384 bytes/);
    }
  });

  it('is printed in the short form when the long one would be many times as long', async () => {
    const wide = Buffer.from(payload.toString().replace(/^\{/, `{\n${' '.repeat(32)}`));
    let z: unknown = Array.from({ length: 2000 }, () => 1);
    for (let depth = 0; depth < 55; depth++) z = [z];
    const { blocks } = await parseSigned(
      documentBy(wide, { pair: one, alg: 'ES256', jwk: { z } }, { pair: other, alg: 'RS256' }),
    );
    const merged = mergeSignatures(wide, blocks);
    assert.ok(merged.length < 10_000, `${merged.length} bytes`);
    assert.deepEqual(
      (await parseSigned(merged)).blocks.map(({ digest }) => digest),
      blocks.map(({ digest }) => digest),
    );
    const usual = mergeSignatures(
      wide,
      blocks.filter(({ alg }) => alg === 'RS256'),
    );
    assert.match(usual.toString(), /\n {32}"signatures": \[\n {64}\{\n {96}"header"/);
  });

  it('is more members than the manifest of the most layers has', async () => {
    const layers = (count: number) => ({
      fsLayers: Array.from({ length: count }, () => ({ blobSum: `sha256:${'ab'.repeat(32)}` })),
      history: Array.from({ length: count }, () => ({ v1Compatibility: '{"a:":1}' })),
    });
    const most = documentBy(payloadOf(layers(10_000)), { pair: one, alg: 'ES256' });
    assert.equal((await parseSigned(most)).layers.length, 1);
    await refused(documentBy(payloadOf(layers(10_001)), { pair: one, alg: 'ES256' }), 'MANIFEST_INVALID', /more than 10000/);
    const members = Object.fromEntries(Array.from({ length: 50_000 }, (_member, at) => [`m${at}`, 1]));
    await refused(documentBy(payloadOf({ members }), { pair: one, alg: 'ES256' }), 'MANIFEST_INVALID', /at most 50000 members/);
  });
});

describe('many signatures of a large manifest', () => {
  it('are verified while others have their turns', async () => {
    const large = payloadOf({ more: 'x'.repeat(1_000_000) });
    const makings = Array.from({ length: 24 }, () => ({ pair: one, alg: 'ES256' }));
    const document = documentBy(large, ...makings);
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    assert.equal((await parseSigned(document)).blocks.length, 24);
    isDone = true;
    assert.ok(turns > 24, `${turns} turns`);
  });
});
