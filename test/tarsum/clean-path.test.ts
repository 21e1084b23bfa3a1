import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cleanPath } from '../../src/tarsum/clean-path.js';
import { bytesOf } from './archives.js';

describe('the path of a name', () => {
  const rows: Readonly<Record<string, string>> = {
    '': '',
    'a/b': 'a/b',
    './a': 'a',
    '/a//b/': 'a/b',
    'a/./b': 'a/b',
    'a/../b': 'b',
    '../../a': 'a',
    'a/..': '',
    '...': '...',
    'a/..b': 'a/..b',
    '.a/b.': '.a/b.',
  };
  for (const [name, path] of Object.entries(rows)) {
    it(`${JSON.stringify(name)} is ${JSON.stringify(path)}`, () => {
      assert.equal(cleanPath(bytesOf(name)).toString('latin1'), path);
    });
  }

  it('is the one that another program cleans it to, whatever its bytes', () => {
    const parts = fc.constantFrom('', '.', '..', 'a', 'bc', '.d', '\xff\xfe', '\xc3');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (list) => {
        const name = list.join('/');
        const expected = posix.normalize(`/${name}`).replace(/^\/|\/$/g, '');
        assert.equal(cleanPath(bytesOf(name)).toString('latin1'), expected.replace(/\/$/, ''));
      }),
      { numRuns: 1000 },
    );
  });
});
