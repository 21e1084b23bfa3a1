import { createVerifier, type Digest } from '../core/digest.js';

/** Told once, when the last piece has been seen. */
export interface Verdict {
  good(): void;
  bad(): Promise<void>;
}

/** Thrown in the place of the last piece of content that is not what its digest says. */
export class CorruptContentError extends Error {
  override readonly name = 'CorruptContentError';
}

/**
 * Passes the bytes of a whole object on and verifies them. The last piece is held back until the verdict, so that nobody
 * who counts on a complete answer takes bad content for good: CorruptContentError comes in its place.
 */
export async function* verifiedChunks(
  chunks: AsyncIterable<Uint8Array>,
  digest: Digest,
  size: number,
  verdict: Verdict,
): AsyncIterable<Uint8Array> {
  const verifier = createVerifier(digest);
  let seen = 0;
  for await (const piece of chunks) {
    verifier.update(piece);
    seen += piece.length;
    if (seen >= size) {
      if (seen !== size || !verifier.verified()) break;
      verdict.good();
    }
    yield piece;
    if (seen === size) return;
  }
  if (seen === size && size === 0 && verifier.verified()) return verdict.good();
  await verdict.bad();
  throw new CorruptContentError(`the content of ${digest} is not what its digest says`);
}
