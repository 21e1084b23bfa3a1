import { describe, it } from 'node:test';
import { checked } from '../../src/driver/checked.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { timed } from '../../src/driver/timed.js';
import { at, bytes, fails, type TestedStore } from '../suites/driver/store.js';
import { driverSuite } from '../suites/driver.js';
import { faulty } from '../support/faulty-driver.js';

function storeOf(driver: StorageDriver): TestedStore {
  return { driver, age: () => undefined, leftovers: async () => [], end: async () => undefined };
}

driverSuite('inmemory', async () => storeOf(checked(createMemoryDriver())));

driverSuite('inmemory, timed', async () => storeOf(timed(checked(createMemoryDriver()), () => undefined)));

driverSuite('inmemory, faulty without a fault', async () => storeOf(faulty(checked(createMemoryDriver()), () => undefined)));

describe('two drivers in memory', () => {
  it('share nothing', async () => {
    const one = createMemoryDriver();
    await one.put(at('a'), bytes('content'));
    await fails(createMemoryDriver().read(at('a')), 'not-found');
  });
});
