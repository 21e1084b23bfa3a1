/**
 * A disk that forgets: plays a journal and tells, after any of its lines, what the disk may hold if the power goes then.
 * A sync keeps what had been done when it began, and only once it has ended: the content of a file, or the names in a
 * folder. Nothing else is kept: not the name of a synced file, not a file by the sync of its folder.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.js';
import type { Effect, Inode, JournalEntry } from './recording-file-system.js';

/** Files and folders by their path below the base; a folder has no content. */
export type Tree = ReadonlyMap<string, Buffer | undefined>;

/** A disk while a journal is played. */
export interface ForgetfulDisk {
  play(entry: JournalEntry): void;
  /** What is left when everything is lost that was not synced. */
  strict(): Tree;
  /** What may be left otherwise: of each name and each file's bytes what was synced, or what was done since, or some of it. */
  lucky(random: Random): Tree;
}

interface Node {
  readonly folder: boolean;
  names: Map<string, Inode>;
  keptNames: ReadonlyMap<string, Inode>;
  content: Buffer;
  keptContent: Buffer;
  /** The sync that `kept...` are of. */
  kept: number;
}

const EMPTY = Buffer.alloc(0);

function newNode(folder: boolean): Node {
  return { folder, names: new Map(), keptNames: new Map(), content: EMPTY, keptContent: EMPTY, kept: 0 };
}

/** A disk with an empty base folder. */
export function forgetfulDisk(): ForgetfulDisk {
  const nodes = new Map<Inode, Node>([[0, newNode(true)]]);
  const syncing = new Map<number, { node: Node; names: ReadonlyMap<string, Inode>; content: Buffer }>();

  const nodeOf = (inode: Inode): Node => {
    const node = nodes.get(inode);
    if (node === undefined) throw new Error(`the journal has no inode ${inode}`);
    return node;
  };

  function apply(effect: Effect): void {
    switch (effect.kind) {
      case 'make':
        nodes.set(effect.inode, newNode(effect.folder));
        nodeOf(effect.parent).names.set(effect.name, effect.inode);
        return;
      case 'link':
        nodeOf(effect.parent).names.set(effect.name, effect.inode);
        return;
      case 'unlink':
        nodeOf(effect.parent).names.delete(effect.name);
        return;
      case 'write': {
        const node = nodeOf(effect.inode);
        // A new buffer each time: what a sync has seen must not change.
        const content = Buffer.alloc(Math.max(node.content.length, effect.position + effect.content.length));
        node.content.copy(content);
        effect.content.copy(content, effect.position);
        node.content = content;
      }
    }
  }

  function collect(namesOf: (node: Node) => ReadonlyMap<string, Inode>, contentOf: (inode: Inode, node: Node) => Buffer): Tree {
    const tree = new Map<string, Buffer | undefined>();
    const visit = (folder: Node, path: string): void => {
      for (const [name, inode] of [...namesOf(folder)].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const node = nodeOf(inode);
        const at = path === '' ? name : `${path}/${name}`;
        tree.set(at, node.folder ? undefined : contentOf(inode, node));
        if (node.folder) visit(node, at);
      }
    };
    visit(nodeOf(0), '');
    return tree;
  }

  return {
    play(entry) {
      if (entry.kind === 'effects') for (const effect of entry.effects) apply(effect);
      if (entry.kind === 'sync-start') {
        const node = nodeOf(entry.inode);
        syncing.set(entry.sync, { node, names: new Map(node.names), content: node.content });
      }
      if (entry.kind === 'sync-end') {
        const seen = syncing.get(entry.sync);
        if (seen === undefined || seen.node.kept > entry.sync) return;
        seen.node.kept = entry.sync;
        seen.node.keptNames = seen.names;
        seen.node.keptContent = seen.content;
      }
    },

    strict: () =>
      collect(
        (node) => node.keptNames,
        (_inode, node) => node.keptContent,
      ),

    lucky(random) {
      const chosen = new Map<Inode, Buffer>();
      return collect(
        (node) => someNames(node, random),
        (inode, node) => {
          const content = chosen.get(inode) ?? someContent(node, random);
          chosen.set(inode, content);
          return content;
        },
      );
    },
  };
}

function someNames({ names, keptNames }: Node, random: Random): ReadonlyMap<string, Inode> {
  const left = new Map<string, Inode>();
  for (const name of new Set([...keptNames.keys(), ...names.keys()])) {
    const inode = random() < 0.5 ? names.get(name) : keptNames.get(name);
    if (inode !== undefined) left.set(name, inode);
  }
  return left;
}

/** All that was written, or what was synced, or something in between: cut short, or with bytes that never came to the disk. */
function someContent({ content, keptContent }: Node, random: Random): Buffer {
  if (content.equals(keptContent)) return content;
  const way = random();
  if (way < 0.3) return content;
  if (way < 0.6) return keptContent;
  const from = keptContent.length + Math.floor(random() * (content.length - keptContent.length));
  if (way < 0.8) return content.subarray(0, from);
  const holed = Buffer.from(content);
  return holed.fill(0, from);
}

/** The same text for the same tree. */
export function fingerprintOf(tree: Tree): string {
  const hash = createHash('sha256');
  for (const [path, content] of tree) {
    hash.update(`${path}\0${content === undefined ? 'folder' : content.length}\0`);
    if (content) hash.update(content);
  }
  return hash.digest('hex');
}

/** Writes the tree into an empty folder. */
export function writeTree(tree: Tree, folder: string): void {
  for (const [path, content] of tree) {
    if (content === undefined) mkdirSync(join(folder, path));
    else writeFileSync(join(folder, path), content);
  }
}
