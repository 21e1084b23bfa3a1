/** A cheap look whether a volume has forms of 2014: two folders at the top, which nothing has made since. */
import type { StorageDriver } from '../../driver/driver.js';
import { AGES } from '../../paths/ages/ages.js';

/** True when something of November or December 2014 is in the store. That of January 2015 takes a migration's plan to see. */
export async function hasOldestForms(driver: StorageDriver): Promise<boolean> {
  const { pathFor } = AGES['november-2014'];
  for (const folder of [pathFor('blobs', {}), pathFor('layerIndexes', {})]) {
    for await (const page of driver.list(folder, { limit: 1 })) if (page.length > 0) return true;
  }
  return false;
}
