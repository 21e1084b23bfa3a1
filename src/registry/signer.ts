/** Signatures by the registry itself, for schema 1 manifests that have lost theirs. */
import type { Digest } from '../core/digest.js';
import type { SignatureBlock } from '../manifest/jws.js';
import { generateSigningKey, readSigningKey, type SigningKey } from '../manifest/signing-key.js';
import { createBounded } from '../store/bounded.js';
import type { Stores } from '../store/stores.js';
import type { CallOptions } from './registry.js';

/** Signs manifests for the registry itself. */
export interface Signer {
  /** A signature of the payload, the same for some time: a manifest should not differ each time that it is read. */
  sign(digest: Digest, payload: Uint8Array, options?: CallOptions): Promise<SignatureBlock>;
  /** The id of the key that it signs with; undefined when there is none yet. Never makes one. */
  keyId(options?: CallOptions): Promise<string | undefined>;
}

/** Signatures that are kept ready. */
const MAX_KEPT = 1_000;

/** A signer with the key that is configured, or the one of the store, which is made when it is first needed. */
export function createSigner({ clock, signingKey }: Stores, configured?: SigningKey): Signer {
  const made = createBounded<Digest, SignatureBlock>(MAX_KEPT);
  let known = configured;
  let own: SigningKey | undefined;

  // For a store that cannot be written to, or whose key is none: the manifest is served all the same.
  const ownKey = (): SigningKey => {
    own ??= readSigningKey(generateSigningKey());
    return own;
  };

  const keyOfStore = async (options?: CallOptions): Promise<SigningKey> => {
    known = await signingKey.load(generateSigningKey, parseKey, options).catch(() => {
      options?.signal?.throwIfAborted();
      // Asked again for the next manifest.
      return undefined;
    });
    return known ?? ownKey();
  };

  return {
    async sign(digest, payload, options) {
      const ready = made.get(digest);
      if (ready) return ready;
      const key = known ?? (await keyOfStore(options));
      const block = key.sign(payload, clock.now());
      made.set(digest, block);
      return block;
    },

    keyId: async (options) => (known ?? (await signingKey.read(parseKey, options)) ?? own)?.keyId,
  };
}

function parseKey(text: string): SigningKey | undefined {
  try {
    return readSigningKey(text);
  } catch {
    // What is no key signs nothing; the store reports it.
    return undefined;
  }
}
