import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { byteOrder } from '../../src/core/pages.js';
import { entryName } from '../../src/paths/entry-name.js';

const times = fc.date({ min: new Date('2014-01-01'), max: new Date('9999-01-01'), noInvalidDate: true });

describe('names of entries', () => {
  it('sort as their times do', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        if (a.getTime() !== b.getTime()) assert.equal(byteOrder(entryName(a), entryName(b)), a < b ? -1 : 1);
      }),
    );
  });

  it('differ at one time', () => {
    const now = new Date();
    assert.equal(new Set(Array.from({ length: 1000 }, () => entryName(now))).size, 1000);
  });

  it('show their time, in characters that every driver takes', () => {
    assert.match(entryName(new Date(Date.UTC(2026, 10, 24, 2, 3, 25, 123))), /^20261124T020325\.123Z-[0-9a-f]{16}$/);
  });
});
