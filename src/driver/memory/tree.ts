/** The memory driver's tree: folders of sorted names, objects of pieces. Plain data and synchronous steps. */
import { createSortedNames, type SortedNames } from '../sorted-names.js';

/** Bytes at a name. Pieces are only ever added: an opened reader keeps its own count of bytes. */
export interface Leaf {
  readonly kind: 'object';
  readonly id: number;
  readonly pieces: Buffer[];
  size: number;
  modified: Date;
  /** Who appends at the moment; another writer's turn ends when this changes. */
  writer: object | undefined;
}

/** Names, each an object or a folder. */
export interface Folder {
  readonly kind: 'folder';
  readonly id: number;
  /** Grows with each change of the names. */
  version: number;
  /** When they last changed. */
  modified: Date;
  readonly children: Map<string, Leaf | Folder>;
  readonly names: SortedNames;
}

/** What stands at a path. */
export type Node = Leaf | Folder;

let lastId = 0;

/** An object of these bytes, which it keeps: the caller must not change them. */
export function newLeaf(content: Buffer | undefined): Leaf {
  const pieces = content === undefined ? [] : [content];
  return {
    kind: 'object',
    id: ++lastId,
    pieces,
    size: content?.length ?? 0,
    modified: new Date(),
    writer: undefined,
  };
}

/** An empty folder. */
export function newFolder(): Folder {
  return {
    kind: 'folder',
    id: ++lastId,
    version: 0,
    modified: new Date(),
    children: new Map(),
    names: createSortedNames(),
  };
}

/** What stands at the path below the folder; undefined when nothing does, or an object is on the way. */
export function find(root: Folder, path: string): Node | undefined {
  let node: Node | undefined = root;
  for (const part of partsOf(path)) {
    if (node?.kind !== 'folder') return undefined;
    node = node.children.get(part);
  }
  return node;
}

/** The folder at the path, made with all on the way; undefined when an object is in the way. */
export function makeFolders(root: Folder, path: string): Folder | undefined {
  let folder = root;
  for (const part of partsOf(path)) {
    let next = folder.children.get(part);
    if (next === undefined) {
      next = newFolder();
      setChild(folder, part, next);
    }
    if (next.kind !== 'folder') return undefined;
    folder = next;
  }
  return folder;
}

/** Puts a node at a name, in place of what is there. */
export function setChild(folder: Folder, name: string, node: Node): void {
  if (!folder.children.has(name)) {
    folder.names.add(name);
    noteChange(folder);
  }
  folder.children.set(name, node);
}

/** Takes a name away, if it is there. */
export function deleteChild(folder: Folder, name: string): void {
  if (!folder.children.delete(name)) return;
  folder.names.delete(name);
  noteChange(folder);
}

function noteChange(folder: Folder): void {
  folder.version++;
  folder.modified = new Date();
}

function partsOf(path: string): string[] {
  return path === '' ? [] : path.slice(1).split('/');
}
