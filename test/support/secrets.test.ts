/** A search that finds nothing would pass every test. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { secretsIn } from './secrets.js';

const SECRET = 'open-sesame/&"0';

describe('the search for secrets', () => {
  it('finds each spelling, whatever stands around it', () => {
    for (const around of ['', 'a', 'ab', 'abc']) {
      const whole = `${around}${SECRET}${around}`;
      for (const text of [
        whole,
        encodeURIComponent(whole),
        JSON.stringify({ a: whole }),
        Buffer.from(whole).toString('base64'),
        Buffer.from(whole).toString('base64url'),
      ])
        assert.notEqual(secretsIn(`before ${text} after`, [SECRET]).length, 0, text);
    }
  });

  it('finds none where there is none', () => {
    assert.deepEqual(secretsIn('before open-barley after', [SECRET]), []);
  });
});
