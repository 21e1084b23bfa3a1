import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { RegistryError } from '../../src/core/errors.js';
import { generateSigningKey, readSigningKey } from '../../src/manifest/signing-key.js';

const PAYLOAD = Buffer.from('{"schemaVersion":1}');

describe('a signing key', () => {
  it('is the same in JWK and in both forms of PEM', () => {
    const jwk = generateSigningKey();
    const key = createPrivateKey({ key: JSON.parse(jwk), format: 'jwk' });
    const { keyId } = readSigningKey(jwk);
    assert.equal(JSON.parse(jwk).kid, keyId);
    assert.match(keyId, /^(?:[A-Z2-7]{4}:){11}[A-Z2-7]{4}$/);
    for (const type of ['pkcs8', 'sec1'] as const) {
      assert.equal(readSigningKey(key.export({ type, format: 'pem' }).toString()).keyId, keyId, type);
    }
  });

  it('may have lines before its bytes, as libtrust writes its id there', () => {
    const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }).toString();
    const { keyId } = readSigningKey(pem);
    assert.equal(readSigningKey(pem.replace('KEY-----\n', `KEY-----\nkeyID: ${keyId}\n\n`)).keyId, keyId);
  });

  it('never shows itself in what it signs', () => {
    const jwk = generateSigningKey();
    const { bytes, alg, keyId } = readSigningKey(jwk).sign(PAYLOAD, new Date('2015-03-01T12:00:00.9Z'));
    assert.equal(alg, 'ES256');
    assert.ok(bytes.toString().includes(keyId));
    assert.ok(!bytes.toString().includes(JSON.parse(jwk).d as string));
    assert.ok(!bytes.toString().includes('"d"'));
  });

  it('signs nothing that is no payload', () => {
    assert.throws(() => readSigningKey(generateSigningKey()).sign(Buffer.from('[]'), new Date(0)), RegistryError);
  });

  it('is refused when it is no private key, or one that cannot sign here', () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const texts = [
      '',
      'x',
      '{}',
      '{',
      pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ];
    for (const text of texts) assert.throws(() => readSigningKey(text), Error, text.slice(0, 40));
  });
});
