import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { barText } from '../../src/cli/progress-bar.js';

const none = { count: 0, bytes: 0 };
const at = (count: number, bytes: number, doing = '') => ({
  doing,
  bytes,
  planned: none,
  done: { count, bytes },
  left: none,
  failed: none,
});

describe('a bar of progress', () => {
  it('goes from empty to full by actions and bytes, and says both', () => {
    const total = { count: 10, bytes: 10 << 20 };
    assert.equal(barText(at(0, 0), total), '[....................]   0%  0 of 10, 0 B of 10.0 MiB');
    assert.equal(barText(at(5, 5 << 20, 'a layer'), total), '[##########..........]  50%  5 of 10, 5.0 MiB of 10.0 MiB: a layer');
    assert.equal(barText(at(10, 10 << 20), total), '[####################] 100%  10 of 10, 10.0 MiB of 10.0 MiB');
  });

  it('is not more than full when there was more to do than planned, and full when there was nothing', () => {
    assert.match(barText(at(12, 1 << 30), { count: 10, bytes: 1 << 20 }), /^\[#{20}\] 100% {2}12 of 10/);
    assert.match(barText(at(0, 0), none), /^\[#{20}\] 100%/);
  });
});
