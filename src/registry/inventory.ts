/**
 * The view of a store that asks for no repository's name: for maintenance, and nothing else. What it changes, it changes
 * as a registry over the same stores would, so that the caches and locks of both know of it.
 */
import type { Stores } from '../store/stores.js';
import type { Removal, UploadFacts, UploadFolder, UploadFolders } from '../store/upload-folders.js';
import type { UploadLocks } from './upload-locks.js';

export type { UploadFacts, UploadFolder } from '../store/upload-folders.js';

/** Folders of uploads in all repositories, whatever is in them. */
export interface UploadInventory extends Pick<UploadFolders, 'list' | 'look'> {
  /** As `UploadFolders.remove`; `busy` when a request of this process is at the upload. Later ones wait until it is decided. */
  remove(
    folder: UploadFolder,
    planned: Pick<UploadFacts, 'files'>,
    isAbandoned: (facts: UploadFacts) => boolean,
  ): Promise<Removal | 'busy'>;
}

/** What there is in a store. */
export interface Inventory {
  readonly uploads: UploadInventory;
}

/** The inventory of these stores. The locks are those of the registry over them, in the same process. */
export function createInventory({ uploadFolders, repository }: Stores, locks: UploadLocks): Inventory {
  return {
    uploads: {
      list: uploadFolders.list,
      look: uploadFolders.look,
      async remove(folder, planned, isAbandoned) {
        const key = repository(folder.repository).uploads.dataPath(folder.id);
        return (await locks.runIfFree(key, () => uploadFolders.remove(folder, planned, isAbandoned))) ?? 'busy';
      },
    },
  };
}
