/** Drivers on a temporary folder, for the tests of the folder driver. */

import { checked } from '../../src/driver/checked.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createFsDriver, type FsDriverOptions } from '../../src/driver/fs/driver.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Runs a test with a driver on a fresh folder, `root`, which is removed after it. */
export async function onFolder(
  run: (driver: StorageDriver, root: string) => Promise<void>,
  options: Omit<FsDriverOptions, 'root'> = {},
): Promise<void> {
  const folder = await temporaryFolder();
  try {
    const driver = checked(await createFsDriver({ root: folder.path, ...options }));
    await run(driver, folder.path);
    await driver.close();
  } finally {
    await folder.remove();
  }
}
