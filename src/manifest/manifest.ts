/**
 * What a manifest says. Parsing is pure and total: any bytes give a `ParsedManifest` or a RegistryError. The bytes
 * themselves are never changed: they are stored and served as they came, with the media type they came with.
 */
import { RegistryError } from '../core/errors.js';
import { parseSubject } from './common.js';
import { invalid } from './invalid.js';
import { parseJson } from './json.js';
import { derivedType, PARSERS, refuseAmbiguous } from './kinds.js';
import type { ParsedManifest } from './parsed-manifest.js';

/** Largest manifest that is accepted, in bytes: what docker/distribution takes, and the least that OCI asks for. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/**
 * Parses a manifest that came with this Content-Type; without one, the document's `mediaType` decides, and without that
 * its shape. MANIFEST_INVALID, with status 413 when it is larger than `MAX_MANIFEST_BYTES`.
 */
export function parseManifest(bytes: Uint8Array, contentType?: string): ParsedManifest {
  if (bytes.length > MAX_MANIFEST_BYTES) {
    throw new RegistryError('MANIFEST_INVALID', { status: 413, message: `a manifest has at most ${MAX_MANIFEST_BYTES} bytes` });
  }
  const given = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  const document = parseJson(bytes);
  if (given !== undefined && given !== '' && !PARSERS.has(given)) return parseUnknown(bytes, given, document);
  if (document === undefined) throw invalid('a manifest of this type is a JSON object in UTF-8');

  const declared = document['mediaType'];
  if (declared !== undefined && typeof declared !== 'string') throw invalid('mediaType is a text');
  const mediaType = given || declared || derivedType(document);
  if (mediaType === undefined) throw invalid('the Content-Type is missing, and the document does not tell its type');
  if (declared !== undefined && declared !== '' && declared !== mediaType) {
    throw invalid(`the Content-Type is ${mediaType}, but the document says that it is ${declared}`);
  }
  const parse = PARSERS.get(mediaType);
  if (parse === undefined) return parseUnknown(bytes, mediaType, document);
  refuseAmbiguous(document);
  return { mediaType, selfDescribing: mediaTypeOf(bytes) === mediaType, ...parse(document) };
}

/** The media type that the bytes alone tell: the `mediaType` they declare, else by shape as docker/distribution does. */
export function mediaTypeOf(bytes: Uint8Array): string | undefined {
  const document = parseJson(bytes);
  if (document === undefined) return undefined;
  const declared = document['mediaType'];
  return typeof declared === 'string' && declared !== '' ? declared : derivedType(document);
}

/** A type that nobody here knows is kept as it is; only what every OCI manifest may have is read from it. */
function parseUnknown(bytes: Uint8Array, mediaType: string, document: Record<string, unknown> | undefined): ParsedManifest {
  if (mediaType.startsWith('application/vnd.docker.distribution.manifest.v1+')) {
    throw invalid('docker schema 1 manifests are not accepted; push the image in a newer format');
  }
  if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(mediaType) || mediaType.length > 255) throw invalid('the Content-Type is no media type');
  const selfDescribing = mediaTypeOf(bytes) === mediaType;
  return { mediaType, selfDescribing, references: [], ...(document ? lenient(document) : {}) };
}

function lenient(document: Record<string, unknown>): ReturnType<typeof parseSubject> {
  try {
    return parseSubject(document);
  } catch {
    // In a document of an unknown type these members may mean anything.
    return {};
  }
}
