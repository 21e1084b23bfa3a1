import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { which } from '../clients/shell.js';
import { isAsShown, readPage, withOutputs } from './page.js';
import { PAGES, runPage } from './pages.js';

const FENCE = '```';
const SAMPLE = `# One\n\n${FENCE}sh\necho a\n${FENCE}\n\n${FENCE}text\na\n${FENCE}\n\n## Two\n\n${FENCE}sh\ntrue\n${FENCE}\n`;

describe('pages of the manual', { concurrency: true }, () => {
  for (const page of PAGES) {
    const missing = ['sh', 'curl'].find((program) => which(program) === undefined);
    it(`${page}: its commands print what it shows`, { skip: missing ? `${missing} is not installed` : false }, async (t) => {
      const outcomes = await runPage(page);
      assert.ok(outcomes.length > 0);
      for (const { heading, difference } of outcomes) {
        await t.test(heading, () => assert.equal(difference, undefined, difference));
      }
    });
  }
});

describe('reading a page', () => {
  it('finds commands and what they print, by headings', () => {
    assert.deepEqual(readPage(SAMPLE), [
      { heading: 'One', blocks: [{ line: 4, commands: 'echo a', printed: 'a' }] },
      { heading: 'Two', blocks: [{ line: 14, commands: 'true', printed: '' }] },
    ]);
  });

  it('refuses output that no commands have printed, and blocks that do not end', () => {
    assert.throws(() => readPage(`${FENCE}text\na\n${FENCE}\n`), /no commands/);
    assert.throws(() => readPage(`${FENCE}sh\necho a\n`), /does not end/);
  });

  it('lets marks stand for what varies, within a line and for lines, and for nothing else', () => {
    assert.ok(isAsShown('took … ms\n…\nend', 'took 12 ms\nand\nmore\nend'));
    assert.ok(isAsShown('a\n…', 'a'));
    assert.ok(isAsShown('', ''));
    for (const [shown, output] of [
      ['took … ms', 'took ms'],
      ['a', 'a\nb'],
      ['a\nb', 'a'],
      ['a.c', 'abc'],
      ['…x', 'y\nx'],
      ['', 'a'],
    ] as const) {
      assert.ok(!isAsShown(shown, output), `${shown} is not ${output}`);
    }
  });

  it('puts other output in the place of what a page shows, and takes away what is not printed', () => {
    assert.equal(withOutputs(SAMPLE, ['a', '']), SAMPLE);
    assert.deepEqual(
      readPage(withOutputs(SAMPLE, ['', 'b\nc']))
        .flatMap(({ blocks }) => blocks)
        .map(({ printed }) => printed),
      ['', 'b\nc'],
    );
  });
});
