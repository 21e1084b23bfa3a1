/** Content to push: made of random bytes, told apart by its last bytes, so that a fresh digest costs no second hashing. */
import { createHash, randomBytes } from 'node:crypto';

/** Bytes with their digest. */
export interface Content {
  readonly digest: string;
  readonly size: number;
  readonly pieces: readonly Uint8Array[];
}

const PIECE = 256 * 1024;

/** A function that makes content of about this size, another one at each call. */
export function createContents(size: number): () => Content {
  const common = Buffer.allocUnsafeSlow(size);
  const some = randomBytes(Math.min(size, 4 << 20));
  for (let at = 0; at < size; at += some.length) some.copy(common, at);
  const hash = createHash('sha256').update(common);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < size; at += PIECE) pieces.push(common.subarray(at, Math.min(at + PIECE, size)));
  return () => {
    const tail = randomBytes(16);
    const digest = `sha256:${hash.copy().update(tail).digest('hex')}`;
    return { digest, size: size + tail.length, pieces: [...pieces, tail] };
  };
}

/** Content of these bytes. */
export function contentOf(bytes: Buffer): Content {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length, pieces: [bytes] };
}
