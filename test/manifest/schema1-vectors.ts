/** Signed manifests as clients of 2015 made them, and such as must be refused: testdata/schema1. */
import { bytesOf } from './recorded.js';

/** One of them, as vectors.json describes it. */
export interface Vector {
  readonly file: string;
  readonly tag: string;
  readonly note: string;
  readonly verify: 'valid' | 'invalid' | 'unsigned';
  readonly expected_put: 201 | 400;
  readonly code?: string;
  readonly payload_digest?: string;
  readonly payload_length?: number;
  readonly signatures?: readonly {
    readonly alg: string;
    /** Null where a certificate stands for the key. */
    readonly kid: string | null;
    readonly block_digest: string;
    readonly block_length: number;
  }[];
}

/** All of them. */
export const VECTORS = JSON.parse(bytesOf('schema1/vectors').toString()) as readonly Vector[];

/** The repository that they are pushed to. */
export const VECTOR_REPOSITORY = 'test/schema1';

/** The document of a vector whose file begins with this number. */
export function vectorBytes(number: string): Buffer {
  const { file } = vector(number);
  return bytesOf(`schema1/${file.replace(/\.json$/, '')}`);
}

/** The vector whose file begins with this number. */
export function vector(number: string): Vector {
  const found = VECTORS.find(({ file }) => file.startsWith(`${number}-`));
  if (found === undefined) throw new Error(`there is no vector ${number}`);
  return found;
}
