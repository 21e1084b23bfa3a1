import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { checked } from '../../src/driver/checked.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { at, bytes, fails } from '../suites/driver/store.js';
import { driverSuite } from '../suites/driver.js';
import { shiftedClock } from '../support/shifted-clock.js';
import { openBelow, temporaryFolder } from '../support/temporary-folder.js';
import { onFolder } from './fs-store.js';

/** The folder of locks stays; locks do not. */
const OWN = ['.lading', '.lading/locks'];

driverSuite('filesystem', async () => {
  const folder = await temporaryFolder();
  const clock = shiftedClock();
  const options = { root: folder.path, clock };
  return {
    driver: checked(await createFsDriver(options)),
    second: checked(await createFsDriver(options)),
    age: () => clock.advance(60_000),
    leftovers: async () => [
      ...(await readdir(folder.path, { recursive: true })).filter((name) => !OWN.includes(name)),
      ...(await openBelow(folder.path)),
    ],
    end: folder.remove,
  };
});

describe('opening a folder', () => {
  it('makes it, with all above it', () =>
    onFolder(async (_driver, root) => {
      const driver = await createFsDriver({ root: `${root}/far/below` });
      await driver.put(at('a'), bytes('content'));
      assert.equal((await readFile(`${root}/far/below${at('a')}`)).toString(), 'content');
    }));

  it('fails with a fault of the driver when something else is there', () =>
    onFolder(async (driver, root) => {
      await driver.put(at('a'), bytes('content'));
      for (const place of [`${root}${at('a')}`, `${root}${at('a')}/below`]) {
        await fails(createFsDriver({ root: place }), 'condition-failed');
      }
    }));
});
