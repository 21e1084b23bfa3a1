/**
 * Docker's manifest schema 1 in its signed form. Its digest is that of the payload; signatures stand outside, as many as
 * there are parties, and come together whenever the manifest is read. Pure: any bytes give a manifest or a RegistryError.
 */
import { type Digest, digestOf, isDigest } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { type Gate, inTurns } from '../core/gate.js';
import { byteOrder } from '../core/pages.js';
import { parseRepositoryName, type RepositoryName } from '../core/reference.js';
import { duplicateMember } from './duplicate-members.js';
import { invalid } from './invalid.js';
import { countMembers, has, isObject, MAX_DEPTH, parseJson } from './json.js';
import { encodePayload, readSignature, type SignatureBlock } from './jws.js';
import { isSchema1Type } from './kinds.js';
import { attachSignatures, formatOf, isSameFormat, recoverPayload } from './pretty-form.js';

/** What a payload says. */
export interface Schema1Fields {
  readonly name: RepositoryName;
  /** May be empty. */
  readonly tag: string;
  /** Every layer once, newest first: sha256 digests, or tarsums in manifests of 2014. */
  readonly layers: readonly Digest[];
}

/** A signed manifest, verified. */
export interface SignedManifest extends Schema1Fields {
  readonly payload: Buffer;
  /** Of the payload, sha256. */
  readonly digest: Digest;
  /** The signatures, each once, in the order of `mergeSignatures`. */
  readonly blocks: readonly SignatureBlock[];
}

/** Signatures that a document, or a revision, may have: nobody needs as many, and each costs time. */
export const MAX_SIGNATURES = 64;
/** More layers than any image can have. */
const MAX_LAYERS = 10_000;
/** Two for each of so many layers, and more than enough for the rest: objects of many members take long to read. */
const MAX_MEMBERS = 50_000;

/**
 * Reads a signed manifest and verifies every signature by its own key: that the payload is what the holders of these keys
 * have signed, not who they are. MANIFEST_INVALID, MANIFEST_UNVERIFIED, NAME_INVALID: one error for each fault. Each
 * signature is a task of its own, one after the other, that `gate` starts.
 */
export async function parseSigned(document: Uint8Array, gate: Gate = (task) => task()): Promise<SignedManifest> {
  // Before it is read: it is read more than once.
  if (countMembers(document) > MAX_MEMBERS) throw invalid(`a schema 1 manifest has at most ${MAX_MEMBERS} members in all`);
  const outer = parseJson(document);
  if (outer === undefined) throw invalid(`a schema 1 manifest is a JSON object in UTF-8, at most ${MAX_DEPTH} levels deep`);
  const twice = duplicateMember(Buffer.from(document).toString('utf8'));
  if (twice !== undefined) throw invalid(`the member ${twice.slice(0, 100)} is given twice`);
  const { signatures } = outer;
  if (!Array.isArray(signatures) || signatures.length === 0) throw invalid('a schema 1 manifest has a list of signatures');
  if (signatures.length > MAX_SIGNATURES) throw invalid(`a manifest has at most ${MAX_SIGNATURES} signatures`);

  const found = await allOf(signatures.map((element: unknown, at) => () => readSignature(element, `signatures[${at}]`)));
  const [first] = found;
  if (first === undefined || !found.every(({ format }) => isSameFormat(format, first.format))) {
    throw invalid('the signatures differ in formatLength or formatTail: they are not of one payload');
  }
  const payload = recoverPayload(document, first.format);
  const encoded = encodePayload(payload);
  const checks = found.map((block) => async () => {
    await gate(() => block.verify(encoded));
    return undefined;
  });
  const results = await allOf<Schema1Fields | undefined>([...checks, () => parsePayload(payload)]);
  const fields = results.find((result) => result !== undefined) ?? parsePayload(payload);
  return { ...fields, payload, digest: digestOf(payload), blocks: inOrder(found) };
}

