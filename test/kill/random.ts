/** Chance that can be repeated: everything follows from one seed. */
import { createCipheriv, createHash } from 'node:crypto';
import { randomFrom } from '../support/random.js';

/** A source of chance. */
export interface Random {
  /** A whole number from `from` up to and including `to`. */
  whole(from: number, to: number): number;
  /** True in this share of cases, 0 to 1. */
  chance(share: number): boolean;
  /** One of the list, or undefined of an empty one. */
  pick<T>(list: readonly T[]): T | undefined;
  /** A source of its own, the same each time for the same seed and label. */
  fork(label: string): Random;
}

/** Everything of it follows from the seed. */
export function createRandom(seed: number): Random {
  const next = randomFrom(seed);
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    whole,
    chance: (share) => next() < share,
    pick: (list) => (list.length === 0 ? undefined : list[whole(0, list.length - 1)]),
    fork: (label) =>
      createRandom(
        createHash('sha256')
          .update(`${String(seed)}/${label}`)
          .digest()
          .readUInt32LE(0),
      ),
  };
}

/** Content that need not be kept: the same bytes for the same name and size, whenever they are wanted. */
export interface Sample {
  readonly name: string;
  readonly size: number;
  readonly digest: string;
}

/** The bytes of a sample: a key stream, since that is fast and cannot be compressed. */
export function bytesOf(sample: { readonly name: string; readonly size: number }): Buffer {
  const key = createHash('sha256').update(sample.name).digest();
  return createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(sample.size));
}

/** A sample of some size: often none, one, or a few bytes; sometimes megabytes. */
export function makeSample(random: Random, name: string): Sample {
  const roll = random.whole(1, 100);
  let size = random.whole(1, 65_536);
  if (roll <= 4) size = 0;
  else if (roll <= 8) size = 1;
  else if (roll <= 40) size = random.whole(2, 1024);
  else if (roll > 90) size = random.whole(1 << 20, 4 << 20);
  else if (roll > 75) size = random.whole(65_536, 1 << 19);
  return { name, size, digest: digestOf(bytesOf({ name, size })) };
}

/** The sha256 digest of bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
