/** A private key as libtrust has it, and signatures by it: for manifests whose own signatures are gone. */
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { invalid } from './invalid.js';
import { isObject } from './json.js';
import { encodePayload, readSignature, type SignatureBlock, signedBytes } from './jws.js';
import { HASHES, usable } from './libtrust-key.js';
import { formatOf } from './pretty-form.js';

/** A key that signs. */
export interface SigningKey {
  readonly keyId: string;
  readonly alg: string;
  /** The block of a signature of this payload, made now as `time` says. MANIFEST_INVALID for what is no payload. */
  sign(payload: Uint8Array, time: Date): SignatureBlock;
}

/** A fresh P-256 key as the text of a JWK, which `readSigningKey` takes. */
export function generateSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, d, kty, x, y } = privateKey.export({ format: 'jwk' });
  const { keyId } = usable(createPublicKey(privateKey), 'the key');
  return JSON.stringify({ crv, d, kid: keyId, kty, x, y });
}

/** The key of a text in PEM or JWK. Throws with a sentence when it is none, or of a kind that cannot sign here. */
export function readSigningKey(text: string): SigningKey {
  const privateKey = importKey(text);
  const { key, keyId, algorithms } = usable(createPublicKey(privateKey), 'the key');
  const alg = algorithms[0] ?? '';
  const jwk = { ...key.export({ format: 'jwk' }), kid: keyId };
  return {
    keyId,
    alg,
    sign(payload, time) {
      const format = formatOf(payload);
      if (format === undefined) throw invalid('only a JSON object can be signed');
      const formatTail = format.tail.toString('base64url');
      const facts = { formatLength: format.length, formatTail, time: `${time.toISOString().slice(0, 19)}Z` };
      const signedText = Buffer.from(JSON.stringify(facts)).toString('base64url');
      const options = { key: privateKey, dsaEncoding: 'ieee-p1363', padding: constants.RSA_PKCS1_PADDING } as const;
      const signature = sign(HASHES[alg], signedBytes(signedText, encodePayload(payload)), options).toString('base64url');
      return readSignature({ header: { jwk, alg }, signature, protected: signedText }, 'the signature');
    },
  };
}

function importKey(text: string): KeyObject {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return createPrivateKey(withoutHeaders(trimmed));
  const jwk: unknown = JSON.parse(trimmed);
  if (!isObject(jwk)) throw new TypeError('a JWK is an object');
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

/** libtrust puts lines such as `keyID: ...` before the key, which OpenSSL does not take. Those of encrypted keys stay. */
function withoutHeaders(pem: string): string {
  return pem.replace(/^(-----BEGIN [A-Z ]+-----\n)(?:(?!Proc-Type|DEK-Info)[A-Za-z-]+: [^\n]*\n)+\n?/, '$1');
}
