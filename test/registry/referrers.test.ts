/** What is remembered of referrers, so that each need not be read again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { createReferrerMemory } from '../../src/registry/referrers.js';

describe('the memory of referrers', () => {
  const remembered = (manifests: number, size: number): number => {
    const memory = createReferrerMemory();
    for (let i = 0; i < manifests; i++) {
      const digest = digestOf(Buffer.from(`${i}`));
      memory.set(digest, { subject: undefined, descriptor: { mediaType: 'application/json', digest, size } });
    }
    return memory.size;
  };

  it('holds thousands of small ones', () => assert.equal(remembered(5_000, 1_000), 5_000));

  it('is bounded by what they say, annotations and all, and not by their number', () => {
    assert.ok(remembered(1_000, 1 << 20) < 20, `${remembered(1_000, 1 << 20)} of 1 MiB each`);
  });
});
