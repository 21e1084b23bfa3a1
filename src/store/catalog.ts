/** Names of repositories, read from the folders: component by component, so that `a/b` comes right after `a` and before `a-b`. */
import type { ListOptions, Pages } from '../core/pages.js';
import { componentsOf, isRepositoryName, nameBelow, type RepositoryName } from '../core/reference.js';
import type { StoragePath } from '../core/storage-path.js';
import type { CallOptions, Entry, StorageDriver } from '../driver/driver.js';
import { parsePath } from '../paths/parse-path.js';
import { pathFor } from '../paths/path-for.js';

/** The repositories of a store. */
export interface Catalog {
  /** In order. Listing goes on from `after` without looking at what comes before it. */
  list(options?: ListOptions): Pages<RepositoryName>;
  /** True when something has been pushed into the repository, or mounted. */
  has(name: RepositoryName, options?: CallOptions): Promise<boolean>;
}

/** More than a repository has parts: its layers, manifests, uploads and what is ours. */
const PARTS = 16;
/** Names on one page. */
const PAGE = 1000;

/** The catalog of a driver's store. */
export function createCatalog(driver: StorageDriver): Catalog {
  const layers = (name: RepositoryName) => pathFor('layers', { name });
  const manifests = (name: RepositoryName) => pathFor('manifests', { name });

  /** A repository has one of these folders. One listing tells, and also what else is below. */
  const isMark = (entry: Entry, name: RepositoryName): boolean => entry.path === layers(name) || entry.path === manifests(name);

  /** Names below a folder. `after`: components of the name to go on from, relative to this folder. */
  async function* below(folder: StoragePath, after: readonly string[], options: CallOptions): AsyncIterable<RepositoryName> {
    const [first, ...rest] = after;
    if (first !== undefined) {
      const child = childNamed(folder, first);
      if (child) yield* below(child, rest, options);
    }
    for await (const page of driver.list(folder, { ...options, ...(first === undefined ? {} : { after: first }) })) {
      for (const entry of page) {
        const spec = entry.folder ? parsePath(entry.path) : undefined;
        if (spec?.kind !== 'repository') continue;
        if (await catalog.has(spec.name, options)) yield spec.name;
        yield* below(entry.path, [], options);
      }
    }
  }

  const childNamed = (folder: StoragePath, name: string): StoragePath | undefined => {
    const parent = parsePath(folder);
    const full = nameBelow(parent?.kind === 'repository' ? parent.name : undefined, name);
    return isRepositoryName(full) ? pathFor('repository', { name: full }) : undefined;
  };

  const catalog: Catalog = {
    async *list({ after = '', limit = Number.POSITIVE_INFINITY, signal } = {}) {
      const options = signal ? { signal } : {};
      let page: RepositoryName[] = [];
      let left = limit;
      if (left <= 0) return;
      for await (const name of below(pathFor('repositories', {}), componentsOf(after), options)) {
        page.push(name);
        left--;
        if (page.length === PAGE || left === 0) {
          yield page;
          page = [];
        }
        if (left === 0) return;
      }
      if (page.length > 0) yield page;
    },
    async has(name, options) {
      // Names of a repository's parts begin with `_`, and no repository's does: these come one after another.
      for await (const page of driver.list(pathFor('repository', { name }), { ...options, after: '_', limit: PARTS })) {
        for (const entry of page) if (isMark(entry, name)) return true;
      }
      return false;
    },
  };
  return catalog;
}
