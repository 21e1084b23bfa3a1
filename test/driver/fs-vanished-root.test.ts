/** A root that goes away under a driver at work: a disk that is unmounted, a folder that somebody has removed or replaced. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { RegistryError } from '../../src/core/errors.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { openStores } from '../../src/store/stores.js';
import { appendAll, at, bytes, fails } from '../suites/driver/store.js';
import { createManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Runs a test on a store with an object in it; `root` is a folder that the test may take away. */
async function onRoot(run: (driver: StorageDriver, root: string) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  const root = join(folder.path, 'root');
  try {
    const driver = await createFsDriver({ root });
    await driver.put(at('f/kept'), bytes('kept'));
    await run(driver, root);
  } finally {
    await folder.remove();
  }
}

async function refusesToWrite(driver: StorageDriver): Promise<void> {
  await fails(driver.put(at('f/a'), bytes('a')), 'unavailable');
  await fails(driver.put(at('f/a'), bytes('a'), { ifAbsent: true }), 'unavailable');
  await fails(driver.makeFolder(at('g')), 'unavailable');
  await fails(appendAll(driver, at('f/b'), 0, bytes('b')), 'unavailable');
}

describe('a root that is gone', () => {
  it('is not made again by those who write, who are told that the store is away', () =>
    onRoot(async (driver, root) => {
      await rm(root, { recursive: true });
      await refusesToWrite(driver);
      assert.equal(existsSync(root), false);
    }));

  it('takes no writes while another folder is in its place, and goes on when it is back', () =>
    onRoot(async (driver, root) => {
      await rename(root, `${root}-aside`);
      await mkdir(root);
      await refusesToWrite(driver);
      assert.deepEqual(await readdir(root), []);
      await rm(root, { recursive: true });
      await rename(`${root}-aside`, root);
      await driver.put(at('f/a'), bytes('a'));
      assert.equal(String(await driver.read(at('f/kept'))), 'kept');
    }));

  it('is told to those who read, a moment later at the most, and not any more when it is back', () =>
    onRoot(async (_driver, root) => {
      const clock = createManualClock();
      const driver = await createFsDriver({ root, clock });
      await fails(driver.read(at('f/none')), 'not-found');
      await rename(root, `${root}-aside`);
      await fails(driver.read(at('f/kept')), 'not-found');
      clock.advance(1_000);
      for (const read of [
        () => driver.read(at('f/kept')),
        () => driver.open(at('f/kept')),
        () => driver.stat(at('f/kept')),
        () => driver.appended(at('f/kept')),
        async () => {
          for await (const _page of driver.list(at('f/a/b/c/d'))) break;
        },
      ])
        await fails(read(), 'unavailable');
      await rename(`${root}-aside`, root);
      assert.equal(String(await driver.read(at('f/kept'))), 'kept');
      await fails(driver.read(at('f/none')), 'not-found');
    }));

  it('is told to whoever asks whether the store is ready; an empty store is', () =>
    onRoot(async (driver, root) => {
      const stores = openStores(driver);
      await stores.probe();
      await rm(join(root, 'docker'), { recursive: true, force: true });
      await stores.probe();
      await driver.put(at('f/again'), bytes('again'));
      await rm(root, { recursive: true });
      await assert.rejects(stores.probe(), (error) => error instanceof RegistryError && error.code === 'UNAVAILABLE');
    }));
});
