/** What of a target is logged. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownTarget } from '../../src/http/shown-target.js';

const USER = 'me:hidden';

describe('a target in the log', () => {
  it('is whole where all of it is of the API', () => {
    for (const target of ['/v2/', '/v2/a/tags/list?n=5&last=b', '/v2/a/blobs/uploads/?mount=sha256:0&from=b', '/v2/?', '/?n'])
      assert.equal(shownTarget(target), target);
  });

  it('tells nothing else that was asked', () => {
    for (const [target, shown] of [
      ['/v2/?token=hidden', '/v2/?...'],
      ['/v2/a/tags/list?n=5&access_token=hidden&last=b', '/v2/a/tags/list?n=5&...&last=b'],
      ['/v2/a/blobs/uploads/x?_state=hidden&digest=sha256:0', '/v2/a/blobs/uploads/x?...&digest=sha256:0'],
      ['/v2/_catalog?n=hidden', '/v2/_catalog?...'],
      ['/?hidden', '/?...'],
      ['/?aGlkZGVu==', '/?...'],
      ['/?a?n=hidden', '/?...'],
      ['/?N=hidden', '/?...'],
      [`http://${USER}@h/v2/?n=1`, 'http://h/v2/?n=1'],
      [`//${USER}@h/`, '//me:hidden@h/'],
    ] as const)
      assert.equal(shownTarget(target), shown);
  });
});
