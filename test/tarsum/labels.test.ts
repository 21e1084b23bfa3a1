import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDigest } from '../../src/core/digest.js';
import { tarsumForPush } from '../../src/tarsum/labels.js';

const HEX = 'ab'.repeat(32);

describe('what may be pushed by', () => {
  it('is a plain digest, which is no tarsum', () => {
    assert.equal(tarsumForPush(parseDigest(`sha256:${HEX}`)), undefined);
    assert.equal(tarsumForPush(parseDigest(`sha256:${HEX}`), []), undefined);
  });

  it('is the tarsum that clients used, unless others are asked for', () => {
    assert.equal(tarsumForPush(parseDigest(`tarsum.v1+sha256:${HEX}`)), 'tarsum.v1+sha256');
    for (const label of ['tarsum+sha256', 'tarsum.dev+sha256'] as const) {
      const digest = parseDigest(`${label}:${HEX}`);
      assert.throws(() => tarsumForPush(digest), {
        code: 'DIGEST_INVALID',
        message: `nothing is pushed by ${label} here; use one of sha256, sha512, tarsum.v1+sha256`,
      });
      assert.equal(tarsumForPush(digest, [label]), label);
    }
  });

  it('can be no tarsum at all', () => {
    assert.throws(() => tarsumForPush(parseDigest(`tarsum.v1+sha256:${HEX}`), []), { code: 'DIGEST_INVALID' });
  });
});
