/** Other names of a repository's blobs: layer links that hold the digest of the content in the place of their own. */
import { algorithmOf, type Digest } from '../core/digest.js';
import type { RepositoryName } from '../core/reference.js';
import type { CallOptions, StorageDriver } from '../driver/driver.js';
import { parsePath } from '../paths/parse-path.js';
import { pathFor } from '../paths/path-for.js';
import type { LinkStore } from './links.js';
import { clearUnreadable, swapLink } from './swap-link.js';

/** The aliases of one repository. They are read as all layer links are. */
export interface AliasStore {
  /**
   * Makes the alias stand for `target`, durably, if it stands for `seen` still; false when it does not, and for once when a
   * link that cannot be read had to be cleared away first.
   */
  point(alias: Digest, seen: Digest | undefined, target: Digest, options?: CallOptions): Promise<boolean>;
  /** All that stand for this digest. */
  of(target: Digest, options?: CallOptions): Promise<readonly Digest[]>;
}

/** The aliases among these layer links. */
export function createAliasStore(driver: StorageDriver, name: RepositoryName, layers: LinkStore): AliasStore {
  return {
    async point(alias, seen, target, options) {
      const path = layers.pathOf(alias);
      if (await swapLink(driver, path, seen, target, options)) return true;
      if (seen === undefined) await clearUnreadable(driver, path, () => layers.resolve(alias, options), options);
      return false;
    },

    async of(target, options) {
      const found: Digest[] = [];
      for await (const folders of driver.list(pathFor('layers', { name }), options)) {
        for (const { path: folder, name: algorithm, folder: isFolder } of folders) {
          // An alias is of another algorithm than what it stands for, and most links are of the same.
          if (!isFolder || algorithm === algorithmOf(target)) continue;
          for await (const page of driver.walk(folder, options)) {
            for (const { path, size } of page) {
              const spec = parsePath(path);
              // Sha512 content links to itself, which is longer: its links need not be read.
              if (spec?.kind !== 'layerLink' || size !== target.length) continue;
              if ((await layers.resolve(spec.digest, options)) === target) found.push(spec.digest);
            }
          }
        }
      }
      return found;
    },
  };
}
