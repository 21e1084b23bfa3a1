/** Opens the root: the folder that everything else is below, so its own name must last too. */
import { constants } from 'node:fs';
import { DriverError } from '../driver.js';
import { parentOf } from '../entry-path.js';
import { identityOf } from './durable.js';
import { failedWith } from './faults.js';
import { makeFolders } from './files.js';
import type { FileSystem } from './system.js';

/** A folder above the root may be another user's or on a read-only disk: then it was there before, and lasts. */
const NOT_OURS = ['EACCES', 'EPERM', 'EROFS', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP'] as const;

/** Throws `unavailable` when the root is not there any more, or another folder is: a disk was unmounted, or removed. */
export type ConfirmRoot = () => Promise<void>;

/**
 * Makes the folder at the absolute path, with all above it, on stable storage, and remembers which folder it is.
 * `condition-failed` when something else is there.
 */
export async function openRoot(system: FileSystem, root: string): Promise<ConfirmRoot> {
  await makeFolders(system, root);
  const opened = await system.factsBehind(root);
  if (opened.kind !== 'folder') {
    throw new DriverError('condition-failed', 'open', root, new Error('it is there and no folder'));
  }
  // All the way up: who made them, maybe a process that was killed, may not have synced them.
  for (let folder = root; folder !== ''; ) {
    folder = parentOf(folder);
    await syncFolder(system, folder === '' ? '/' : folder);
  }
  return async () => {
    const found = await system.factsBehind(root).catch((error: unknown) => {
      if (failedWith(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    });
    if (found !== undefined && identityOf(found) === identityOf(opened)) return;
    const why = `${root} is ${found ? 'another folder than' : 'gone since'} at the start: is its disk mounted? After a change on purpose, start again`;
    throw new DriverError('unavailable', 'open', root, new Error(why));
  };
}

/**
 * The same system calls, which make nothing in the place of a root that is gone. Whoever writes then would fill the folder
 * below an unmounted disk, and be told that all is well. Looked at only when a folder right below the root is to be made,
 * which is once in the life of a store.
 */
export function keepingRoot(system: FileSystem, root: string, confirm: ConfirmRoot): FileSystem {
  return {
    ...system,
    async makeFolder(path) {
      if (path === root || parentOf(path) === root) await confirm();
      await system.makeFolder(path);
    },
  };
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
