/** The rule by which uploads are purged, against one that is written another way. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { abandonment, QUIET_MS } from '../../src/maintenance/abandoned.js';
import type { UploadFacts } from '../../src/registry/inventory.js';

const NOW = new Date('2026-11-24T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ago = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(NOW.getTime() - ms));

/** An upload by the ages of what is found, in milliseconds; negative ones lie in the future. */
const upload = (
  ages: { started?: number; written?: number; claimed?: number },
  more: Partial<UploadFacts> = {},
): UploadFacts => ({
  startedAt: ago(ages.started),
  isKnown: ages.started !== undefined,
  writtenAt: ago(ages.written),
  claimedAt: ago(ages.claimed),
  files: 2,
  bytes: 10,
  ...more,
});
const taken = (facts: UploadFacts, age = 7 * DAY): boolean => abandonment(facts, NOW, age) !== undefined;

describe('an upload', () => {
  it('is abandoned when it began long ago and is quiet', () => {
    const found = abandonment(upload({ started: 8 * DAY, written: 2 * DAY }), NOW, 7 * DAY);
    assert.deepEqual(found, { ageMs: 8 * DAY, reason: 'it began long ago, and nothing has come since' });
    assert.ok(taken(upload({ started: 7 * DAY, written: QUIET_MS })));
    assert.ok(!taken(upload({ started: 7 * DAY - 1, written: 2 * DAY })));
  });

  it('is not while something has come in the last hour, however old it is and however young it may be', () => {
    for (const written of [QUIET_MS - 1, 0, -5 * HOUR]) {
      for (const started of [8 * DAY, undefined]) assert.ok(!taken(upload({ ...(started ? { started } : {}), written }), 0));
    }
  });

  it('is as old as its newest file where nothing says when it began', () => {
    for (const isKnown of [true, false]) {
      assert.ok(taken(upload({ written: 7 * DAY }, { isKnown })));
      assert.ok(!taken(upload({ written: 6 * DAY }, { isKnown })));
    }
  });

  it('has begun when its newest file came, where its start is said to lie in the future', () => {
    assert.ok(taken(upload({ started: -DAY, written: 8 * DAY })));
    assert.ok(!taken(upload({ started: -DAY, written: 6 * DAY })));
  });

  it('is never taken where no time is known', () => {
    assert.ok(!taken(upload({}), 0));
    assert.ok(!taken(upload({ started: 100 * DAY }), 0));
  });

  it('is taken at any age where a purge has begun to', () => {
    assert.ok(taken(upload({ written: 2 * HOUR, claimed: 2 * HOUR })));
    assert.ok(!taken(upload({ written: HOUR / 2, claimed: 2 * HOUR })));
    // That purge has not yet done anything.
    assert.ok(!taken(upload({ started: DAY, written: 2 * HOUR, claimed: 2 * HOUR })));
  });

  it('is judged as the sentence of the manual says', () => {
    const age = fc.option(fc.integer({ min: -2 * DAY, max: 20 * DAY }), { nil: undefined });
    fc.assert(
      fc.property(age, age, fc.boolean(), fc.integer({ min: 0, max: 15 * DAY }), (started, written, readable, minimum) => {
        const facts = {
          ...upload({}),
          startedAt: readable ? ago(started) : undefined,
          isKnown: started !== undefined,
          writtenAt: ago(written),
        };
        const begun = readable && started !== undefined && started >= 0 ? started : written;
        const wanted = written !== undefined && written >= HOUR && begun !== undefined && begun >= minimum;
        assert.equal(taken(facts, minimum), wanted);
      }),
    );
  });
});
