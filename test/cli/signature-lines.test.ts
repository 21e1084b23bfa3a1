import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signaturesAsJson, signaturesAsText } from '../../src/cli/signature-lines.js';
import type { Digest } from '../../src/core/digest.js';

const digest = `sha256:${'ab'.repeat(32)}` as Digest;
const hostile = '\u001b[2J\nyes  FORGED\u202e\u009b31m\u0000\u2028';

describe('signatures as text', () => {
  it('never obey what a signer has written', () => {
    const facts = { digest, keyId: 'AAAA', algorithm: hostile, keyType: 'EC P-256', signedAt: hostile, fault: hostile };
    const certificate = { subject: `CN=${hostile}`, chainLength: 1 };
    const lines = signaturesAsText('a:b', { digest, signatures: [{ ...facts, certificate }] }).split('\n');
    assert.equal(lines.length, 8);
    for (const line of lines) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\u2028]|^yes/u);
    const json = signaturesAsJson('a', 'a:b', { digest, signatures: [{ ...facts, certificate }] });
    for (const line of json.split('\n')) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\u2028]/u);
    assert.equal((JSON.parse(json) as { signatures: { algorithm: string }[] }).signatures[0]?.algorithm, hostile);
  });

  it('show the beginning of what is too long', () => {
    const text = signaturesAsText('a:b', { digest, signatures: [{ digest, keyId: 'AAAA', signedAt: 'x'.repeat(10_000) }] });
    assert.ok(text.length < 1000);
  });

  it('name the key that signs where nobody has', () => {
    const own = signaturesAsText('a:b', { digest, signatures: [], ownKeyId: 'AAAA' });
    assert.equal(own, `a:b  ${digest}\nNo signature is stored.\nIt is served with one by the local key AAAA.`);
    assert.match(signaturesAsText('a:b', { digest, signatures: [] }), /by a local key, which is made when it is first needed\.$/);
  });
});
