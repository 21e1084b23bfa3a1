/** Opens the root: the folder that everything else is below, so its own name must last too. */
import { constants } from 'node:fs';
import { DriverError } from '../driver.js';
import { parentOf } from '../entry-path.js';
import { failedWith } from './faults.js';
import { makeFolders } from './files.js';
import type { FileSystem } from './system.js';

/** A folder above the root may be another user's or on a read-only disk: then it was there before, and lasts. */
const NOT_OURS = ['EACCES', 'EPERM', 'EROFS', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP'] as const;

/** Makes the folder at the absolute path, with all above it, on stable storage. `condition-failed` when something else is there. */
export async function openRoot(system: FileSystem, root: string): Promise<void> {
  await makeFolders(system, root);
  if ((await system.factsBehind(root)).kind !== 'folder') {
    throw new DriverError('condition-failed', 'open', root, new Error('it is there and no folder'));
  }
  // All the way up: who made them, maybe a process that was killed, may not have synced them.
  for (let folder = root; folder !== ''; ) {
    folder = parentOf(folder);
    await syncFolder(system, folder === '' ? '/' : folder);
  }
}

async function syncFolder(system: FileSystem, folder: string): Promise<void> {
  let fd: number | undefined;
  try {
    fd = await system.open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    await system.sync(fd);
  } catch (error) {
    if (!failedWith(error, ...NOT_OURS)) throw error;
  } finally {
    if (fd !== undefined) await system.close(fd);
  }
}
