/** What commands print: amounts, and a line of progress. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesText, countText, spanText } from '../../src/cli/amounts.js';
import { createProgressLine } from '../../src/cli/progress-line.js';

describe('amounts', () => {
  it('are told in the unit that leaves the fewest digits', () => {
    const texts = [0, 1, 1023, 1024, 1536, 1048575, 1.5 * 2 ** 20, 210 * 2 ** 30, 2 ** 60].map(bytesText);
    assert.deepEqual(texts, ['0 B', '1 B', '1023 B', '1.0 KiB', '1.5 KiB', '1.0 MiB', '1.5 MiB', '210 GiB', '1024 PiB']);
  });

  it('of time have two units at most', () => {
    const texts = [0, 340, 59_000, 65_000, 7_500_000, 9.125 * 86_400_000].map(spanText);
    assert.deepEqual(texts, ['0.0s', '0.3s', '59s', '1m 5s', '2h 5m', '9d 3h']);
  });

  it('have the word that fits them', () => {
    assert.deepEqual(
      [0, 1, 2].map((count) => countText(count, ['upload', 'uploads'])),
      ['0 uploads', '1 upload', '2 uploads'],
    );
  });
});

describe('a line of progress', () => {
  const terminal = (isTTY: boolean) => {
    const written: string[] = [];
    return { written, isTTY, columns: 10, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
  };

  it('is not there where there is no terminal', () => {
    const out = terminal(false);
    const line = createProgressLine(out);
    let printed = 0;
    line.show('1 of 2');
    line.around(() => printed++);
    line.clear();
    assert.deepEqual([out.written, printed], [[], 1]);
  });

  it('is written over, cut to the width, some times a second, and makes room for what is printed', () => {
    const out = terminal(true);
    let now = 0;
    const line = createProgressLine(out, () => now);
    line.show('0123456789');
    line.show('too soon');
    now = 1000;
    line.show('later');
    line.around(() => out.write('printed'));
    line.clear();
    assert.deepEqual(out.written, ['\r\u001b[K012345678', '\r\u001b[Klater', '\r\u001b[K', 'printed']);
  });
});
