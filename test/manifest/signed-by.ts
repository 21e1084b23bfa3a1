/** Signed manifests made by any key in any way, right or wrong: what no client would make, too. */
import { type KeyObject, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import { formatOf } from '../../src/manifest/pretty-form.js';

/** How a signature is made. What is not told is as it should be. */
export interface Making {
  readonly pair: KeyPairKeyObjectResult;
  /** What the header says. */
  readonly alg: string;
  /** The hash that is really taken. */
  readonly hash?: string;
  /** In place of the key: certificates. */
  readonly x5c?: readonly unknown[];
  /** Members of the key that are other than they should be. */
  readonly jwk?: object;
}

/** The hash that each algorithm names. */
export function hashOfAlgorithm(alg: string): string {
  return `sha${/\d+$/.exec(alg)?.[0] ?? '256'}`;
}

/** A payload that names no layers. */
export function payloadOf(more: object = {}): Buffer {
  return Buffer.from(
    JSON.stringify({ schemaVersion: 1, name: 'a/b', tag: 't', architecture: 'amd64', fsLayers: [], history: [], ...more }),
  );
}

/** The element of `signatures`. */
export function elementBy(payload: Buffer, { pair, alg, hash = hashOfAlgorithm(alg), x5c, jwk = {} }: Making): object {
  const format = formatOf(payload);
  if (format === undefined) throw new Error('only an object can be signed');
  const facts = { formatLength: format.length, formatTail: format.tail.toString('base64url'), time: '2015-03-01T12:00:00Z' };
  const signedText = Buffer.from(JSON.stringify(facts)).toString('base64url');
  const data = Buffer.from(`${signedText}.${payload.toString('base64url')}`);
  const signature = sign(hash, data, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  const key = x5c ? { x5c } : { jwk: { ...jwkOf(pair.publicKey), ...jwk } };
  return { header: { ...key, alg }, signature, protected: signedText };
}

/** The document with these elements. */
export function documentWith(payload: Buffer, elements: readonly object[]): Buffer {
  return Buffer.concat([payload.subarray(0, -1), Buffer.from(`,"signatures":${JSON.stringify(elements)}}`)]);
}

/** The document with one signature for each. */
export function documentBy(payload: Buffer, ...makings: readonly Making[]): Buffer {
  return documentWith(
    payload,
    makings.map((making) => elementBy(payload, making)),
  );
}

function jwkOf(key: KeyObject): object {
  return key.export({ format: 'jwk' });
}
