/** Vectors of schema 1, pushed into a repository, for the suites about signatures. */
import type { Digest } from '../../../src/core/digest.js';
import { MEDIA_TYPES } from '../../../src/core/media-type.js';
import { mergeSignatures, parseSigned } from '../../../src/manifest/schema1.js';
import { generateSigningKey, readSigningKey } from '../../../src/manifest/signing-key.js';
import { pathFor } from '../../../src/paths/path-for.js';
import type { Repository } from '../../../src/registry/registry.js';
import { dataOf } from '../../manifest/recorded.js';
import { VECTOR_REPOSITORY, vector, vectorBytes } from '../../manifest/schema1-vectors.js';
import { piecesOf, tagOf } from '../../support/images.js';
import { filesOf } from '../../support/store-content.js';
import type { World } from './case.js';

/** Options of a push of a signed manifest. */
export const SIGNED = { mediaType: MEDIA_TYPES.dockerSchema1Signed };
/** The layer of every vector: the empty layer of the first clients. */
export const EMPTY_LAYER = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4' as Digest;

/** The repository of the vectors, with the layer that they name. */
export async function prepared({ repository }: World): Promise<Repository> {
  const one = repository(VECTOR_REPOSITORY);
  await pushLayer(one);
  return one;
}

/** Pushes the layer of the vectors. */
export async function pushLayer({ uploads }: Repository): Promise<void> {
  const { id } = await uploads.start();
  await uploads.append(id, piecesOf(dataOf('schema1/empty-layer.tar.gz')));
  await uploads.commit(id, EMPTY_LAYER);
}

/** Puts a vector, by the tag that it was signed for. */
export function put(repository: Repository, number: string): ReturnType<Repository['manifests']['put']> {
  return repository.manifests.put(vectorBytes(number), { ...SIGNED, tags: [tagOf(vector(number).tag)] });
}

/** The payload with a signature by somebody new. */
export function signedBy(payload: Buffer): Buffer {
  return mergeSignatures(payload, [readSigningKey(generateSigningKey()).sign(payload, new Date(0))]);
}

/** Payload, revision and tag, as another program writes them. */
export async function writeOld({ driver }: World, { name }: Repository, number: string): Promise<ReturnType<typeof parseSigned>> {
  const signed = await parseSigned(vectorBytes(number));
  const { digest, payload } = signed;
  const tag = tagOf(vector(number).tag);
  await driver.put(pathFor('blobData', { blob: digest }), payload);
  for (const path of [
    pathFor('revisionLink', { name, digest }),
    pathFor('tagIndexLink', { name, tag, digest }),
    pathFor('tagCurrent', { name, tag }),
  ]) {
    await driver.put(path, Buffer.from(digest));
  }
  return signed;
}

/** Digests of all signatures that are linked anywhere. */
export async function linkedSignatures({ driver }: World): Promise<readonly string[]> {
  const files = await filesOf(driver);
  return files.flatMap((file) => /\/signatures\/(sha256)\/(.*)\/link$/.exec(file)?.slice(1).join(':') ?? []).sort();
}
