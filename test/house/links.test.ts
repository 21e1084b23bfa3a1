/** Pages of the manual lead to pages that are there. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findDeadLinks } from './links.js';
import { readSources } from './sources.js';

describe('links of the manual', () => {
  it('lead to files and headings that are there', () => assert.deepEqual(findDeadLinks(readSources('.', ['.md'])), []));
});

describe('the check of links', () => {
  const pages: Readonly<Record<string, string>> = {
    'README.md':
      '# Read me\n\n[a](docs/a.md) [b](docs/b.md#one-more-thing) [c](#read-me) [d](LICENSE) [e](https://example.com/x)',
    'docs/a.md': '[up](../README.md)\n```\n[code](nowhere.md)\n```\n`[code](nowhere.md)`',
    'docs/b.md': '## One more `thing`',
  };
  const exists = (path: string) => path === 'LICENSE' || path in pages;
  const found = (changed: Readonly<Record<string, string>>) =>
    findDeadLinks(new Map(Object.entries({ ...pages, ...changed })), exists);

  it('takes what is there', () => assert.deepEqual(found({}), []));

  it('finds files and headings that are not, with the line', () => {
    assert.deepEqual(found({ 'docs/a.md': 'x\n[up](../README.markdown)' }), ['docs/a.md:2: ../README.markdown']);
    assert.deepEqual(found({ 'docs/a.md': '[up](../README.md#wrong)' }), ['docs/a.md:1: ../README.md#wrong']);
    assert.deepEqual(found({ 'docs/a.md': '[here](#wrong)' }), ['docs/a.md:1: #wrong']);
  });
});
