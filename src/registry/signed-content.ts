/** Schema 1 manifests as they are served: the payload with every signature that stands below the revision. */
import type { Digest } from '../core/digest.js';
import type { SignatureBlock } from '../manifest/jws.js';
import { mergeSignatures, readBlock } from '../manifest/schema1.js';
import type { RepositoryStores } from '../store/stores.js';
import type { CallOptions } from './registry.js';
import type { Signer } from './signer.js';

/** The pretty form, and whether it would be the same now. */
export interface SignedContent {
  readonly bytes: Buffer;
  readonly fresh: () => boolean;
}

/**
 * Puts the payload of a revision and its signatures together. One that has none, as docker/distribution 2.5 and later leave
 * them, gets one by the registry itself, as they do. Undefined when the revision does not stand any more, as `stands` asks
 * the store: it must not be seen with half of its signatures.
 */
export async function readSigned(
  { signatures }: RepositoryStores,
  signer: Signer,
  revision: Digest,
  payload: Buffer,
  stands: () => Promise<boolean>,
  options?: CallOptions,
): Promise<SignedContent | undefined> {
  const { blocks, stamp } = await signatures.read(revision, (bytes) => readBlock(bytes, payload), options);
  // A delete takes the revision first: while that stands, none of its signatures has been taken.
  if (!(await stands())) return undefined;
  const all: readonly SignatureBlock[] = blocks.length > 0 ? blocks : [await signer.sign(revision, payload, options)];
  return {
    bytes: mergeSignatures(payload, all),
    fresh: () => stamp !== undefined && signatures.stamp(revision) === stamp,
  };
}
