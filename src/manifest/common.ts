/** What manifests of several kinds have in common: descriptors, subject, annotations, artifact type. */
import type { Descriptor } from '../core/descriptor.js';
import { digestOf, hashOf, isContentDigest, isDigest } from '../core/digest.js';
import { invalid } from './invalid.js';
import { isObject } from './json.js';
import type { ManifestReference, ParsedManifest, Platform } from './parsed-manifest.js';

/** What a parser of one kind gives. */
export type Parsed = Omit<ParsedManifest, 'mediaType' | 'selfDescribing'>;

/** More references than any real manifest has; each costs look-ups. */
const MAX_REFERENCES = 10_000;

/**
 * A descriptor (OCI image-spec, descriptor.md). MANIFEST_INVALID, naming `where`. A missing media type is taken as empty,
 * since docker/distribution takes such documents.
 */
export function parseDescriptor(value: unknown, where: string): Descriptor {
  if (!isObject(value)) throw invalid(`${where} is a descriptor: an object with mediaType, digest and size`);
  const { mediaType, digest, size, data, artifactType } = value;
  if (mediaType !== undefined && typeof mediaType !== 'string') throw invalid(`${where}: mediaType is a text`);
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(`${where}: digest is no digest`, { digest });
  if (!isSize(size)) throw invalid(`${where}: size is a number of bytes, 0 or more`, { size });
  const descriptor = {
    mediaType: mediaType ?? '',
    digest,
    size,
    ...(typeof artifactType === 'string' && artifactType !== '' ? { artifactType } : {}),
  };
  if (data !== undefined && data !== null) checkData(data, descriptor, where);
  return descriptor;
}

/** Readers may take embedded data in place of the content: what is not the content of its digest must not be handed out. */
function checkData(data: unknown, { digest, size }: Descriptor, where: string): void {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : undefined;
  if (bytes === undefined || bytes.toString('base64') !== data) throw invalid(`${where}: data is a text in base64`);
  const fits = bytes.length === size && (!isContentDigest(digest) || digestOf(bytes, hashOf(digest)) === digest);
  if (!fits) throw invalid(`${where}: data is not the content of its digest`);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
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
  const descriptor = parseDescriptor(value, where);
  const urls = isObject(value) ? value['urls'] : undefined;
  if (urls !== undefined && urls !== null && !isTexts(urls)) throw invalid(`${where}: urls is a list of texts`);
  const elsewhere = isTexts(urls) && urls.length > 0 ? { urls } : undefined;
  const required = kind === 'manifest' || (elsewhere === undefined && !isNeverPushed(descriptor.mediaType));
  const platform = kind === 'manifest' && isObject(value) ? platformOf(value['platform']) : undefined;
  return { kind, descriptor, required, ...elsewhere, ...platform };
}

function isNeverPushed(mediaType: string): boolean {
  return (
    mediaType.startsWith('application/vnd.oci.image.layer.nondistributable.') ||
    mediaType.startsWith('application/vnd.docker.image.rootfs.foreign.')
  );
}

/** Each digest once, with what all of its places tell; required when any of them requires it. */
export function unique(references: readonly ManifestReference[]): readonly ManifestReference[] {
  const byKey = new Map<string, ManifestReference[]>();
  for (const reference of references) {
    const key = `${reference.kind} ${reference.descriptor.digest}`;
    const places = byKey.get(key);
    if (places) places.push(reference);
    else byKey.set(key, [reference]);
  }
  return [...byKey.values()].map(together);
}

function together(places: readonly ManifestReference[]): ManifestReference {
  const [first] = places;
  if (first === undefined || places.length === 1) return first as ManifestReference;
  const { kind, descriptor, required } = places.find((place) => place.required) ?? first;
  const urls = places.flatMap((place) => place.urls ?? []);
  const platforms = places.flatMap((place) => place.platforms ?? []);
  const allTell = platforms.length > 0 && places.every((place) => place.platforms);
  return { kind, descriptor, required, ...(urls.length > 0 ? { urls } : {}), ...(allTell ? { platforms } : {}) };
}

function platformOf(value: unknown): { readonly platforms?: readonly Platform[] } {
  if (!isObject(value)) return {};
  const { os, architecture } = value;
  return typeof os === 'string' && typeof architecture === 'string' ? { platforms: [{ os, architecture }] } : {};
}

/** `subject`, `artifactType` and `annotations`, as every OCI manifest may have them. */
export function parseSubject(
  document: Record<string, unknown>,
): Pick<ParsedManifest, 'subject' | 'artifactType' | 'annotations'> {
  const { subject, artifactType, annotations } = document;
  if (artifactType !== undefined && typeof artifactType !== 'string') throw invalid('artifactType is a text');
  if (annotations !== undefined && annotations !== null && !isTextMap(annotations))
    throw invalid('annotations are texts by name');
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
