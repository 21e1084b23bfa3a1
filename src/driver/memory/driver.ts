/**
 * The reference implementation of a storage driver: a tree in memory, gone with the process. Each call does its work in
 * one synchronous step, so calls never see one another half done.
 */
import { indexAfter } from '../../core/pages.js';
import type { StoragePath } from '../../core/storage-path.js';
import { throwIfAborted } from '../aborts.js';
import { type CallOptions, DriverError, type Entry, type ListEntriesOptions, type StorageDriver } from '../driver.js';
import { childPath, nameOf, parentOf } from '../entry-path.js';
import { createReader, createWriter } from './streams.js';
import { deleteChild, type Folder, find, type Leaf, makeFolders, type Node, newFolder, newLeaf, setChild } from './tree.js';

const PAGE = 1000;

/** A new, empty store. */
export function createMemoryDriver(): StorageDriver {
  const root = newFolder();

  function leafAt(operation: string, path: StoragePath): Leaf {
    const node = find(root, path);
    if (node?.kind !== 'object') throw new DriverError('not-found', operation, path);
    return node;
  }

  /** Puts an object at the path, with its folders. Nothing is made when something is in the way. */
  function place(operation: string, path: StoragePath, leaf: Leaf): void {
    const inTheWay = find(root, path)?.kind === 'folder';
    const folder = inTheWay ? undefined : makeFolders(root, parentOf(path));
    if (folder === undefined)
      throw new DriverError('condition-failed', operation, path, new Error('a folder and an object cannot share a path'));
    setChild(folder, nameOf(path), leaf);
  }

  function drop(path: StoragePath): void {
    const folder = find(root, parentOf(path));
    if (folder?.kind === 'folder') deleteChild(folder, nameOf(path));
  }

  return {
    name: 'inmemory',
    features: { folders: true, conditional: true, stalenessMs: 0 },

    async read(path, options = {}) {
      throwIfAborted(options.signal);
      return Buffer.concat(leafAt('read', path).pieces);
    },

    async open(path, options = {}) {
      throwIfAborted(options.signal);
      return createReader(leafAt('open', path), path, options.range, options.signal);
    },

    async stat(path, options = {}) {
      throwIfAborted(options.signal);
      return entryOf(path, leafAt('stat', path));
    },

    async put(path, content, options = {}) {
      throwIfAborted(options.signal);
      const known = find(root, path);
      if (options.ifAbsent && known !== undefined) throw new DriverError('condition-failed', 'put', path);
      if (options.ifMatch && !(known?.kind === 'object' && Buffer.concat(known.pieces).equals(options.ifMatch))) {
        throw new DriverError('condition-failed', 'put', path);
      }
      place('put', path, newLeaf(Buffer.from(content)));
    },

    async touch(path, options = {}) {
      throwIfAborted(options.signal);
      leafAt('touch', path).modified = new Date();
    },

    async move(from, to, options = {}) {
      throwIfAborted(options.signal);
      const leaf = leafAt('move', from);
      if (from === to) return;
      place('move', to, leaf);
      drop(from);
    },

    async copy(from, to, options = {}) {
      throwIfAborted(options.signal);
      const leaf = leafAt('copy', from);
      if (from !== to) place('copy', to, newLeaf(Buffer.concat(leaf.pieces)));
    },

    async remove(paths, options = {}) {
      throwIfAborted(options.signal);
      for (const path of paths) {
        if (options.ifMatch && !Buffer.concat(leafAt('remove', path).pieces).equals(options.ifMatch)) {
          throw new DriverError('condition-failed', 'remove', path);
        }
        if (find(root, path)?.kind === 'object') drop(path);
      }
    },

    async removeFolder(path, options = {}) {
      throwIfAborted(options.signal);
      const node = find(root, path);
      if (node === undefined) return true;
      if (node.kind !== 'folder' || node.children.size > 0) return false;
      drop(path);
      return true;
    },

    async removeTree(path, options = {}) {
      throwIfAborted(options.signal);
      drop(path);
    },

    async makeFolder(path, options = {}) {
      throwIfAborted(options.signal);
      if (makeFolders(root, path) === undefined) throw new DriverError('condition-failed', 'makeFolder', path);
    },

    list: (path, options = {}) => list(root, path, options),
    walk: (path, options = {}) => walk(root, path, options),

    async append(path, at, options = {}) {
      throwIfAborted(options.signal);
      const known = find(root, path);
      if (known?.kind !== 'object') {
        if (at !== 0) throw new DriverError('not-found', 'append', path);
        place('append', path, newLeaf(undefined));
      }
      const leaf = leafAt('append', path);
      if (leaf.size !== at)
        throw new DriverError('conflict', 'append', path, new Error(`${leaf.size} bytes are there, not ${at}`));
      return createWriter(leaf, path, () => find(root, path) === leaf);
    },

    async appended(path, options = {}) {
      throwIfAborted(options.signal);
      return leafAt('appended', path).size;
    },

    stamp(path) {
      const node = find(root, path);
      return node && `${node.id}.${node.kind === 'folder' ? node.version : node.size}`;
    },

    async settle(_paths, options = {}) {
      throwIfAborted(options.signal);
    },

    async close() {},
  };
}

function entryOf(path: StoragePath, node: Node, folderTimes = false): Entry {
  const name = nameOf(path);
  if (node.kind === 'folder') return { path, name, folder: true, size: 0, modified: folderTimes ? node.modified : undefined };
  return {
    path,
    name,
    folder: false,
    size: node.size,
    modified: node.modified,
  };
}

async function* list(root: Folder, path: StoragePath, options: ListEntriesOptions): AsyncGenerator<readonly Entry[]> {
  throwIfAborted(options.signal);
  const folder = find(root, path);
  if (folder?.kind !== 'folder') return;
  const names = folder.names.view();
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  for (let at = options.after === undefined ? 0 : indexAfter(names, options.after); at < names.length && left > 0; ) {
    throwIfAborted(options.signal);
    const page: Entry[] = [];
    for (const full = Math.min(PAGE, left); at < names.length && page.length < full; at++) {
      const name = names[at] ?? '';
      const node = folder.children.get(name);
      if (node) page.push(entryOf(childPath(path, name), node, options.folderTimes));
    }
    left -= page.length;
    if (page.length > 0) yield page;
  }
}

async function* walk(root: Folder, path: StoragePath, options: CallOptions): AsyncGenerator<readonly Entry[]> {
  throwIfAborted(options.signal);
  const top = find(root, path);
  if (top?.kind !== 'folder') return;
  let page: Entry[] = [];
  for (const entry of objectsBelow(top, path)) {
    if (page.push(entry) < PAGE) continue;
    yield page;
    throwIfAborted(options.signal);
    page = [];
  }
  if (page.length > 0) yield page;
}

function* objectsBelow(folder: Folder, path: StoragePath): Generator<Entry> {
  for (const name of folder.names.view()) {
    const node = folder.children.get(name);
    if (node === undefined) continue;
    const at = childPath(path, name);
    if (node.kind === 'folder') yield* objectsBelow(node, at);
    else yield entryOf(at, node);
  }
}
