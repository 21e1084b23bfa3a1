import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { visible, visibleJson } from '../../src/core/visible.js';

const hostile = 'a\u001b[2J\n\u009b31m\u202e\u2028\u00ad\u{e0001}\u007f"\\b';
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('text of strangers', () => {
  it('is shown in one line, with nothing in it that a terminal obeys', () => {
    assert.equal(visible(hostile), 'a\ufffd[2J\ufffd\ufffd31m\ufffd\ufffd\ufffd\ufffd\ufffd"\\b');
    assert.equal(visible('wörter, 語 and 🐳'), 'wörter, 語 and 🐳');
  });

  it('means the same as JSON, where nothing is obeyed either', () => {
    const json = visibleJson(JSON.stringify({ [hostile]: hostile }));
    assert.doesNotMatch(json, UNSEEN);
    assert.deepEqual(JSON.parse(json), { [hostile]: hostile });
    assert.equal(visibleJson(JSON.stringify([1], null, 2)), '[\n  1\n]');
  });
});
