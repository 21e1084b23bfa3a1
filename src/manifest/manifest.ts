/**
 * What a manifest says. Parsing is pure and total: any bytes give a `ParsedManifest` or a RegistryError. The bytes
 * themselves are never changed: they are stored and served as they came, with the media type they came with.
 */
import { RegistryError, STATUS } from '../core/errors.js';
import { isMediaType } from '../core/media-type.js';
import { parseSubject } from './common.js';
import { invalid } from './invalid.js';
import { has, MAX_DEPTH, parseJson } from './json.js';
import { derivedType, isSchema1, isSchema1Type, PARSERS, refuseAmbiguous } from './kinds.js';
import type { ParsedManifest } from './parsed-manifest.js';

export { digestsIn } from './json.js';

/** Largest manifest that is accepted, in bytes: what docker/distribution takes, and the least that OCI asks for. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/**
 * Parses a manifest that came with this Content-Type (parameters are left aside); without one, the document's `mediaType`
 * decides, and without that its shape. MANIFEST_INVALID, with status 413 when it is larger than `MAX_MANIFEST_BYTES`.
 */
export function parseManifest(bytes: Uint8Array, contentType?: string): ParsedManifest {
  if (bytes.length > MAX_MANIFEST_BYTES) {
    throw new RegistryError('MANIFEST_INVALID', {
      status: STATUS.tooLarge,
      message: `a manifest has at most ${MAX_MANIFEST_BYTES} bytes`,
    });
  }
  const document = parseJson(bytes);
  const declared = declaredType(document);
  const mediaType = typeOfPush(document, contentType);
  if (isSchema1(mediaType, document)) throw invalid('a manifest of docker schema 1 is read together with its signatures');
  if (mediaType === '') throw invalid('the Content-Type is missing, and the document does not tell its type');
  if (!isMediaType(mediaType)) throw invalid('the Content-Type is no media type', { mediaType: mediaType.slice(0, 255) });
  if (declared !== undefined && declared.toLowerCase() !== mediaType.toLowerCase()) {
    throw invalid(`the Content-Type is ${mediaType}, but the document says that it is ${declared.slice(0, 255)}`);
  }
  const selfDescribing = document !== undefined && typeOf(document) === mediaType;
  const parse = PARSERS.get(mediaType);
  if (parse === undefined) return { mediaType, selfDescribing, references: [], ...(document ? whatIsValid(document) : {}) };

  if (document === undefined)
    throw invalid(`a manifest of this type is a JSON object in UTF-8, at most ${MAX_DEPTH} levels deep`);
  if (has(document, 'mediaType') && typeof document['mediaType'] !== 'string') throw invalid('mediaType is a text');
  refuseAmbiguous(document);
  return { mediaType, selfDescribing, ...parse(document) };
}

/** True for what is pushed as docker schema 1 with this Content-Type, by the rules of `parseManifest`: for `parseSigned`. */
export function isPushOfSchema1(bytes: Uint8Array, contentType?: string): boolean {
  const document = parseJson(bytes);
  return isSchema1(typeOfPush(document, contentType), document);
}

function typeOfPush(document: Record<string, unknown> | undefined, contentType: string | undefined): string {
  const given = knownSpelling(contentType?.split(';', 1)[0]?.trim() ?? '');
  return given || declaredType(document) || (document && derivedType(document)) || '';
}

/** The media type that the bytes alone tell: the `mediaType` they declare, else by shape as docker/distribution does. */
export function mediaTypeOf(bytes: Uint8Array): string | undefined {
  const document = parseJson(bytes);
  const type = document && typeOf(document);
  return type !== undefined && isMediaType(type) ? type : undefined;
}

/** False for bytes that are by themselves a manifest of a kind that has no signatures beside it. */
export function mayHaveSignatures(bytes: Uint8Array): boolean {
  return !PARSERS.has(mediaTypeOf(bytes) ?? '');
}

/** True for bytes that are by themselves a manifest of a kind that lading knows. */
export function isManifest(bytes: Uint8Array): boolean {
  const document = parseJson(bytes);
  const type = document && typeOf(document);
  return type !== undefined && (PARSERS.has(type) || isSchema1Type(type));
}

function typeOf(document: Record<string, unknown>): string | undefined {
  return declaredType(document) ?? derivedType(document);
}

function declaredType(document: Record<string, unknown> | undefined): string | undefined {
  const declared = document?.['mediaType'];
  return typeof declared === 'string' && declared !== '' ? declared : undefined;
}

/** Types are the same in any case (RFC 6838); the ones that are known are written in one way, others stay as they came. */
function knownSpelling(mediaType: string): string {
  const lower = mediaType.toLowerCase();
  return PARSERS.has(lower) || isSchema1Type(lower) || lower === 'application/json' ? lower : mediaType;
}

/** From a document of an unknown type is taken what every OCI manifest may have; where it means something else, nothing. */
function whatIsValid({ subject, artifactType, annotations }: Record<string, unknown>): ReturnType<typeof parseSubject> {
  let found = {};
  for (const member of [{ subject }, { artifactType }, { annotations }]) {
    try {
      found = { ...found, ...parseSubject(member) };
    } catch {
      // A document of an unknown type may use this name for anything.
    }
  }
  return found;
}
