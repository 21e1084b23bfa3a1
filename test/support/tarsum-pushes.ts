/** Archives to push by their tarsum. */
import type { Descriptor } from '../../src/core/descriptor.js';
import { type Digest, parseDigest, type TarsumAlgorithm } from '../../src/core/digest.js';
import type { Repository } from '../../src/registry/registry.js';
import { archive } from '../tarsum/archives.js';
import { sumOf } from '../tarsum/sum-of.js';
import { piecesOf } from './images.js';

/** A small archive. */
export const ARCHIVE = archive({ name: 'a', body: 'body' });
/** Other bytes that have the same tarsum: times do not count in it. */
export const SAME_TARSUM = archive({ name: 'a', body: 'body', mtime: 7 });
/** The tarsum of both. */
export const ARCHIVE_TARSUM = await tarsumOfBytes(ARCHIVE);

/** The tarsum of an archive that has one. */
export async function tarsumOfBytes(bytes: Uint8Array, algorithm: TarsumAlgorithm = 'tarsum.v1+sha256'): Promise<Digest> {
  return parseDigest(await sumOf(bytes, { algorithm }));
}

/** Pushes an archive as clients of 2015 do, by its own tarsum unless another is given. */
export async function pushByTarsum({ uploads }: Repository, bytes: Uint8Array, tarsum?: Digest): Promise<Descriptor> {
  const { id } = await uploads.start();
  await uploads.append(id, piecesOf(bytes));
  return uploads.commit(id, tarsum ?? (await tarsumOfBytes(bytes)));
}