/** What the payload says. MANIFEST_INVALID when it is no schema 1 manifest without signatures; NAME_INVALID. */
export function parsePayload(payload: Uint8Array): Schema1Fields {
  const fields = parseJson(payload);
  if (fields?.['schemaVersion'] !== 1) throw invalid('a schema 1 manifest has schemaVersion 1');
  if (Object.hasOwn(fields, 'signatures')) throw invalid('the payload has signatures in it');
  const { name, tag = '', architecture, mediaType, fsLayers, history } = fields;
  // It would be another kind of manifest to whoever believes it.
  if (has(fields, 'mediaType') && !isSchema1Type(String(mediaType))) throw invalid('mediaType is another than that of schema 1');
  if (typeof name !== 'string') throw invalid('name is a text');
  if (typeof tag !== 'string') throw invalid('tag is a text');
  if (architecture !== undefined && typeof architecture !== 'string') throw invalid('architecture is a text');
  if (!Array.isArray(fsLayers) || !Array.isArray(history)) throw invalid('fsLayers and history are lists');
  if (fsLayers.length !== history.length) throw invalid('fsLayers and history have different lengths');
  if (fsLayers.length > MAX_LAYERS) throw invalid(`fsLayers has more than ${MAX_LAYERS} entries`);
  for (const entry of history as unknown[]) {
    if (!isObject(entry) || typeof entry['v1Compatibility'] !== 'string')
      throw invalid('an entry of history has a v1Compatibility');
  }
  return { name: parseRepositoryName(name), tag, layers: [...new Set(fsLayers.map(layerOf))] };
}

function layerOf(entry: unknown, at: number): Digest {
  const blobSum = isObject(entry) ? entry['blobSum'] : undefined;
  if (typeof blobSum === 'string' && isDigest(blobSum)) return blobSum;
  throw invalid(`fsLayers[${at}]: blobSum is no digest`, { blobSum });
}

/**
 * A stored block of this payload; undefined when it is none, and would spoil the others: not to be read, or of a payload
 * that ends elsewhere. It was verified when it came.
 */
export function readBlock(bytes: Uint8Array, payload: Uint8Array): SignatureBlock | undefined {
  try {
    return openBlock(bytes, payload);
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

/** The same, with the reason: MANIFEST_INVALID, MANIFEST_UNVERIFIED when its key can verify nothing. Not verified either. */
export function openBlock(bytes: Uint8Array, payload: Uint8Array): SignatureBlock {
  const format = formatOf(payload);
  const block = readSignature(parseJson(bytes), 'the block');
  if (format && isSameFormat(block.format, format)) return block;
  throw invalid('the block is of a payload that ends elsewhere');
}

/** The pretty form: the payload with these signatures, ordered by key id, then by signature, each once. Their order does not matter. */
export function mergeSignatures(payload: Uint8Array, blocks: readonly SignatureBlock[]): Buffer {
  return attachSignatures(
    payload,
    inOrder(blocks).map(({ bytes }) => bytes),
  );
}

/** The blocks in the order in which they are served, each once. */
export function inOrder(blocks: readonly SignatureBlock[]): readonly SignatureBlock[] {
  const each = new Map(blocks.map((block) => [block.digest, block]));
  return [...each.values()].sort(
    (a, b) => byteOrder(a.keyId, b.keyId) || byteOrder(a.signature, b.signature) || byteOrder(a.digest, b.digest),
  );
}

/** The results of all steps, or one error for each that was refused, as one. */
async function allOf<T>(steps: readonly (() => T | Promise<T>)[]): Promise<T[]> {
  const errors: RegistryError[] = [];
  const results: T[] = [];
  const taken = steps.map((step) => async (): Promise<void> => {
    try {
      results.push(await step());
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      errors.push(error);
    }
  });
  await inTurns(taken);
  const [first, ...more] = errors;
  if (first === undefined) return results;
  const { code, message, detail } = first;
  throw new RegistryError(code, { message, detail, more });
}
