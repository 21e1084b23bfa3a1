/**
 * The names of the folders in a folder, kept with the stamp that the folder had before it was read: while the stamp
 * stands, so do the names, and a page of tags or of repositories costs one look at a folder where it cost a listing.
 */
import { LRUCache } from 'lru-cache';
import { indexAfter } from '../core/pages.js';
import type { StoragePath } from '../core/storage-path.js';
import type { CallOptions, StorageDriver } from '../driver/driver.js';

/** Names of folders. */
export interface Folders {
  /**
   * All folders in this one, in byte order: at once when nothing has changed since they were read. Undefined when the
   * store cannot tell that cheaply, or nothing is there: then it has to be listed, page by page.
   */
  names(path: StoragePath, options?: CallOptions): readonly string[] | Promise<readonly string[]> | undefined;
}

/** Names kept in all; a folder counts for some more, its path and stamp being longer than most names. */
const KEPT_NAMES = 400_000;
const FOLDER_WEIGHT = 8;

/** The folders of a driver's store. */
export function createFolders(driver: StorageDriver): Folders {
  const known = new LRUCache<StoragePath, { readonly stamp: string; readonly names: readonly string[] }>({
    maxSize: KEPT_NAMES,
    sizeCalculation: ({ names }) => names.length + FOLDER_WEIGHT,
  });

  const read = async (path: StoragePath, stamp: string, options?: CallOptions): Promise<readonly string[]> => {
    const names: string[] = [];
    for await (const page of driver.list(path, options)) for (const entry of page) if (entry.folder) names.push(entry.name);
    known.set(path, { stamp, names });
    return names;
  };

  return {
    names(path, options) {
      // Before the read: a change in between makes it a stamp that is never met again.
      const stamp = driver.stamp(path);
      if (stamp === undefined) return undefined;
      const last = known.get(path);
      return last?.stamp === stamp ? last.names : read(path, stamp, options);
    },
  };
}

/** True when the name is among these, which are in byte order. */
export function holdsName(names: readonly string[], name: string): boolean {
  return names[indexAfter(names, name) - 1] === name;
}
