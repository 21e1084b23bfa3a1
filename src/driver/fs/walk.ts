/** Listing a folder, and walking all below one, a page at a time. */
import { createGate, type Gate } from '../../core/gate.js';
import { indexAfter } from '../../core/pages.js';
import type { StoragePath } from '../../core/storage-path.js';
import { throwIfAborted } from '../aborts.js';
import type { Entry, ListEntriesOptions } from '../driver.js';
import { childPath } from '../entry-path.js';
import { failedWith } from './faults.js';
import { factsIfAny } from './files.js';
import type { Child, Listings } from './listing.js';
import type { Places } from './places.js';
import type { FileSystem } from './system.js';

const PAGE = 1000;
/** Calls at once for one listing or walk. */
const WIDTH = 8;
/** Folders that a walk reads ahead on each level. */
const AHEAD = 16;

/** What listing needs of the other parts. */
export interface ListingParts {
  readonly system: FileSystem;
  readonly places: Places;
  readonly listings: Listings;
}

/** The children of a folder; see `StorageDriver.list`. Only entries of a page that is asked for are looked at. */
export async function* listFolder(
  parts: ListingParts,
  path: StoragePath,
  options: ListEntriesOptions,
): AsyncGenerator<readonly Entry[]> {
  const { after, signal } = options;
  throwIfAborted(signal);
  const gate = createGate(WIDTH);
  const children = await parts.listings.of(path);
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  for (let at = after === undefined ? 0 : indexAfter(children, after, nameOfChild); at < children.length && left > 0; ) {
    throwIfAborted(signal);
    const wanted = children.slice(at, at + Math.min(PAGE, left));
    at += wanted.length;
    const page = await entriesOf(parts, path, wanted, gate, options.folderTimes);
    left -= page.length;
    if (page.length > 0) yield page;
  }
}

/** All objects below a folder; see `StorageDriver.walk`. */
export async function* walkFolder(
  parts: ListingParts,
  path: StoragePath,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Entry[]> {
  let page: Entry[] = [];
  for await (const entries of filesBelow(parts, path, createGate(WIDTH), signal)) {
    for (const entry of entries) {
      if (page.push(entry) < PAGE) continue;
      yield page;
      throwIfAborted(signal);
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

/** The objects below a folder, in order. The folders that come next are read while the caller looks at this one. */
async function* filesBelow(
  parts: ListingParts,
  path: StoragePath,
  gate: Gate,
  signal: AbortSignal | undefined,
  first?: Promise<readonly Entry[]>,
): AsyncGenerator<readonly Entry[]> {
  throwIfAborted(signal);
  const entries = await (first ?? loadFolder(parts, path, gate));
  const loading = new Map<number, Promise<readonly Entry[]>>();
  let next = 0;
  for (let i = 0; i < entries.length; i++) {
    for (next = Math.max(next, i); next < Math.min(i + AHEAD, entries.length); next++) {
      const entry = entries[next];
      if (!entry?.folder) continue;
      const load = loadFolder(parts, entry.path, gate);
      // Its error is met when its turn comes; a walk that ends before must not leave it unhandled.
      load.catch(() => undefined);
      loading.set(next, load);
    }
    const entry = entries[i];
    if (entry === undefined) continue;
    if (!entry.folder) {
      yield [entry];
      continue;
    }
    const load = loading.get(i);
    loading.delete(i);
    yield* filesBelow(parts, entry.path, gate, signal, load);
  }
}

function loadFolder(parts: ListingParts, path: StoragePath, gate: Gate): Promise<readonly Entry[]> {
  return gate(() => parts.listings.of(path)).then((children) => entriesOf(parts, path, children, gate));
}

/** The entries of these children, in order. What has gone meanwhile is left out. */
async function entriesOf(
  { system, places }: ListingParts,
  path: StoragePath,
  children: readonly Child[],
  gate: Gate,
  folderTimes = false,
): Promise<Entry[]> {
  const entries = await Promise.all(
    children.map(({ name, folder }): Entry | Promise<Entry | undefined> => {
      const at = childPath(path, name);
      if (folder && !folderTimes) return { path: at, name, folder: true, size: 0, modified: undefined };
      return gate(async () => {
        if (folder) {
          const modified = await folderTime(system, places.onDisk(at));
          return modified && { path: at, name, folder: true, size: 0, modified };
        }
        const facts = await factsIfAny(system, places.onDisk(at));
        if (facts?.kind !== 'file') return undefined;
        return {
          path: at,
          name,
          folder: false,
          size: facts.size,
          modified: new Date(facts.modifiedMs),
        };
      });
    }),
  );
  return entries.filter((entry) => entry !== undefined);
}

/** Undefined for one that is gone meanwhile. */
async function folderTime(system: FileSystem, folder: string): Promise<Date | undefined> {
  try {
    return new Date((await system.factsBehind(folder)).modifiedMs);
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

const nameOfChild = ({ name }: Child): string => name;
