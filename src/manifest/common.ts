/** What manifests of several kinds have in common: descriptors, subject, annotations, artifact type. */
import type { Descriptor } from '../core/descriptor.js';
import { digestOf, hashOf, isContentDigest, isDigest } from '../core/digest.js';
import { invalid } from './invalid.js';
import { isObject } from './json.js';
import type { ManifestReference, ParsedManifest } from './parsed-manifest.js';

/** What a parser of one kind gives. */
export type Parsed = Omit<ParsedManifest, 'mediaType' | 'selfDescribing'>;

/** More references than any real manifest has; each costs look-ups. */
const MAX_REFERENCES = 10_000;
/** Embedded data larger than this is not checked against its descriptor. */
const MAX_CHECKED_DATA = 1024 * 1024;

/** A descriptor (OCI image-spec, descriptor.md). MANIFEST_INVALID, naming `where`. */
export function parseDescriptor(value: unknown, where: string): Descriptor & { readonly urls?: readonly string[] } {
  if (!isObject(value)) throw invalid(`${where} is a descriptor: an object with mediaType, digest and size`);
  const { mediaType, digest, size, urls, data } = value;
  if (mediaType !== undefined && typeof mediaType !== 'string') throw invalid(`${where}: mediaType is a text`);
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(`${where}: digest is no digest`, { digest });
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw invalid(`${where}: size is a number of bytes, 0 or more`, { size });
  if (urls !== undefined && urls !== null && !isTexts(urls)) throw invalid(`${where}: urls is a list of texts`);
  const artifactType = value['artifactType'];
  const descriptor = {
    mediaType: mediaType ?? '',
    digest,
    size,
    ...(typeof artifactType === 'string' && artifactType !== '' ? { artifactType } : {}),
    ...(isTexts(urls) && urls.length > 0 ? { urls } : {}),
  };
  if (typeof data === 'string') checkData(data, descriptor, where);
  return descriptor;
}

function checkData(data: string, { digest, size }: Descriptor, where: string): void {
  if (data.length > MAX_CHECKED_DATA || !isContentDigest(digest)) return;
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length !== size || digestOf(bytes, hashOf(digest)) !== digest) throw invalid(`${where}: data is not the content of its digest`);
}

/** Descriptors of a list member; none when it is missing. */
export function parseReferences(value: unknown, kind: ManifestReference['kind'], member: string): ManifestReference[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`${member} is a list of descriptors`);
  if (value.length > MAX_REFERENCES) throw invalid(`${member} has more than ${MAX_REFERENCES} entries`);
  return value.map((entry: unknown, index) => toReference(entry, kind, `${member}[${index}]`));
}

/** One reference; layers that are never pushed are not required. */
export function toReference(value: unknown, kind: ManifestReference['kind'], where: string): ManifestReference {
  const { urls, ...descriptor } = parseDescriptor(value, where);
  const required = kind === 'manifest' || (urls === undefined && !isNeverPushed(descriptor.mediaType));
  return { kind, descriptor, required, ...(urls ? { urls } : {}) };
}

function isNeverPushed(mediaType: string): boolean {
  return (
    mediaType.startsWith('application/vnd.oci.image.layer.nondistributable.') ||
    mediaType.startsWith('application/vnd.docker.image.rootfs.foreign.')
  );
}

/** Each digest once; required when any of its places requires it. */
export function unique(references: readonly ManifestReference[]): readonly ManifestReference[] {
  const byKey = new Map<string, ManifestReference>();
  for (const reference of references) {
    const key = `${reference.kind} ${reference.descriptor.digest}`;
    if (!byKey.get(key)?.required) byKey.set(key, reference);
  }
  return [...byKey.values()];
}

/** `subject`, `artifactType` and `annotations`, as every OCI manifest may have them. */
export function parseSubject(document: Record<string, unknown>): Pick<ParsedManifest, 'subject' | 'artifactType' | 'annotations'> {
  const { subject, artifactType, annotations } = document;
  if (artifactType !== undefined && typeof artifactType !== 'string') throw invalid('artifactType is a text');
  if (annotations !== undefined && annotations !== null && !isTextMap(annotations)) throw invalid('annotations are texts by name');
  return {
    ...(subject === undefined || subject === null ? {} : { subject: parseDescriptor(subject, 'subject') }),
    ...(artifactType ? { artifactType } : {}),
    ...(isTextMap(annotations) ? { annotations } : {}),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isTextMap(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((entry) => typeof entry === 'string');
}
