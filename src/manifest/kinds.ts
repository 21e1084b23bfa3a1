/** The kinds of manifest that are understood: a table from media type to parser. */
import { MEDIA_TYPES } from '../core/media-type.js';
import { parseArtifact } from './artifact.js';
import type { Parsed } from './common.js';
import { parseImage } from './image.js';
import { parseIndex } from './index-manifest.js';
import { invalid } from './invalid.js';
import { has } from './json.js';

/** Parsers by media type. A type that is not here is stored as it is. */
export const PARSERS: ReadonlyMap<string, (document: Record<string, unknown>) => Parsed> = new Map([
  [MEDIA_TYPES.ociImage, parseImage],
  [MEDIA_TYPES.dockerImage, parseImage],
  [MEDIA_TYPES.ociIndex, parseIndex],
  [MEDIA_TYPES.dockerList, parseIndex],
  [MEDIA_TYPES.ociArtifact, parseArtifact],
]);

/** The type of a document that declares none, by its shape: as docker/distribution takes it. */
export function derivedType(document: Record<string, unknown>): string | undefined {
  if (document['schemaVersion'] === 1 && Array.isArray(document['fsLayers'])) return MEDIA_TYPES.dockerSchema1Signed;
  if (document['schemaVersion'] !== 2) return undefined;
  if (Array.isArray(document['manifests'])) return MEDIA_TYPES.ociIndex;
  return has(document, 'config') || Array.isArray(document['layers']) ? MEDIA_TYPES.ociImage : undefined;
}

/** A document that is an image to one reader and an index to another is refused (CVE-2021-41190). */
export function refuseAmbiguous(document: Record<string, unknown>): void {
  if (!has(document, 'manifests')) return;
  if (has(document, 'config') || has(document, 'layers'))
    throw invalid('a manifest has config and layers, or manifests, not both');
}

/** True for the media types of Docker's schema 1, signed or not, in lower case. */
export function isSchema1Type(mediaType: string): boolean {
  return mediaType === MEDIA_TYPES.dockerSchema1 || mediaType === MEDIA_TYPES.dockerSchema1Signed;
}

/** Docker's schema 1, by its media type or, where that says only JSON or nothing, by its version. */
export function isSchema1(mediaType: string, document: Record<string, unknown> | undefined): boolean {
  if (isSchema1Type(mediaType)) return true;
  return (mediaType === '' || mediaType === 'application/json') && document?.['schemaVersion'] === 1;
}
