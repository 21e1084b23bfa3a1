/** One signature: an element of `signatures` in a signed manifest, and the same as the block that is stored. */
import { constants, verify } from 'node:crypto';
import { type Digest, digestOf } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { decodeBase64url } from './base64.js';
import { duplicateMember } from './duplicate-members.js';
import { encodeSorted, encodeText } from './go-json.js';
import { invalid } from './invalid.js';
import { isObject, parseJson } from './json.js';
import { type CertificateFacts, HASHES, keyOfCertificates, keyOfJwk, type PublicKey } from './libtrust-key.js';

/** How the payload stands in a signed document: so many of its first bytes, then these. */
export interface PayloadFormat {
  readonly length: number;
  readonly tail: Buffer;
}

/** A payload in base64url, made once for all of its signatures: it may have millions of bytes. */
export interface EncodedPayload {
  readonly base64url: Buffer;
}

/** A signature as it is stored, and what it says of itself. Whether it verifies is another question. */
export interface SignatureBlock {
  /** Compact JSON. */
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly keyId: string;
  /** For people: `EC P-256`, `RSA 2048`. */
  readonly keyKind: string;
  readonly certificate: CertificateFacts | undefined;
  readonly alg: string;
  /** When the signer says that it was made. Nobody vouches for it. */
  readonly time: string | undefined;
  /** The signature in base64url; signatures of one key are ordered by it. */
  readonly signature: string;
  readonly format: PayloadFormat;
  /** Rejects with MANIFEST_UNVERIFIED unless it is a signature of the payload by its own key. Beside the event loop. */
  verify(payload: EncodedPayload): Promise<void>;
}

/** Larger ones are no signatures but somebody's data. */
export const MAX_BLOCK_BYTES = 16 * 1024;
/** Longest time that is kept; RFC 3339 needs less. */
const MAX_TIME_LENGTH = 40;

/**
 * Reads an element of `signatures`. MANIFEST_INVALID when it is none, MANIFEST_UNVERIFIED when its key or its algorithm can
 * verify nothing.
 */
export function readSignature(element: unknown, where: string): SignatureBlock {
  if (!isObject(element) || !isObject(element['header']))
    throw invalid(`${where} is an object with header, signature and protected`);
  const { header, signature, protected: signedText } = element;
  if (typeof signature !== 'string' || typeof signedText !== 'string')
    throw invalid(`${where}: signature and protected are texts`);
  const { jwk, alg, x5c } = header as Record<string, unknown>;
  if (typeof alg !== 'string') throw invalid(`${where}: alg is a text`);
  // Before anything is made of them: what is too long may also take long.
  const size = signature.length + signedText.length + alg.length + (x5c === undefined ? JSON.stringify(jwk ?? null).length : 0);
  if (size > MAX_BLOCK_BYTES) throw tooLarge(where);
  const key = readKey(jwk, x5c, where);
  const { format, time } = readProtected(signedText, where);
  const keyText = x5c === undefined ? `"jwk":${encodeSorted({ ...(jwk as object), kid: key.keyId })},` : '';
  const chain = x5c === undefined ? '' : `,"x5c":${encodeSorted(x5c)}`;
  const bytes = Buffer.from(
    `{"header":{${keyText}"alg":${encodeText(alg)}${chain}},"signature":${encodeText(signature)},"protected":${encodeText(signedText)}}`,
  );
  if (bytes.length > MAX_BLOCK_BYTES) throw tooLarge(where);
  return {
    bytes,
    digest: digestOf(bytes),
    keyId: key.keyId,
    keyKind: key.kind,
    certificate: key.certificate,
    alg,
    time,
    signature,
    format,
    verify: (payload) => check(key, alg, signature, () => signedBytes(signedText, payload), where),
  };
}

/** The payload as signatures are made of it. */
export function encodePayload(payload: Uint8Array): EncodedPayload {
  return { base64url: Buffer.from(Buffer.from(payload).toString('base64url'), 'latin1') };
}

/** What is signed: the text of `protected` as it stands, and the payload. */
export function signedBytes(protectedText: string, { base64url }: EncodedPayload): Buffer {
  return Buffer.concat([Buffer.from(`${protectedText}.`, 'latin1'), base64url]);
}

function readKey(jwk: unknown, x5c: unknown, where: string): PublicKey {
  if (x5c !== undefined) return keyOfCertificates(x5c, where);
  if (!isObject(jwk)) throw invalid(`${where}: header has a jwk or an x5c`);
  return keyOfJwk(jwk, where);
}

function readProtected(text: string, where: string): { format: PayloadFormat; time: string | undefined } {
  const bytes = decodeBase64url(text);
  const value = bytes && parseJson(bytes);
  if (!bytes || !value) throw invalid(`${where}: protected is a JSON object in base64url`);
  const twice = duplicateMember(bytes.toString('utf8'));
  if (twice !== undefined) throw invalid(`${where}: protected has the member ${twice} twice`);
  const { formatLength, formatTail, time } = value;
  if (!Number.isSafeInteger(formatLength) || Number(formatLength) <= 0)
    throw invalid(`${where}: formatLength is a number above 0`);
  const tail = typeof formatTail === 'string' ? decodeBase64url(formatTail) : undefined;
  if (!tail || !/^[ \t\r\n]*\}[ \t\r\n]*$/.test(tail.toString('latin1'))) {
    throw invalid(`${where}: formatTail is a closing brace, maybe in white space, in base64url`);
  }
  const told = typeof time === 'string' && time.length <= MAX_TIME_LENGTH ? time : undefined;
  return { format: { length: Number(formatLength), tail }, time: told };
}

async function check(key: PublicKey, alg: string, signature: string, data: () => Buffer, where: string): Promise<void> {
  const hash = key.algorithms.includes(alg) ? HASHES[alg] : undefined;
  if (hash === undefined) throw unverified(`${where}: alg is ${alg.slice(0, 20)}; its key is for ${key.algorithms.join(', ')}`);
  const bytes = decodeBase64url(signature);
  if (bytes?.length !== key.signatureBytes) {
    throw unverified(`${where}: a signature by this key has ${key.signatureBytes} bytes, in base64url`);
  }
  const options = { key: key.key, dsaEncoding: 'ieee-p1363', padding: constants.RSA_PKCS1_PADDING } as const;
  if (!(await isVerified(hash, data(), options, bytes))) {
    throw unverified(`${where}: the signature is not one of this payload by its key`);
  }
}

/** In a thread of the pool: hashing a large payload for one signature takes longer than other requests should wait. */
function isVerified(hash: string, data: Buffer, options: Parameters<typeof verify>[2], signature: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      // What OpenSSL cannot even look at is no signature.
      verify(hash, data, options, signature, (error, isRight) => resolve(error === null && isRight));
    } catch {
      resolve(false);
    }
  });
}

function tooLarge(where: string): RegistryError {
  return invalid(`${where} has more than ${MAX_BLOCK_BYTES} bytes`);
}

function unverified(message: string): RegistryError {
  return new RegistryError('MANIFEST_UNVERIFIED', { message });
}
