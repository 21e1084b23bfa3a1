/** The contract of `StorageDriver` in its plainest words: a map of objects and a set of folders. */
import type { DriverFault } from '../../../src/driver/driver.js';

/** What a call comes to: a value, or the fault that it fails with. */
export type Outcome = unknown;

const failed = (fault: DriverFault): Outcome => fault;

/** What a store holds. */
export interface Model {
  put(path: string, content: string, condition: { ifAbsent?: true; ifMatch?: string }): Outcome;
  append(path: string, at: number | 'end', content: string): Outcome;
  read(path: string): Outcome;
  move(from: string, to: string): Outcome;
  remove(path: string, ifMatch: string | undefined): Outcome;
  removeFolder(path: string): Outcome;
  removeTree(path: string): Outcome;
  makeFolder(path: string): Outcome;
  list(path: string): Outcome;
  walk(path: string): Outcome;
}

/** An empty store. */
export function createModel(): Model {
  const objects = new Map<string, string>();
  const folders = new Set<string>();

  const above = (path: string): string[] => path.split('/').flatMap((_, i, all) => (i > 1 ? [all.slice(0, i).join('/')] : []));
  const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);
  const blocked = (path: string): boolean => folders.has(path) || above(path).some((folder) => objects.has(folder));
  const place = (path: string, content: string): undefined => {
    for (const folder of above(path)) folders.add(folder);
    objects.set(path, content);
  };

  const children = (path: string): string[] =>
    [...objects.keys(), ...folders]
      .filter((each) => isBelow(each, path) && !each.slice(path.length + 1).includes('/'))
      .sort((a, b) => (a < b ? -1 : 1));

  const walk = (path: string): string[] =>
    children(path).flatMap((child) => (folders.has(child) ? walk(child) : [`${child}=${objects.get(child)}`]));

  return {
    put(path, content, { ifAbsent, ifMatch }) {
      if (blocked(path) || (ifAbsent && objects.has(path))) return failed('condition-failed');
      if (ifMatch !== undefined && objects.get(path) !== ifMatch) return failed('condition-failed');
      return place(path, content);
    },
    append(path, at, content) {
      const before = objects.get(path);
      const offset = at === 'end' ? (before?.length ?? 0) : at;
      if (before === undefined && offset !== 0) return failed('not-found');
      if (blocked(path)) return failed('condition-failed');
      if ((before ?? '').length !== offset) return failed('conflict');
      return place(path, (before ?? '') + content);
    },
    read: (path) => objects.get(path) ?? failed('not-found'),
    move(from, to) {
      const content = objects.get(from);
      if (content === undefined) return failed('not-found');
      if (blocked(to)) return failed('condition-failed');
      objects.delete(from);
      return place(to, content);
    },
    remove(path, ifMatch) {
      if (ifMatch !== undefined && !objects.has(path)) return failed('not-found');
      if (ifMatch !== undefined && objects.get(path) !== ifMatch) return failed('condition-failed');
      objects.delete(path);
      return undefined;
    },
    removeFolder(path) {
      if (objects.has(path) || children(path).length > 0) return false;
      folders.delete(path);
      return true;
    },
    removeTree(path) {
      for (const all of [objects, folders]) {
        for (const each of all.keys()) if (each === path || isBelow(each, path)) all.delete(each);
      }
      return undefined;
    },
    makeFolder(path) {
      if (objects.has(path) || above(path).some((folder) => objects.has(folder))) return failed('condition-failed');
      for (const folder of [...above(path), path]) folders.add(folder);
      return undefined;
    },
    list: (path) => children(path).map((child) => (folders.has(child) ? `${child}/` : `${child}=${objects.get(child)?.length}`)),
    walk,
  };
}
