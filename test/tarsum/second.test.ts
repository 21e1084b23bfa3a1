/** A second program, in another language and from the rules alone, comes to the same sums and refuses the same archives. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { algorithms, archives, spoiledArchives } from './arbitraries.js';
import { askSecond, missing, type Question } from './second.js';
import { bytesOfFile, sumOf, VECTORS } from './sum-of.js';

/** Both are asked; where they differ the archive is shown. */
async function compare(questions: readonly Question[]): Promise<{ summed: number; refused: number }> {
  const second = askSecond(questions);
  assert.equal(second.length, questions.length);
  let refused = 0;
  for (const [at, { algorithm, archive }] of questions.entries()) {
    const first = await sumOf(archive, { algorithm: algorithm as never });
    const said = first.startsWith('tarsum') ? first : 'refused';
    if (said !== second[at]) assert.fail(`${first} here, ${second[at]} there: ${gzipSync(archive).toString('base64')}`);
    if (said === 'refused') refused++;
  }
  return { summed: questions.length - refused, refused };
}

const sample = (arbitrary: fc.Arbitrary<Buffer>, count: number): readonly Question[] =>
  fc.sample(fc.record({ algorithm: algorithms, archive: arbitrary }), count);

describe('the second program', { skip: missing('python3') ?? false }, () => {
  it('has the recorded sums too', () => {
    const recorded = VECTORS.filter(({ tarsum, ambiguous, file }) => tarsum && !ambiguous && !file.startsWith('17'));
    const sums = askSecond(
      recorded.map(({ file, version, hash }) => ({ algorithm: `${version}+${hash}`, archive: bytesOfFile(file) })),
    );
    assert.deepEqual(
      sums,
      recorded.map(({ tarsum }) => tarsum),
    );
  });

  it('agrees about archives that follow the rules', async () => {
    const { summed, refused } = await compare(sample(archives, 400));
    // Refused are those with a path twice and the sums the wrong way round.
    assert.ok(summed > 200 && refused > 10, `${summed} have a sum, ${refused} have none`);
  });

  it('agrees about archives in which something is wrong', async () => {
    const { summed, refused } = await compare(sample(spoiledArchives, 400));
    assert.ok(summed > 40 && refused > 40, `${summed} have a sum, ${refused} have none`);
  });

  it('agrees about gzipped archives, of one member and of several', async () => {
    const gzipped = fc.tuple(archives, fc.nat(), fc.nat({ max: 9 })).map(([whole, cut, level]) => {
      const place = cut % whole.length;
      return Buffer.concat([gzipSync(whole.subarray(0, place), { level }), gzipSync(whole.subarray(place))]);
    });
    await compare(sample(gzipped, 60));
  });

  it('agrees about gzipped archives in which something is wrong', async () => {
    const gzipped = fc.tuple(archives, fc.nat(), fc.nat({ max: 255 })).map(([whole, at, byte]) => {
      const zipped = gzipSync(whole);
      // Past the header: flags there change little that anybody reads.
      zipped[10 + (at % (zipped.length - 10))] = byte;
      return zipped;
    });
    await compare(sample(gzipped, 60));
  });
});
