/** Where a migration reads and where it writes: one store, or a store that stays as it is and one that is filled. */
import type { Digest } from '../../core/digest.js';
import { isDigest } from '../../core/digest.js';
import { createKeyedLock } from '../../core/gate.js';
import type { StoragePath } from '../../core/storage-path.js';
import { isNotFound, type StorageDriver } from '../../driver/driver.js';
import { pathFor } from '../../paths/path-for.js';
import type { Stores } from '../../store/stores.js';

/** A store that a migration works on. */
export interface MigrationStore {
  readonly driver: StorageDriver;
  readonly stores: Stores;
}

/** Both sides. */
export interface Sides {
  readonly source: StorageDriver;
  readonly target: StorageDriver;
  /** Of the target. */
  readonly stores: Stores;
  /** Both are one store: what has its new place leaves its old one. */
  readonly inPlace: boolean;
  /** Takes an object away from its old place; nothing is ever taken from a source of its own. */
  drop(path: StoragePath): Promise<void>;
  /** Runs the step when no other one is about this digest. */
  inTurn<T>(digest: Digest, step: () => Promise<T>): Promise<T>;
  /** The canonical digest of content that was verified under this one; undefined when none was. */
  canonicalOf(digest: Digest): Promise<Digest | undefined>;
  /** Remembers it, on stable storage, so that a run which is killed need not verify again. */
  remember(digest: Digest, canonical: Digest): Promise<void>;
}

/** The sides of a migration: within the source when there is no target. */
export function createSides(source: MigrationStore, target: MigrationStore | undefined): Sides {
  const { driver, stores } = target ?? source;
  const inPlace = target === undefined;
  return {
    source: source.driver,
    target: driver,
    stores,
    inPlace,
    drop: async (path) => {
      if (inPlace) await source.driver.remove([path]);
    },
    inTurn: createKeyedLock(),
    canonicalOf: (digest) => readDigest(driver, pathFor('migrated', { digest })),
    remember: (digest, canonical) => driver.put(pathFor('migrated', { digest }), Buffer.from(canonical)),
  };
}

/** The digest that a small object holds; undefined when it is missing or holds none. */
export async function readDigest(driver: StorageDriver, path: StoragePath): Promise<Digest | undefined> {
  const text = (await readIfThere(driver, path))?.toString('latin1');
  return text !== undefined && isDigest(text) ? text : undefined;
}

/** All bytes of a small object; undefined when it is missing. */
export async function readIfThere(driver: StorageDriver, path: StoragePath): Promise<Buffer | undefined> {
  try {
    return await driver.read(path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Bytes of an object; undefined when it is missing. */
export async function sizeIfThere(driver: StorageDriver, path: StoragePath): Promise<number | undefined> {
  try {
    return (await driver.stat(path)).size;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
