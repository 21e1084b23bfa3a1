/** Places that only older forms of the layout use. When they are empty, there is nothing to bring over from them. */
import type { StoragePath } from '../../core/storage-path.js';
import type { StorageDriver } from '../../driver/driver.js';
import { AGES } from '../../paths/ages/ages.js';
import { pathFor } from '../../paths/path-for.js';

const OLDEST = AGES['november-2014'];

/** Content of 2014, by whatever digest. */
export const CONTENT_OF_2014 = OLDEST.pathFor('blobs', {});
/** Which repositories own a layer, as November 2014 kept it. */
export const INDEX_OF_2014 = OLDEST.pathFor('layerIndexes', {});

/** Folders of content that has another place in the released form: that of 2014, and what stands under its tarsum. */
export async function foldersOfOldContent(source: StorageDriver): Promise<readonly StoragePath[]> {
  const found = [CONTENT_OF_2014];
  for await (const page of source.list(pathFor('blobs', {})))
    for (const { name, path } of page) if (name === 'tarsum') found.push(path);
  return found;
}

/** Whether the folder holds anything. */
export async function hasAny(driver: StorageDriver, folder: StoragePath): Promise<boolean> {
  for await (const page of driver.list(folder, { limit: 1 })) if (page.length > 0) return true;
  return false;
}
