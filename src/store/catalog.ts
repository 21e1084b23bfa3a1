/** Names of repositories, read from the folders: component by component, so that `a/b` comes right after `a` and before `a-b`. */
import { indexAfter, type ListOptions, type Pages } from '../core/pages.js';
import { componentsOf, isRepositoryName, nameBelow, type RepositoryName } from '../core/reference.js';
import type { StoragePath } from '../core/storage-path.js';
import type { CallOptions, StorageDriver } from '../driver/driver.js';
import { pathFor } from '../paths/path-for.js';
import { type Folders, holdsName } from './folders.js';

/** The repositories of a store. */
export interface Catalog {
  /** In order. Listing goes on from `after` without looking at what comes before it. */
  list(options?: ListOptions): Pages<RepositoryName>;
  /** True when something has been pushed into the repository, or mounted. */
  has(name: RepositoryName, options?: CallOptions): Promise<boolean>;
}

/** A folder on the way to the names that are left: its own name, if it is no repository's root, and the folders in it to come. */
interface Level {
  readonly name: RepositoryName | undefined;
  next(): string | undefined | Promise<string | undefined>;
}

/** A folder as it was found. */
interface Found {
  readonly isRepository: boolean;
  readonly level: Level;
}

/** More than a repository has parts: its layers, manifests, uploads and what is ours. */
const PARTS = 16;
/** Names on one page. */
const PAGE = 1000;

/** The catalog of a driver's store. */
export function createCatalog(driver: StorageDriver, folders: Folders): Catalog {
  const pathOf = (name: RepositoryName | undefined): StoragePath =>
    name === undefined ? pathFor('repositories', {}) : pathFor('repository', { name });

  /** A repository has one of these folders. */
  const marks = (name: RepositoryName): readonly string[] => {
    const folder = pathOf(name);
    return [pathFor('layers', { name }), pathFor('manifests', { name })].map((path) => path.slice(folder.length + 1));
  };

  /** What is in the folder, from the name `after` on. Nothing has to be waited for where the names are known. */
  const open = (name: RepositoryName | undefined, after: string, options: CallOptions): Found | Promise<Found> => {
    const names = folders.names(pathOf(name), options);
    const found = (all: readonly string[]): Found => ({
      isRepository: name !== undefined && marks(name).some((mark) => holdsName(all, mark)),
      level: levelOf(name, all, after),
    });
    if (names === undefined) return openByPages(name, after, options);
    return names instanceof Promise ? names.then(found) : found(names);
  };

  const openByPages = async (name: RepositoryName | undefined, after: string, options: CallOptions): Promise<Found> => ({
    isRepository: name !== undefined && (await catalog.has(name, options)),
    level: levelByPages(name, foldersIn(driver, pathOf(name), after, options)),
  });

  /** The folders that lead to a name, each gone past what comes before it. The name need not exist. */
  const levelsTo = async (after: string, options: CallOptions): Promise<Level[]> => {
    const components = componentsOf(after);
    const levels: Level[] = [];
    let name: RepositoryName | undefined;
    for (const component of [...components, '']) {
      levels.push((await open(name, component, options)).level);
      const below = nameBelow(name, component);
      if (!isRepositoryName(below)) break;
      name = below;
    }
    return levels;
  };

  const catalog: Catalog = {
    async *list({ after = '', limit = Number.POSITIVE_INFINITY, signal } = {}) {
      const options = signal ? { signal } : {};
      if (limit <= 0) return;
      let page: RepositoryName[] = [];
      let left = limit;
      const levels = await levelsTo(after, options);
      for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
        const next = level.next();
        const component = next instanceof Promise ? await next : next;
        if (component === undefined) {
          levels.pop();
          continue;
        }
        const name = nameBelow(level.name, component);
        if (!isRepositoryName(name)) continue;
        const opened = open(name, '', options);
        const found = opened instanceof Promise ? await opened : opened;
        levels.push(found.level);
        if (!found.isRepository) continue;
        page.push(name);
        left--;
        if (left > 0 && page.length < PAGE) continue;
        yield page;
        if (left === 0) return;
        page = [];
      }
      if (page.length > 0) yield page;
    },
    async has(name, options) {
      const [layers, manifests] = marks(name);
      // Names of a repository's parts begin with `_`, and no repository's does: these come one after another.
      for await (const page of driver.list(pathOf(name), { ...options, after: '_', limit: PARTS })) {
        for (const entry of page) if (entry.folder && (entry.name === layers || entry.name === manifests)) return true;
      }
      return false;
    },
  };
  return catalog;
}

function levelOf(name: RepositoryName | undefined, names: readonly string[], after: string): Level {
  let at = indexAfter(names, after);
  return { name, next: () => names[at++] };
}

function levelByPages(name: RepositoryName | undefined, names: AsyncGenerator<string, undefined>): Level {
  return { name, next: async () => (await names.next()).value };
}

async function* foldersIn(
  driver: StorageDriver,
  path: StoragePath,
  after: string,
  options: CallOptions,
): AsyncGenerator<string, undefined> {
  for await (const page of driver.list(path, { ...options, ...(after === '' ? {} : { after }) })) {
    for (const entry of page) if (entry.folder) yield entry.name;
  }
  return undefined;
}
