/**
 * The names of a folder in byte order. Reading and sorting 100,000 names takes a tenth of a second, so sorted listings are
 * kept, and used again while the folder's stamp says that nothing has changed. Nothing but names and kinds is kept:
 * sizes and times are asked for, for the entries of a page only.
 */
import { byteOrder } from '../../core/pages.js';
import { failedWith } from './faults.js';
import { discard, factsIfAny } from './files.js';
import { isOperators, isShown, isTemporary, type Places } from './places.js';
import type { Stamps } from './stamps.js';
import type { FileSystem, FoundName } from './system.js';

/** A name that a listing shows. */
export interface Child {
  readonly name: string;
  readonly folder: boolean;
}

/** Sorted listings. */
export interface Listings {
  /** The children of a folder; none when it is missing or no folder. */
  of(path: string): Promise<readonly Child[]>;
}

/** Names kept in all, about 100 bytes each. */
const KEPT_NAMES = 250_000;
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Listings of the folders below the root. */
export function createListings(system: FileSystem, places: Places, stamps: Stamps, now: () => number): Listings {
  const kept = new Map<string, { stamp: string; children: readonly Child[] }>();
  let names = 0;

  function drop(path: string): void {
    const known = kept.get(path);
    if (known === undefined) return;
    kept.delete(path);
    names -= weightOf(known.children);
  }

  function keep(path: string, stamp: string, children: readonly Child[]): void {
    drop(path);
    if (weightOf(children) > KEPT_NAMES) return;
    kept.set(path, { stamp, children });
    names += weightOf(children);
    for (const oldest of kept.keys()) {
      if (names <= KEPT_NAMES) break;
      drop(oldest);
    }
  }

  async function load(path: string): Promise<readonly Child[]> {
    const folder = places.onDisk(path);
    let found: readonly FoundName[];
    try {
      found = await system.names(folder);
    } catch (error) {
      if (failedWith(error, 'ENOENT', 'ENOTDIR')) return [];
      throw error;
    }
    const children: Child[] = [];
    for (const { name, kind } of found) {
      if (isTemporary(name)) await removeAbandoned(`${folder}/${name}`);
      if (!isShown(name)) continue;
      if (kind === 'folder') children.push({ name, folder: true });
      else if (kind === 'file') children.push({ name, folder: false });
      else if (kind === 'link' && isOperators(`${path}/${name}`) && (await leadsToFolder(`${folder}/${name}`))) {
        children.push({ name, folder: true });
      }
    }
    return children.sort((a, b) => byteOrder(a.name, b.name));
  }

  /** What a put left behind when its process ended. A day is longer than any put lasts. */
  async function removeAbandoned(file: string): Promise<void> {
    const facts = await factsIfAny(system, file);
    if (facts !== undefined && now() - facts.modifiedMs > ABANDONED_MS) await discard(system, file);
  }

  async function leadsToFolder(file: string): Promise<boolean> {
    try {
      return (await system.factsBehind(file)).kind === 'folder';
    } catch {
      // A link that leads nowhere is absent, like any other link.
      return false;
    }
  }

  return {
    async of(path) {
      const known = kept.get(path);
      if (known !== undefined && stamps.raw(path) === known.stamp) {
        kept.delete(path);
        kept.set(path, known);
        return known.children;
      }
      // Taken before the names are read: a change in between makes it differ from the next one.
      const stamp = stamps.trusted(path);
      const children = await load(path);
      if (stamp === undefined) drop(path);
      else keep(path, stamp, children);
      return children;
    },
  };
}

function weightOf(children: readonly Child[]): number {
  return children.length + 4;
}
