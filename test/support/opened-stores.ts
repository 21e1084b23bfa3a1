/** Empty stores for tests, by the name of the driver. */
import type { StorageDriver } from '../../src/driver/driver.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { temporaryFolder } from './temporary-folder.js';

/** A store, and how to throw it away. */
export interface OpenedStore {
  readonly driver: StorageDriver;
  done(): Promise<void>;
}

/** In memory. */
export async function openMemory(): Promise<OpenedStore> {
  return { driver: createMemoryDriver(), done: async () => undefined };
}

/** In a temporary folder. */
export async function openFolder(): Promise<OpenedStore> {
  const { path, remove } = await temporaryFolder();
  return { driver: await createFsDriver({ root: path }), done: remove };
}
