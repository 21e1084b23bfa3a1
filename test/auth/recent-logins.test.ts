/** The memory of logins: bounded, and of no use to whoever reads it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRecentLogins } from '../../src/auth/recent-logins.js';

describe('the memory of logins', () => {
  it('keeps a login until its time is over', () => {
    let now = 0;
    const logins = createRecentLogins<string>(() => now);
    logins.remember('shown', 'ann', 10);
    now = 9;
    assert.equal(logins.recall('shown'), 'ann');
    now = 10;
    assert.equal(logins.recall('shown'), undefined);
    now = 0;
    assert.equal(logins.recall('shown'), undefined);
  });

  it('keeps the latest two thousand', () => {
    const logins = createRecentLogins<number>(() => 0);
    for (let at = 0; at < 2_500; at++) logins.remember(`shown ${at}`, at, 1);
    assert.equal(logins.recall('shown 499'), undefined);
    assert.equal(logins.recall('shown 500'), 500);
    assert.equal(logins.recall('shown 2499'), 2499);
  });

  it('stands for what was shown by a hash that another process makes otherwise', () => {
    const [one, other] = [createRecentLogins<string>(() => 0), createRecentLogins<string>(() => 0)];
    assert.equal(one.mark('shown'), one.mark('shown'));
    assert.notEqual(one.mark('shown'), one.mark('Shown'));
    assert.notEqual(one.mark('shown'), other.mark('shown'));
    assert.equal(Buffer.from(one.mark('shown'), 'base64').length, 32);
  });
});
