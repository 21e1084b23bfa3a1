import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDriverName, openDriver } from '../../src/driver/drivers.js';
import { at, bytes, fails } from '../suites/driver/store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the table of drivers', () => {
  it('opens a folder by the parameters of registry:2', async () => {
    const folder = await temporaryFolder();
    try {
      const driver = await openDriver('filesystem', { rootdirectory: folder.path, stalenessms: 3000 });
      assert.equal(driver.name, 'filesystem');
      assert.equal(driver.features.stalenessMs, 3000);
      await driver.put(at('a'), bytes('content'));
      await driver.close();
    } finally {
      await folder.remove();
    }
  });

  it('opens a store in memory', async () => {
    const driver = await openDriver('inmemory');
    assert.equal(driver.name, 'inmemory');
    await driver.put(at('a'), bytes('content'));
  });

  it('names the parameter that is wrong', async () => {
    for (const root of ['', 7, {}]) await assert.rejects(openDriver('filesystem', { rootdirectory: root }), /rootdirectory/);
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY, '3000']) {
      await assert.rejects(openDriver('filesystem', { rootdirectory: '/nowhere', stalenessms: ms }), /stalenessms/);
    }
  });

  it('knows its names, and tells them when another one is asked for', async () => {
    assert.ok(isDriverName('filesystem'));
    for (const name of ['s3', 'toString', '__proto__', '']) {
      assert.ok(!isDriverName(name));
      await fails(openDriver(name), 'failed');
      await assert.rejects(openDriver(name), /filesystem, inmemory/);
    }
  });
});
