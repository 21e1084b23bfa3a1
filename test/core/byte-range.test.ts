import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { clampRange } from '../../src/core/byte-range.js';

describe('clampRange', () => {
  it('keeps exactly the bytes of the range that the object has', () => {
    const offsets = fc.integer({ min: -5, max: 25 });
    fc.assert(
      fc.property(offsets, offsets, fc.nat({ max: 20 }), (start, end, size) => {
        const clamped = clampRange({ start, end }, size);
        const all = Array.from({ length: size }, (_, index) => index);
        assert.deepEqual(
          all.slice(clamped.start, clamped.end),
          all.filter((index) => index >= start && index < end),
        );
        assert.ok(clamped.start >= 0 && clamped.start <= clamped.end && clamped.end <= size);
      }),
    );
  });
});
