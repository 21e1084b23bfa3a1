/**
 * Digests name content: `algorithm:encoded` (OCI image-spec, descriptor.md#digests), and, for volumes of 2014 and
 * 2015, `tarsum[.version]+hash:hex`. Text becomes a `Digest` once, at the edge; inside, strings are not digests.
 */
import { createHash, type Hash } from 'node:crypto';
import { Writable } from 'node:stream';
import { RegistryError } from './errors.js';

declare const digest: unique symbol;

/** A digest in canonical text form: compares with `===`, keys a Map. Made by `parseDigest` or by hashing. */
export type Digest = string & { readonly [digest]: true };

/** Hashes that bytes can be stored under. */
export type HashAlgorithm = keyof typeof HASHES;

const HASHES = { sha256: { hexLength: 64 }, sha512: { hexLength: 128 } } as const;

/** How a tarsum is computed: v0 counts times of change and no extended attributes, v1 the other way round, dev is as v1. */
export type TarsumVersion = 'v0' | 'v1' | 'dev';

/** All tarsums that can be computed and named, by what stands before the colon. Version 0 is written without one. */
export const TARSUMS = {
  'tarsum+sha256': { version: 'v0', hash: 'sha256' },
  'tarsum+sha512': { version: 'v0', hash: 'sha512' },
  'tarsum.v1+sha256': { version: 'v1', hash: 'sha256' },
  'tarsum.v1+sha512': { version: 'v1', hash: 'sha512' },
  'tarsum.dev+sha256': { version: 'dev', hash: 'sha256' },
  'tarsum.dev+sha512': { version: 'dev', hash: 'sha512' },
} as const satisfies Record<string, { readonly version: TarsumVersion; readonly hash: HashAlgorithm }>;

/** The algorithm of a tarsum. */
export type TarsumAlgorithm = keyof typeof TARSUMS;

/** The algorithm that content is stored under unless its client names another. */
export const CANONICAL: HashAlgorithm = 'sha256';

const GRAMMAR = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+$/;
/** Longest text worth matching: no known digest comes near it. */
const MAX_LENGTH = 256;

/** True when the text is a digest of a registered algorithm with an encoded part of the right length and case. */
export function isDigest(text: string): text is Digest {
  return faultOf(text) === undefined;
}

/** The digest that the text spells. DIGEST_INVALID when malformed or of an unregistered algorithm. */
export function parseDigest(text: string): Digest {
  const fault = faultOf(text);
  if (fault !== undefined) throw new RegistryError('DIGEST_INVALID', { message: fault, detail: text.slice(0, MAX_LENGTH) });
  return text as Digest;
}

function faultOf(text: string): string | undefined {
  if (text.length > MAX_LENGTH || !GRAMMAR.test(text)) return 'a digest has the form algorithm:encoded';
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  // Version 0 has one spelling, or two digests would stand at one path.
  if (algorithm.startsWith('tarsum.v0+')) return 'version 0 of tarsum is written tarsum+hash';
  const hash = isTarsumAlgorithm(algorithm) ? TARSUMS[algorithm].hash : algorithm;
  if (!isHashAlgorithm(hash)) return `the digest algorithm ${algorithm} is not supported; use sha256 or sha512`;
  const encoded = text.slice(colon + 1);
  if (encoded.length !== HASHES[hash].hexLength || !/^[a-f0-9]+$/.test(encoded)) {
    return `a ${algorithm} digest has ${HASHES[hash].hexLength} lower-case hexadecimal characters`;
  }
  return undefined;
}

/** True when bytes can be hashed with this algorithm. */
export function isHashAlgorithm(name: string): name is HashAlgorithm {
  return Object.hasOwn(HASHES, name);
}

/** True when it names a tarsum of a known version and hash. */
export function isTarsumAlgorithm(name: string): name is TarsumAlgorithm {
  return Object.hasOwn(TARSUMS, name);
}

/** The algorithm of a digest that is a tarsum; undefined for any other. */
export function tarsumOf(digest: Digest): TarsumAlgorithm | undefined {
  const algorithm = algorithmOf(digest);
  return isTarsumAlgorithm(algorithm) ? algorithm : undefined;
}

/** What stands before the colon, such as `sha256` or `tarsum.v1+sha256`. */
export function algorithmOf(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'));
}

/** What stands after the colon. */
export function encodedOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The hash that the digest's bytes are checked with. DIGEST_INVALID for a tarsum, which is no hash of plain bytes. */
export function hashOf(digest: Digest): HashAlgorithm {
  const algorithm = algorithmOf(digest);
  if (isHashAlgorithm(algorithm)) return algorithm;
  throw new RegistryError('DIGEST_INVALID', { message: `content cannot be verified by ${algorithm} here`, detail: digest });
}

/** True when content is stored under this digest itself; false for an alias such as a tarsum. */
export function isContentDigest(digest: Digest): boolean {
  return isHashAlgorithm(algorithmOf(digest));
}

/** The digest of bytes in memory. */
export function digestOf(bytes: Uint8Array, algorithm: HashAlgorithm = CANONICAL): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

/** Several digests of one pass over the bytes. */
export interface Digester {
  update(bytes: Uint8Array): void;
  /** The digest of all bytes so far; the digester may be updated further. Throws when the algorithm was not asked for. */
  digest(algorithm: HashAlgorithm): Digest;
}

/** A digester for these algorithms. */
export function createDigester(algorithms: readonly HashAlgorithm[] = [CANONICAL]): Digester {
  const hashes = new Map<HashAlgorithm, Hash>(algorithms.map((name) => [name, createHash(name)]));
  return {
    update(bytes) {
      for (const hash of hashes.values()) hash.update(bytes);
    },
    digest(algorithm) {
      const hash = hashes.get(algorithm);
      if (hash === undefined) throw new TypeError(`no ${algorithm} digest was asked for`);
      return `${algorithm}:${hash.copy().digest('hex')}` as Digest;
    },
  };
}

/** Takes bytes, says yes or no. Also a Writable, so that a stream can be piped into it. */
export class Verifier extends Writable {
  readonly #expected: Digest;
  readonly #hash: Hash;

  /** DIGEST_INVALID when the digest is no hash of plain bytes. */
  constructor(expected: Digest) {
    super();
    this.#expected = expected;
    this.#hash = createHash(hashOf(expected));
  }

  /** Takes bytes without the stream's machinery. */
  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#hash.update(chunk);
    done();
  }

  /** True when the bytes so far are the content that the digest names. */
  verified(): boolean {
    return this.#hash.copy().digest('hex') === encodedOf(this.#expected);
  }
}

/** A verifier of content against a digest. DIGEST_INVALID when the digest is no hash of plain bytes. */
export function createVerifier(expected: Digest): Verifier {
  return new Verifier(expected);
}
