/** Looks into the signatures of a manifest: whose they are, and whether they are any. */
import type { Digest } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { type EncodedPayload, encodePayload, type SignatureBlock } from '../manifest/jws.js';
import { inOrder, openBlock } from '../manifest/schema1.js';
import type { SignatureTrace } from '../store/signatures.js';
import type { RepositoryContext } from './context.js';
import type { CallOptions, ManifestSignatures, SignatureFacts } from './registry.js';

/** Everything that stands below the revision of this payload. */
export async function signatureFacts(
  { here, signer, verifying }: RepositoryContext,
  revision: Digest,
  payload: Buffer,
  options?: CallOptions,
): Promise<ManifestSignatures> {
  const traces = await here.signatures.inspect(revision, options);
  const times = new Map(traces.map(({ digest, linkedAt }) => [digest, linkedAt]));
  const stored = (digest: Digest): Pick<SignatureFacts, 'digest' | 'storedAt'> => {
    const storedAt = times.get(digest);
    return { digest, ...(storedAt ? { storedAt } : {}) };
  };
  const encoded = encodePayload(payload);
  const blocks: SignatureBlock[] = [];
  const broken: SignatureFacts[] = [];
  for (const trace of traces) {
    const block = opened(trace, payload);
    if ('fault' in block) broken.push({ ...stored(trace.digest), fault: block.fault });
    else blocks.push(block);
  }
  const signatures: SignatureFacts[] = [];
  for (const block of inOrder(blocks)) {
    const fault = await verifying(() => faultOf(block, encoded));
    signatures.push({ ...stored(block.digest), ...factsOf(block), ...(fault === undefined ? {} : { fault }) });
  }
  const ownKeyId = await signer.keyId(options);
  return { digest: revision, signatures: [...signatures, ...broken], ...(ownKeyId === undefined ? {} : { ownKeyId }) };
}

function opened({ found }: SignatureTrace, payload: Buffer): SignatureBlock | { readonly fault: string } {
  if ('fault' in found) return found;
  try {
    return openBlock(found.bytes, payload);
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

async function faultOf(block: SignatureBlock, payload: EncodedPayload): Promise<string | undefined> {
  try {
    await block.verify(payload);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Only what the parts themselves refuse is an answer. */
function messageOf(error: unknown): string {
  if (error instanceof RegistryError) return error.message;
  throw error;
}

function factsOf({ keyId, alg, keyKind, certificate, time }: SignatureBlock): Omit<SignatureFacts, 'digest'> {
  return {
    keyId,
    algorithm: alg,
    keyType: keyKind,
    ...(certificate ? { certificate } : {}),
    ...(time === undefined ? {} : { signedAt: time }),
  };
}
