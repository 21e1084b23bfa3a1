/** Recorded archives, with the sums that clients of 2014 and a second program made of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf, isTarsumAlgorithm } from '../../src/core/digest.js';
import { REASONS } from '../../src/tarsum/refusal.js';
import { known } from '../core/arbitraries.js';
import { bytesOfFile, FILES, sumOf, VECTORS } from './sum-of.js';

/** Recorded sums leave out what stands behind the end; here an archive with more than zeros there has no tarsum. */
const BEHIND_THE_END = '17-trailing-garbage.tar';

describe('recorded archives', () => {
  it('are all there', () => assert.deepEqual([VECTORS.length, FILES.length], [61, 30]));

  for (const { file, version, hash, tarsum, sha256, error, ambiguous } of VECTORS) {
    const algorithm = known(isTarsumAlgorithm, `${version}+${hash}`);
    const refused = error || ambiguous || file === BEHIND_THE_END;
    it(`${file} has ${refused ? 'no' : 'the recorded'} ${algorithm}`, async () => {
      const bytes = bytesOfFile(file);
      if (sha256 !== undefined) assert.equal(digestOf(bytes), sha256.includes(':') ? sha256 : `sha256:${sha256}`);
      const sum = await sumOf(bytes, { algorithm });
      if (refused) assert.ok(Object.hasOwn(REASONS, sum), sum);
      else assert.equal(sum, tarsum);
      // A byte at a time is the hardest cut there is.
      assert.equal(
        await sumOf(bytes, { algorithm, cuts: Array.from({ length: Math.min(bytes.length, 4000) }, (_, at) => at) }),
        sum,
      );
    });
  }

  const reasons: Readonly<Record<string, string>> = {
    [BEHIND_THE_END]: 'data-behind-end',
    '24-duplicate-cycle.tar': 'cyclic-duplicates',
    '25-duplicate-cycle-rotated.tar': 'cyclic-duplicates',
    '30-bad-checksum.tar': 'header-checksum',
    '31-truncated-body.tar': 'cut-off',
    '32-single-zero-block.tar': 'lone-zero-block',
    '33-not-a-tar.bin': 'header-checksum',
  };
  for (const [file, reason] of Object.entries(reasons)) {
    it(`${file} is refused for the right reason`, async () => assert.equal(await sumOf(bytesOfFile(file)), reason));
  }

  it('what stands before the end of an archive with more behind it has the recorded sum', async () => {
    const vector = VECTORS.find(({ file, version }) => file === BEHIND_THE_END && version === 'tarsum.v1');
    assert.equal(await sumOf(bytesOfFile(BEHIND_THE_END).subarray(0, 2048)), vector?.tarsum);
  });
});
