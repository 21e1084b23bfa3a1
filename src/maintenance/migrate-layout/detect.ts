/** Cheap looks at a volume, for whoever starts to serve it. */
import type { StorageDriver } from '../../driver/driver.js';
import { pathFor } from '../../paths/path-for.js';
import { CONTENT_OF_2014, hasAny, INDEX_OF_2014 } from './old-places.js';

/**
 * A sentence when the store has something for a migration of its layout to do: data of November or December 2014, which
 * stand in folders of their own, content by tarsums, or a migration that has not come to its end. Whether the links of
 * early 2015 are in places that are served takes a plan to see.
 */
export async function needsMigration(driver: StorageDriver): Promise<string | undefined> {
  if (await hasAny(driver, pathFor('migration', {})))
    return 'a migration of the layout has not come to its end: run lading migrate-layout again';
  for (const folder of [CONTENT_OF_2014, INDEX_OF_2014]) {
    if (await hasAny(driver, folder))
      return 'the store holds data in forms of 2014, which are not served: lading migrate-layout brings them over';
  }
  for await (const page of driver.list(pathFor('blobs', {}))) {
    if (page.some(({ name }) => name === 'tarsum'))
      return 'the store holds content of early 2015 by tarsums: lading migrate-layout shows what of it is not served, and brings it over';
  }
  return undefined;
}
