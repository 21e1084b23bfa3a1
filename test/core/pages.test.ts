import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { byteOrder, collectPages } from '../../src/core/pages.js';
import { repositoryNames, tags } from './arbitraries.js';

async function* pagesOf<T>(pages: readonly (readonly T[])[]): AsyncGenerator<readonly T[]> {
  yield* pages;
}

describe('pages', () => {
  it('are collected in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat(), { minLength: 1 })), async (pages) => {
        assert.deepEqual(await collectPages(pagesOf(pages)), pages.flat());
      }),
    );
  });

  it('are collected when one holds more items than a call takes arguments', async () => {
    const page = Array.from({ length: 300_000 }, (_, index) => index);
    assert.equal((await collectPages(pagesOf([page]))).length, page.length);
  });
});

describe('byteOrder', () => {
  it('is the order of the bytes of names', () => {
    const names = fc.oneof(repositoryNames, tags);
    fc.assert(fc.property(names, names, (a, b) => assert.equal(byteOrder(a, b), Buffer.compare(Buffer.from(a), Buffer.from(b)))));
  });

  it('has capitals before small letters, and `-` and `.` before `/`', () => {
    assert.deepEqual(['b', 'a', 'B', 'a/b', 'a-b', 'a.b', 'ab'].sort(byteOrder), ['B', 'a', 'a-b', 'a.b', 'a/b', 'ab', 'b']);
  });
});
