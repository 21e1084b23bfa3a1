import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { readOnly } from '../../src/driver/read-only.js';
import { contentOf } from '../support/store-content.js';
import { pathOf } from '../support/stored-paths.js';

const CHANGES: Readonly<Record<string, (driver: StorageDriver) => Promise<unknown>>> = {
  put: (driver) => driver.put(pathOf('/docker/registry/v2/a'), Buffer.from('new')),
  copy: (driver) => driver.copy(pathOf('/docker/registry/v2/a'), pathOf('/docker/registry/v2/b')),
  touch: (driver) => driver.touch(pathOf('/docker/registry/v2/a')),
  move: (driver) => driver.move(pathOf('/docker/registry/v2/a'), pathOf('/docker/registry/v2/b')),
  remove: (driver) => driver.remove([pathOf('/docker/registry/v2/a')]),
  removeFolder: (driver) => driver.removeFolder(pathOf('/docker/registry/v2')),
  removeTree: (driver) => driver.removeTree(pathOf('/docker/registry/v2')),
  makeFolder: (driver) => driver.makeFolder(pathOf('/docker/registry/v2/folder')),
  append: (driver) => driver.append(pathOf('/docker/registry/v2/new'), 0),
};

describe('a driver that is read only', () => {
  it('gives what is there, and refuses every change', async () => {
    const driver = createMemoryDriver();
    await driver.put(pathOf('/docker/registry/v2/a'), Buffer.from('old'));
    const before = await contentOf(driver);
    const only = readOnly(driver);
    assert.equal((await only.read(pathOf('/docker/registry/v2/a'))).toString(), 'old');
    for (const [operation, change] of Object.entries(CHANGES)) {
      await assert.rejects(change(only), new RegExp(`${operation} .*opened for reading`), operation);
    }
    assert.deepEqual(await contentOf(driver), before);
  });
});
