/**
 * The keys of signatures, as libtrust has them: public keys inside the signature, named by an id that is made of the key.
 * A key says which algorithms it may be used with, never the other way round.
 */
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { RegistryError } from '../core/errors.js';
import { keyIdOf } from '../core/key-id.js';
import { decodeBase64, decodeBase64url } from './base64.js';
import { invalid } from './invalid.js';

/** A public key that can verify. */
export interface PublicKey {
  readonly key: KeyObject;
  readonly keyId: string;
  /** The algorithms that it fits. */
  readonly algorithms: readonly string[];
  /** Bytes of a signature by it. */
  readonly signatureBytes: number;
  /** For people: `EC P-256`, `RSA 2048`. */
  readonly kind: string;
  /** Of a key that came in a certificate. */
  readonly certificate?: CertificateFacts;
}

/** What a certificate says. Nobody vouches for it. */
export interface CertificateFacts {
  /** One attribute on a line, as OpenSSL prints it: any characters. */
  readonly subject: string;
  /** Certificates that came, with this one. */
  readonly chainLength: number;
}

/** The hash of each algorithm. */
export const HASHES: Readonly<Record<string, string>> = {
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
};

/** What the curve fixes, by its name in a JWK and its name in OpenSSL. */
const CURVES = [
  { crv: 'P-256', openssl: 'prime256v1', algorithm: 'ES256', bytes: 32 },
  { crv: 'P-384', openssl: 'secp384r1', algorithm: 'ES384', bytes: 48 },
  { crv: 'P-521', openssl: 'secp521r1', algorithm: 'ES512', bytes: 66 },
] as const;

const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512'];
/** A larger one only costs time: no client of these manifests makes such keys. */
const MAX_RSA_BITS = 8192;
const MIN_RSA_BITS = 1024;
/** As in Go; a larger one makes a check as slow as a signature. With 1 everybody could sign. */
const MAX_RSA_EXPONENT = 2n ** 31n - 1n;
const MIN_RSA_EXPONENT = 3n;
/** Texts of numbers and certificates beyond these are of no key that is taken: not worth decoding. */
const MAX_INTEGER_LENGTH = 4096;
const MAX_CHAIN_LENGTH = 16 * 1024;
/** Members of private keys, EC or RSA. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];

/** The key of a JWK. MANIFEST_INVALID when it is none, is a private one, or has another id than it says. */
export function keyOfJwk(jwk: Readonly<Record<string, unknown>>, where: string): PublicKey {
  if (PRIVATE_MEMBERS.some((member) => jwk[member] !== undefined))
    throw invalid(`${where}: jwk has a private key in it; it must not be shown to anybody`);
  const found = usable(importJwk(jwk, where), where);
  const { kid } = jwk;
  if (kid !== undefined && kid !== found.keyId) {
    throw invalid(`${where}: kid is not the id of the key`, { kid, computed: found.keyId });
  }
  return found;
}

function importJwk({ kty, crv, x, y, n, e }: Readonly<Record<string, unknown>>, where: string): KeyObject {
  try {
    if (kty === 'RSA') return createPublicKey({ key: { kty, n: integer(n), e: integer(e) }, format: 'jwk' });
    const curve = CURVES.find((candidate) => candidate.crv === crv);
    if (kty !== 'EC' || curve === undefined) throw unusable(`${where}: ${String(kty)} keys of this kind are not supported`);
    return createPublicKey({
      key: { kty, crv: curve.crv, x: coordinate(x, curve.bytes), y: coordinate(y, curve.bytes) },
      format: 'jwk',
    });
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    throw invalid(`${where}: jwk is no public key`);
  }
}

function coordinate(value: unknown, length: number): string {
  const bytes = typeof value === 'string' ? decodeBase64url(value) : undefined;
  if (bytes?.length !== length) throw new RangeError('a coordinate has the length of its curve');
  return bytes.toString('base64url');
}

function integer(value: unknown): string {
  if (typeof value === 'string' && value.length > MAX_INTEGER_LENGTH) throw new RangeError('an integer of a key is not so long');
  const bytes = typeof value === 'string' ? decodeBase64url(value) : undefined;
  if (bytes === undefined || bytes.length === 0) throw new RangeError('an integer is a text in base64url');
  return bytes.toString('base64url');
}

/** The key of the first certificate. Nothing else of the certificates means anything: neither names nor dates nor who signed them. */
export function keyOfCertificates(x5c: unknown, where: string): PublicKey {
  if (!Array.isArray(x5c) || x5c.length === 0) throw invalid(`${where}: x5c is a list of certificates`);
  const length = x5c.reduce((sum: number, text: unknown) => sum + (typeof text === 'string' ? text.length : 0), 0);
  if (length > MAX_CHAIN_LENGTH) throw invalid(`${where}: x5c has more than ${MAX_CHAIN_LENGTH} characters`);
  const [leaf] = x5c.map((text: unknown) => certificate(text, where));
  if (leaf === undefined) throw invalid(`${where}: x5c is a list of certificates`);
  return { ...usable(publicKeyOf(leaf, where), where), certificate: { subject: leaf.subject ?? '', chainLength: x5c.length } };
}

function publicKeyOf(leaf: X509Certificate, where: string): KeyObject {
  try {
    return leaf.publicKey;
  } catch {
    throw invalid(`${where}: the first certificate of x5c has no key that can be read`);
  }
}

function certificate(text: unknown, where: string): X509Certificate {
  const der = typeof text === 'string' ? decodeBase64(text) : undefined;
  try {
    if (der === undefined) throw new TypeError('no base64');
    const found = new X509Certificate(der);
    // The class takes PEM too, and leaves aside what follows the certificate.
    if (!found.raw.equals(der)) throw new TypeError('more or other than one certificate');
    return found;
  } catch {
    throw invalid(`${where}: x5c is a list of DER certificates in base64`);
  }
}

/** The key with what it may be used for. */
export function usable(key: KeyObject, where: string): PublicKey {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  if (type === 'ec') {
    const curve = CURVES.find(({ openssl }) => openssl === details.namedCurve);
    if (curve) {
      const { algorithm, bytes, crv } = curve;
      return { key, keyId: keyIdOf(key), algorithms: [algorithm], signatureBytes: 2 * bytes, kind: `EC ${crv}` };
    }
  }
  if (type === 'rsa') {
    const { modulusLength: bits = 0, publicExponent = 0n } = details;
    const isExponent = publicExponent >= MIN_RSA_EXPONENT && publicExponent <= MAX_RSA_EXPONENT && publicExponent % 2n === 1n;
    if (bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS && isExponent) {
      const signatureBytes = Math.ceil(bits / 8);
      return { key, keyId: keyIdOf(key), algorithms: RSA_ALGORITHMS, signatureBytes, kind: `RSA ${bits}` };
    }
    throw unusable(`${where}: RSA keys have ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits, and an odd exponent from 3 to 2^31`);
  }
  throw unusable(`${where}: keys are RSA, or EC on P-256, P-384 or P-521`);
}

function unusable(message: string): RegistryError {
  return new RegistryError('MANIFEST_UNVERIFIED', { message });
}
