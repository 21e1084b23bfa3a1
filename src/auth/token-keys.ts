/**
 * The keys by which tokens are verified: those of the certificates in `rootcertbundle`, those of `jwks`, and those whose
 * certificates lead to the bundle. The head of a token only names one of them; what it holds is never trusted by itself.
 */
import { createPublicKey, createSecretKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { keyIdOf } from '../core/key-id.js';
import { parseBundle, trustedLeaf } from './certificate-chain.js';

/** The files. One of them at least is given. */
export interface KeyFiles {
  readonly rootcertbundle: string | undefined;
  readonly jwks: string | undefined;
}

/** What the head of a token says of its key. All of it may be anything. */
export interface TokenHead {
  readonly alg?: unknown;
  readonly x5c?: unknown;
  readonly jwk?: unknown;
  readonly kid?: unknown;
}

/** Finds the key of a token; undefined when it names none that is trusted. */
export type FindKey = (head: TokenHead, now: Date) => KeyObject | undefined;

/** The keys, and the texts that they stand in, by option. */
export interface TokenKeys {
  readonly find: FindKey;
  readonly texts: ReadonlyMap<keyof KeyFiles, string>;
}

interface TrustedKey {
  readonly key: KeyObject;
  /** The only algorithm that it is for, when its file says so. */
  readonly alg: string | undefined;
}

/** Reads the files. Rejects with a sentence when one cannot be read, or when there is no key at all. */
export async function openTokenKeys({ rootcertbundle, jwks }: KeyFiles): Promise<TokenKeys> {
  const texts = new Map<keyof KeyFiles, string>();
  const read = async (name: keyof KeyFiles, path: string): Promise<string> => {
    const text = await readText(name, path);
    texts.set(name, text);
    return text;
  };
  const roots = rootcertbundle === undefined ? [] : bundleOf(rootcertbundle, await read('rootcertbundle', rootcertbundle));
  const keys = new Map<string, TrustedKey>();
  for (const { publicKey } of roots) await addPublic(keys, publicKey, undefined);
  if (jwks !== undefined) await addSet(keys, jwks, await read('jwks', jwks));
  if (keys.size === 0) throw new Error('there is no key by which a token could be verified');
  const find: FindKey = (head, now) => {
    // In the order of registry:2, and by one of them: a second way must not make good what the first does not.
    if (head.x5c !== undefined) return trustedLeaf(head.x5c, roots, now)?.publicKey;
    if (head.jwk !== undefined) return keyOfJwk(head, keys, roots, now);
    return typeof head.kid === 'string' ? keyFor(head, keys.get(head.kid)) : undefined;
  };
  return { find, texts };
}

function keyFor({ alg }: TokenHead, found: TrustedKey | undefined): KeyObject | undefined {
  return found === undefined || (found.alg !== undefined && found.alg !== alg) ? undefined : found.key;
}

/** A key that is shown whole: one of ours, or that of the certificates in it. */
function keyOfJwk(
  head: TokenHead,
  keys: ReadonlyMap<string, TrustedKey>,
  roots: readonly X509Certificate[],
  now: Date,
): KeyObject | undefined {
  const { jwk } = head;
  if (typeof jwk !== 'object' || jwk === null) return undefined;
  try {
    const id = keyIdOf(createPublicKey({ key: jwk as JWK & object, format: 'jwk' }));
    if (!('x5c' in jwk)) return keyFor(head, keys.get(id));
    const leaf = trustedLeaf(jwk.x5c, roots, now);
    return leaf !== undefined && keyIdOf(leaf.publicKey) === id ? leaf.publicKey : undefined;
  } catch {
    return undefined; // No public key.
  }
}

/** Under both of the names that servers use: libtrust's (2.x) and the thumbprint of RFC 7638 (3.x). */
async function addPublic(keys: Map<string, TrustedKey>, key: KeyObject, alg: string | undefined): Promise<void> {
  const known = { key, alg };
  keys.set(keyIdOf(key), known);
  keys.set(await calculateJwkThumbprint(key.export({ format: 'jwk' }) as JWK), known);
}

function bundleOf(path: string, text: string): readonly X509Certificate[] {
  try {
    const certificates = parseBundle(text);
    if (certificates.length > 0) return certificates;
  } catch {
    // What OpenSSL says of it helps nobody.
  }
  throw new Error(`rootcertbundle is ${path}; expected a file with certificates in PEM`);
}

async function addSet(keys: Map<string, TrustedKey>, path: string, text: string): Promise<void> {
  const members = membersOf(text);
  if (members === undefined) throw new Error(`jwks is ${path}; expected a file with a JSON Web Key Set: {"keys": [...]}`);
  for (const [index, jwk] of members.entries()) {
    if (jwk.use !== undefined && jwk.use !== 'sig') continue;
    const key = importJwk(jwk);
    if (key === undefined) throw new Error(`jwks is ${path}, whose key ${index + 1} cannot be used`);
    if (key.type === 'public') await addPublic(keys, key, jwk.alg);
    if (jwk.kid !== undefined) keys.set(jwk.kid, { key, alg: jwk.alg });
  }
}

function membersOf(text: string): readonly JWK[] | undefined {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document !== 'object' || document === null || !('keys' in document) || !Array.isArray(document.keys))
      return undefined;
    return document.keys.every((one) => typeof one === 'object' && one !== null) ? (document.keys as readonly JWK[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Of a private key, the public part. */
function importJwk(jwk: JWK): KeyObject | undefined {
  try {
    if (jwk.kty !== 'oct') return createPublicKey({ key: jwk as JWK & object, format: 'jwk' });
    return typeof jwk.k === 'string' && jwk.k !== '' ? createSecretKey(jwk.k, 'base64url') : undefined;
  } catch {
    return undefined;
  }
}

async function readText(name: keyof KeyFiles, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Error(`${name} is ${path}, ${isMissing ? 'and there is no such file' : 'which cannot be read'}`, { cause: error });
  }
}
