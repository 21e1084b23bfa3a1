import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DriverError, type StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { atEachCrash, crashing } from './crashing.js';
import { pathOf } from './stored-paths.js';

const A = pathOf('/a');
const B = pathOf('/b');
const CONTENT = Buffer.from('content');

const isDead = (error: unknown): boolean => error instanceof DriverError && error.fault === 'failed';

async function exists(driver: StorageDriver, path: typeof A): Promise<boolean> {
  return driver.stat(path).then(
    () => true,
    () => false,
  );
}

describe('a crashing driver', () => {
  it('dies at the n-th change and at everything after it, reads too', async () => {
    const store = createMemoryDriver();
    const { driver, diedAt } = crashing(store, 2);
    await driver.put(A, CONTENT);
    assert.deepEqual(await driver.read(A), CONTENT);
    assert.equal(diedAt(), undefined);
    await assert.rejects(driver.put(B, CONTENT), isDead);
    assert.equal(diedAt()?.operation, 'put');
    await assert.rejects(driver.read(A), isDead);
    await assert.rejects(driver.remove([A]), isDead);
    assert.equal(driver.stamp(A), undefined);
    assert.equal(await exists(store, A), true);
    assert.equal(await exists(store, B), false);
  });

  it('can die after the change', async () => {
    const store = createMemoryDriver();
    await assert.rejects(crashing(store, 1, 'after').driver.put(A, CONTENT), isDead);
    assert.equal(await exists(store, A), true);
  });

  it('is met at each change of a flow, until the flow lives through', async () => {
    const deaths: string[] = [];
    const flow = async (driver: StorageDriver): Promise<void> => {
      await driver.put(A, CONTENT);
      await driver.stat(A);
      await driver.move(A, B);
      await driver.put(A, CONTENT).catch(() => undefined);
    };
    const points = await atEachCrash(
      async () => createMemoryDriver(),
      flow,
      async ({ store, point, acknowledged }) => {
        deaths.push(`${point}: a ${await exists(store, A)}, b ${await exists(store, B)}, acknowledged ${acknowledged}`);
      },
    );
    assert.equal(points, 3);
    assert.deepEqual(deaths, [
      'before put /a (change 1): a false, b false, acknowledged false',
      'before move /a /b (change 2): a true, b false, acknowledged false',
      'before put /a (change 3): a false, b true, acknowledged true',
    ]);
  });

  it('passes on what a flow throws that did not die', async () => {
    const flow = async (): Promise<void> => {
      throw new Error('of the flow itself');
    };
    const run = atEachCrash(
      async () => createMemoryDriver(),
      flow,
      async () => undefined,
    );
    await assert.rejects(run, /of the flow itself/);
  });
});
