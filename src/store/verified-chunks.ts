import type { Digest } from '../core/digest.js';
import { createContentCheck } from './content-check.js';

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
  const check = createContentCheck(digest);
  let seen = 0;
  try {
    for await (const piece of chunks) {
      const taken = check.update(piece);
      if (taken) await taken;
      seen += piece.length;
      if (seen >= size) {
        if (seen !== size || !(await check.verified())) break;
        verdict.good();
      }
      yield piece;
      if (seen === size) return;
    }
    if (seen === size && size === 0 && (await check.verified())) return verdict.good();
  } finally {
    check.close();
  }
  await verdict.bad();
  throw new CorruptContentError(`the content of ${digest} is not what its digest says`);
}
