/** The names of a folder in byte order, kept so that adding one to a hundred thousand costs no sort of all. */
import { byteOrder } from '../core/pages.js';

/** A set of names with a sorted view. */
export interface SortedNames {
  /** The name must not be in the set. */
  add(name: string): void;
  /** The name must be in the set. */
  delete(name: string): void;
  /** All names in byte order. The array never changes once it has been handed out. */
  view(): readonly string[];
}

/** An empty set. Changes are noted and worked into the view, in one merge, when it is next asked for. */
export function createSortedNames(): SortedNames {
  let sorted: readonly string[] = [];
  const added = new Set<string>();
  const removed = new Set<string>();
  return {
    add(name) {
      if (!removed.delete(name)) added.add(name);
    },
    delete(name) {
      if (!added.delete(name)) removed.add(name);
    },
    view() {
      if (removed.size > 0) sorted = sorted.filter((name) => !removed.has(name));
      if (added.size > 0) sorted = merge(sorted, [...added].sort(byteOrder));
      removed.clear();
      added.clear();
      return sorted;
    },
  };
}

function merge(a: readonly string[], b: readonly string[]): string[] {
  const all: string[] = [];
  let i = 0;
  for (const name of b) {
    for (let next = a[i]; next !== undefined && next < name; next = a[i]) {
      all.push(next);
      i++;
    }
    all.push(name);
  }
  return all.concat(a.slice(i));
}
