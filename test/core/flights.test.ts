import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFlights } from '../../src/core/flights.js';

describe('flights', () => {
  it('callers that ask for the same key at the same time share one run', async () => {
    const flights = createFlights<number>();
    let runs = 0;
    const task = async (): Promise<number> => {
      await new Promise((done) => setImmediate(done));
      return ++runs;
    };
    assert.deepEqual(await Promise.all([flights.run('a', task), flights.run('a', task), flights.run('b', task)]), [1, 1, 2]);
  });

  it('nothing is kept once a flight has landed, a result no more than an error', async () => {
    const flights = createFlights<string>();
    const fails = async (): Promise<string> => Promise.reject(new Error('lost'));
    const both = await Promise.allSettled([flights.run('a', fails), flights.run('a', fails)]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(await flights.run('a', async () => 'again'), 'again');
    assert.equal(await flights.run('a', async () => 'once more'), 'once more');
  });
});
