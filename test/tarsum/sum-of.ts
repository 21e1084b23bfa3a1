/** Computes tarsums for tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TarsumAlgorithm } from '../../src/core/digest.js';
import { RegistryError } from '../../src/core/errors.js';
import type { TarsumLimits } from '../../src/tarsum/limits.js';
import { REASONS, type Reason } from '../../src/tarsum/refusal.js';
import { createTarsum } from '../../src/tarsum/tarsum.js';
import { PROJECT } from '../house/sources.js';

/** What is asked for besides the bytes. */
export interface Asked {
  readonly algorithm?: TarsumAlgorithm;
  readonly limits?: Partial<TarsumLimits>;
  /** Where the bytes are cut; they come in one piece when not given. */
  readonly cuts?: readonly number[];
}

/** The tarsum, or the reason why there is none. Anything but a refusal of the documented form is thrown. */
export async function sumOf(bytes: Uint8Array, asked: Asked = {}): Promise<string> {
  const tarsum = createTarsum(asked.algorithm ?? 'tarsum.v1+sha256', { limits: asked.limits ?? {} });
  for (const piece of piecesOf(bytes, asked.cuts ?? [])) await tarsum.write(piece);
  try {
    const digest = await tarsum.end();
    if (tarsum.failure !== undefined) throw new Error('there is a sum and a failure');
    return digest;
  } catch (error) {
    if (error !== tarsum.failure) throw error;
    return reasonOf(error);
  }
}

/** The reason that a refusal names. */
export function reasonOf(error: unknown): Reason {
  if (!(error instanceof RegistryError) || error.code !== 'DIGEST_INVALID') throw error;
  const { reason } = error.detail as { reason: Reason };
  if (!error.message.includes(REASONS[reason])) throw new Error(`${error.message} does not say ${reason}`);
  return reason;
}

/** The bytes cut at these places. */
export function piecesOf(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
}

/** One row of the recorded sums. */
export interface Vector {
  readonly file: string;
  readonly version: string;
  readonly hash: string;
  readonly tarsum?: string;
  readonly sha256?: string;
  /** The archive must be refused. */
  readonly error?: true;
  /** The order of its entries is open, so that it is refused too. */
  readonly ambiguous?: true;
}

const TESTDATA = join(PROJECT, 'test/tarsum/testdata');

/** The recorded sums of the files in testdata/. */
export const VECTORS: readonly Vector[] = JSON.parse(readFileSync(join(TESTDATA, 'vectors.json'), 'utf8'));

/** The names of these files. */
export const FILES: readonly string[] = [...new Set(VECTORS.map(({ file }) => file))];

/** The bytes of one of them. */
export function bytesOfFile(file: string): Buffer {
  return readFileSync(join(TESTDATA, file));
}
