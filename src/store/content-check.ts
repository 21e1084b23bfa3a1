/** Tells whether bytes are the content that a digest names: a hash of them or, for content of early 2015, their tarsum. */
import { createVerifier, type Digest, tarsumOf } from '../core/digest.js';
import { createTarsum } from '../tarsum/tarsum.js';

/** Takes all bytes in order, then says yes or no. */
export interface ContentCheck {
  /** When it returns a promise, the next call must wait for it, and the bytes must not change before it resolves. */
  update(bytes: Uint8Array): Promise<void> | undefined;
  /** Asked once, after the last bytes. */
  verified(): boolean | Promise<boolean>;
  /** Frees what is held. Safe to repeat. */
  close(): void;
}

/** A check of bytes against any digest. */
export function createContentCheck(digest: Digest): ContentCheck {
  const algorithm = tarsumOf(digest);
  if (algorithm === undefined) {
    const verifier = createVerifier(digest);
    return {
      update(bytes) {
        verifier.update(bytes);
        return undefined;
      },
      verified: () => verifier.verified(),
      close: () => undefined,
    };
  }
  const tarsum = createTarsum(algorithm);
  return {
    update: (bytes) => tarsum.write(bytes),
    verified: async () => {
      // The failure is kept by the tarsum: here it only means no.
      const sum = await tarsum.end().catch(() => undefined);
      return sum === digest;
    },
    close: () => tarsum.close(),
  };
}
