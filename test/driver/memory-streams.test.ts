/**
 * An object of 5 GiB in memory, simulated: its pieces are one buffer of 64 MiB over and over, so that offsets and ranges
 * are those of a large object and the memory is not. A put of so much is not tried: it takes what the machine has.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createReader, createWriter } from '../../src/driver/memory/streams.js';
import { type Leaf, newLeaf } from '../../src/driver/memory/tree.js';
import { drain, pieces } from '../suites/driver/store.js';

const GIB = 1 << 30;

function hugeLeaf(): Leaf {
  const piece = Buffer.alloc(64 << 20);
  piece.write('first');
  const leaf = newLeaf(undefined);
  for (; leaf.size < 5 * GIB; leaf.size += piece.length) leaf.pieces.push(piece);
  return leaf;
}

describe('an object of 5 GiB in memory', () => {
  it('gives ranges beyond 4 GiB', async () => {
    const leaf = hugeLeaf();
    const range = { start: 4 * GIB + (64 << 20) - 3, end: 4 * GIB + (64 << 20) + 5 };
    const reader = createReader(leaf, '/a', range, undefined);
    assert.equal(reader.size, 5 * GIB);
    assert.deepEqual(reader.range, range);
    assert.equal((await drain(reader)).toString(), '\0\0\0first');
  });

  it('grows beyond 4 GiB', async () => {
    const leaf = hugeLeaf();
    const writer = createWriter(leaf, '/a', () => true);
    assert.equal(await writer.write(pieces('the end')), 7);
    await writer.commit();
    assert.equal(leaf.size, 5 * GIB + 7);
    const reader = createReader(leaf, '/a', { start: 5 * GIB, end: 6 * GIB }, undefined);
    assert.equal((await drain(reader)).toString(), 'the end');
  });
});
