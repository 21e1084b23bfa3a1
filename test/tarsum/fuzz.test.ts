/** Whatever comes: a sum or a refusal, in bounded time, and nothing else. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { TarsumAlgorithm } from '../../src/core/digest.js';
import { REASONS } from '../../src/tarsum/refusal.js';
import { algorithms, archives, spoiledArchives } from './arbitraries.js';
import { bytesOfFile, FILES, sumOf } from './sum-of.js';

/** `sumOf` throws anything that is not a refusal; a promise that never ends is ended by the runner. */
async function take(bytes: Uint8Array, algorithm: TarsumAlgorithm, cuts: readonly number[]): Promise<boolean> {
  const before = Buffer.from(bytes);
  const sum = await sumOf(bytes, { algorithm });
  const again = await sumOf(bytes, { algorithm, cuts });
  // Of two faults, one of the compression and one of the archive, it depends on the pieces which is met first.
  const bothRefused = bytes[0] === 0x1f && Object.hasOwn(REASONS, sum) && Object.hasOwn(REASONS, again);
  if (!bothRefused) assert.equal(again, sum, 'the same however it is cut');
  assert.deepEqual(Buffer.from(bytes), before, 'the bytes are as they were');
  const isSum = sum.startsWith(`${algorithm}:`);
  assert.ok(isSum || Object.hasOwn(REASONS, sum), sum);
  return isSum;
}

const cuts = fc.array(fc.nat(), { maxLength: 5 });
const zippedOrNot = (bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc.tuple(bytes, fc.boolean()).map(([plain, zipped]) => (zipped ? gzipSync(plain) : plain));

async function fuzz(bytes: fc.Arbitrary<Uint8Array>, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      bytes,
      algorithms,
      cuts,
      async (content, algorithm, places) => void (await take(content, algorithm, places)),
    ),
    { numRuns },
  );
}

/** Some bytes of it changed, taken away or put in. */
const mutated = (bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      bytes,
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 3 })), { minLength: 1, maxLength: 4 }),
    )
    .map(([whole, changes]) =>
      changes.reduce((content, [at, cut, put]) => {
        const place = at % (content.length + 1);
        return Buffer.concat([content.subarray(0, place), put, content.subarray(place + cut)]);
      }, whole),
    );

describe('the tarsum, whatever comes', { timeout: 240_000 }, () => {
  it('takes or refuses random bytes', () => fuzz(fc.uint8Array({ maxLength: 2000 }), 300));

  it('takes or refuses random bytes that begin as gzip does', () =>
    fuzz(
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.concat([gzipSync('x').subarray(0, 10), bytes])),
      300,
    ));

  it('takes or refuses archives with anything in them', () => fuzz(zippedOrNot(archives), 200));
  it('takes or refuses archives with something wrong in them', () => fuzz(zippedOrNot(spoiledArchives), 500));
  it('takes or refuses archives with bytes changed, also in their compressed form', () =>
    fuzz(mutated(zippedOrNot(archives)), 500));

  it('takes or refuses recorded archives with bytes changed', () =>
    fuzz(mutated(fc.constantFrom(...FILES.filter((file) => !file.startsWith('21'))).map(bytesOfFile)), 500));

  it('takes a recorded archive that is cut off at a block, and at no other place', async () => {
    const bytes = bytesOfFile('02-tree.tar');
    const taken: number[] = [];
    for (let end = 0; end < bytes.length; end += 64) {
      if (await take(bytes.subarray(0, end), 'tarsum.v1+sha256', [])) taken.push(end);
    }
    assert.ok(taken.length > 3);
    assert.deepEqual(
      taken.filter((end) => end % 512 !== 0),
      [],
    );
  });
});
