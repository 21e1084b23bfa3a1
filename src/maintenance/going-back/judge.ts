/** What docker-registry 2.8 and docker/distribution 3 make of the bytes of a manifest. Pure. */
import { algorithmOf, type Digest, isDigest, tarsumOf } from '../../core/digest.js';
import { MEDIA_TYPES } from '../../core/media-type.js';
import { isObject, parseJson } from '../../manifest/json.js';
import type { TroubleName } from './troubles.js';

/** What is wrong with a manifest by its bytes alone, and what it names that has to be looked at. */
export interface Judgement {
  readonly troubles: readonly TroubleName[];
  /** Content by sha512, each once: whether that is trouble is for the links to say. */
  readonly bySha512: readonly Digest[];
}

/** Both know these; a document of version 2 without a type is taken for an image or an index by its shape. */
const KNOWN: ReadonlySet<unknown> = new Set([
  undefined,
  '',
  MEDIA_TYPES.ociImage,
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.dockerImage,
  MEDIA_TYPES.dockerList,
]);

/** Judges the payload of a revision, as it stands in the store. */
export function judge(bytes: Uint8Array): Judgement {
  const document = parseJson(bytes);
  if (document?.['schemaVersion'] === 1) {
    const isByTarsum = itemsOf(document, 'fsLayers').some(({ blobSum }) => isNamed(blobSum) && tarsumOf(blobSum) !== undefined);
    return { troubles: isByTarsum ? ['schema-1', 'tarsum-layers'] : ['schema-1'], bySha512: [] };
  }
  if (document?.['schemaVersion'] !== 2 || !KNOWN.has(document['mediaType'])) return { troubles: ['unknown-type'], bySha512: [] };
  const named = [document['config'], ...itemsOf(document, 'layers'), ...itemsOf(document, 'manifests')];
  const digests = named.map((one) => (isObject(one) ? one['digest'] : undefined)).filter(isNamed);
  return { troubles: [], bySha512: [...new Set(digests.filter((digest) => algorithmOf(digest) === 'sha512'))] };
}

function isNamed(value: unknown): value is Digest {
  return typeof value === 'string' && isDigest(value);
}

function itemsOf(document: Record<string, unknown>, member: string): readonly Record<string, unknown>[] {
  const list = document[member];
  return Array.isArray(list) ? list.filter(isObject) : [];
}
