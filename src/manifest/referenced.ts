/** What a manifest names, as its author wrote it: for those who tell others of manifests, and decide nothing by it. */
import { isObject, parseJson } from './json.js';
import { isSchema1Type } from './kinds.js';

/** A descriptor as it stands in a manifest. */
export interface ReferencedContent {
  readonly mediaType: string;
  readonly size: number;
  readonly digest: string;
  readonly urls?: unknown;
  readonly annotations?: unknown;
  readonly platform?: unknown;
}

/** What docker/distribution calls layers of schema 1. */
const SCHEMA1_LAYER = 'application/vnd.docker.container.image.rootfs.diff+x-gtar';

/**
 * The configuration and the layers, or the manifests of an index, in their order; of schema 1 the layers, of which only
 * digests are known. Nothing of what cannot be read, or names nothing in a way that is known.
 */
export function referencedContent(bytes: Uint8Array, mediaType: string): readonly ReferencedContent[] {
  const document = parseJson(bytes);
  if (document === undefined) return [];
  if (isSchema1Type(mediaType)) {
    return listIn(document, 'fsLayers').flatMap(({ blobSum }) =>
      typeof blobSum === 'string' ? [{ mediaType: SCHEMA1_LAYER, size: 0, digest: blobSum }] : [],
    );
  }
  const { config } = document;
  return [...(isObject(config) ? [config] : []), ...listIn(document, 'layers'), ...listIn(document, 'manifests')].flatMap(
    referenced,
  );
}

function listIn(document: Record<string, unknown>, member: string): readonly Record<string, unknown>[] {
  const list = document[member];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function referenced(entry: Record<string, unknown>): readonly ReferencedContent[] {
  const { mediaType, size, digest, urls, annotations, platform } = entry;
  if (typeof digest !== 'string' || typeof size !== 'number') return [];
  return [
    {
      mediaType: typeof mediaType === 'string' ? mediaType : '',
      size,
      digest,
      ...(urls === undefined ? {} : { urls }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(platform === undefined ? {} : { platform }),
    },
  ];
}
