/**
 * Bytes in a folder of a POSIX file system, as docker/distribution lays them out. Several processes may work on one folder.
 * What a call promises stands in `../driver.ts`; how it is kept, in the file that does it: `put.ts`, `writer.ts`, `move.ts`, `copy.ts`,
 * `remove.ts`, `settle.ts`, `locks.ts`.
 */
import { resolve } from 'node:path';
import { type Clock, systemClock } from '../../core/clock.js';
import { createGate } from '../../core/gate.js';
import type { StoragePath } from '../../core/storage-path.js';
import { throwIfAborted } from '../aborts.js';
import {
  DriverError,
  type Entry,
  isNotFound,
  type ListEntriesOptions,
  type ObjectReader,
  type StorageDriver,
} from '../driver.js';
import { nameOf } from '../entry-path.js';
import { copyObject } from './copy.js';
import { createDurable } from './durable.js';
import { failedWith, faultOf } from './faults.js';
import { makeFolders } from './files.js';
import { createFolderSync } from './folder-sync.js';
import { createListings } from './listing.js';
import { createPathLocks } from './locks.js';
import { moveObject } from './move.js';
import { createPlaces, isOperators } from './places.js';
import { createPut } from './put.js';
import { createReadWhole, openReader } from './reader.js';
import { removeEmptyFolder, removeMatching, removeObjects, removeTree } from './remove.js';
import { keepingRoot, openRoot } from './root.js';
import { settlePaths } from './settle.js';
import { createShares } from './share.js';
import { createStamps } from './stamps.js';
import { type FileSystem, localFileSystem, nodeFileSystem } from './system.js';
import { listFolder, walkFolder } from './walk.js';
import { createAppend } from './writer.js';

/** How the folder is used. */
export interface FsDriverOptions {
  /** The folder; made, with those above it, when it is missing. */
  readonly root: string;
  /** How old the file system's answers can be; 0 for a local disk, the attribute cache's time (3 to 60 s) for NFS. */
  readonly stalenessMs?: number;
  readonly clock?: Clock;
  /** The system calls; for tests. */
  readonly system?: FileSystem;
}

/** Syncs behind writers at once, in all. */
const ROLLING = 2;
/** For so long after a look at the root, what is missing is taken to be missing. */
const BELIEVED_MS = 1_000;

/** Opens the folder. A `DriverError` when it cannot be made or is none. */
export async function createFsDriver({
  root,
  stalenessMs = 0,
  clock = systemClock,
  system: calls = stalenessMs === 0 ? localFileSystem : nodeFileSystem,
}: FsDriverOptions): Promise<StorageDriver> {
  const places = createPlaces(resolve(root));
  const confirmRoot = await openRoot(calls, places.root).catch((error: unknown) => {
    throw faultOf(error, 'open', places.root, 'writing');
  });
  const system = keepingRoot(calls, places.root, confirmRoot);
  const now = (): number => clock.now().getTime();
  const durable = createDurable();
  const folders = createFolderSync(system, places, durable);
  const locks = createPathLocks(system, places, clock);
  const stamps = createStamps(system, places, now);
  const readWhole = createReadWhole(system, places);
  const parts = {
    system,
    places,
    durable,
    folders,
    locks,
    readWhole,
    listings: createListings(system, places, stamps, now),
  };
  const put = createPut(parts);
  const append = createAppend({
    ...parts,
    shares: createShares(),
    rolling: createGate(ROLLING),
  });

  /** Runs one call: refused when the signal has fired, and with the driver's own errors. */
  async function run<T>(
    operation: string,
    path: string,
    mode: 'reading' | 'writing',
    signal: AbortSignal | undefined,
    step: () => Promise<T>,
  ): Promise<T> {
    try {
      throwIfAborted(signal);
      return await step();
    } catch (error) {
      const fault = faultOf(error, operation, path, mode);
      if (isNotFound(fault)) await confirmForMiss();
      throw fault;
    }
  }

  /** Nothing is there: is anything? Misses are common, so they are believed for a moment after the root was seen. */
  let seenAt = Number.NEGATIVE_INFINITY;
  async function confirmForMiss(): Promise<void> {
    const time = clock.monotonic();
    if (time - seenAt < BELIEVED_MS) return;
    await confirmRoot();
    seenAt = time;
  }

  async function* pages<T>(operation: string, path: string, inner: AsyncGenerator<T>): AsyncGenerator<T> {
    try {
      yield* inner;
    } catch (error) {
      throw faultOf(error, operation, path, 'reading');
    }
  }

  /** Nothing below one of the first folders: an empty store, or none. Whoever asks whether the store is ready lists those. */
  async function* listPresent(path: StoragePath, options: ListEntriesOptions): AsyncGenerator<readonly Entry[]> {
    let some = false;
    for await (const page of listFolder(parts, path, options)) {
      some = true;
      yield page;
    }
    if (!some) await (isOperators(path) ? confirmRoot() : confirmForMiss());
  }

  async function factsOfObject(operation: string, path: string) {
    const facts = await system.factsAt(places.onDisk(path));
    if (facts.kind !== 'file') throw new DriverError('not-found', operation, path);
    return facts;
  }

  /** True when something is there that is no folder. A folder that somebody else has removed meanwhile was made all the same. */
  async function isOccupied(place: string): Promise<boolean> {
    try {
      return (await system.factsBehind(place)).kind !== 'folder';
    } catch (error) {
      if (failedWith(error, 'ENOENT')) return false;
      throw error;
    }
  }

  return {
    name: 'filesystem',
    features: { folders: true, conditional: true, stalenessMs },

    read: (path, { signal } = {}) =>
      run('read', path, 'reading', signal, async () => {
        const content = await readWhole(path);
        if (content === undefined) throw new DriverError('not-found', 'read', path);
        return content;
      }),
    open: (path, options = {}) =>
      run('open', path, 'reading', options.signal, async () =>
        toldByDriver(path, await openReader(system, places, path, options)),
      ),
    stat: (path, { signal } = {}) =>
      run('stat', path, 'reading', signal, async () => {
        const facts = await factsOfObject('stat', path);
        return {
          path,
          name: nameOf(path),
          folder: false,
          size: facts.size,
          modified: new Date(facts.modifiedMs),
        };
      }),
    put: (path, content, options = {}) => run('put', path, 'writing', options.signal, () => put(path, content, options)),
    touch: (path, { signal } = {}) =>
      run('touch', path, 'reading', signal, async () => {
        await factsOfObject('touch', path);
        await system.setModified(places.onDisk(path), clock.now());
      }),
    move: (from, to, options = {}) => run('move', from, 'writing', options.signal, () => moveObject(parts, from, to, options)),
    copy: (from, to, { signal } = {}) => run('copy', from, 'writing', signal, () => copyObject(parts, from, to, signal)),
    async remove(paths, { signal, ifMatch } = {}) {
      const [path = ''] = paths;
      await run('remove', path, 'writing', signal, async () => {
        if (ifMatch === undefined) return removeObjects(parts, paths, signal);
        for (const each of paths) await removeMatching(parts, each, ifMatch, signal);
      });
    },
    removeFolder: (path, { signal } = {}) => run('removeFolder', path, 'writing', signal, () => removeEmptyFolder(parts, path)),
    removeTree: (path, { signal, volatile = false } = {}) =>
      run('removeTree', path, 'writing', signal, () => removeTree(parts, path, volatile, signal)),
    makeFolder: (path, { signal } = {}) =>
      run('makeFolder', path, 'writing', signal, async () => {
        const folder = places.onDisk(path);
        await makeFolders(system, folder);
        if (await isOccupied(folder)) throw new DriverError('condition-failed', 'makeFolder', path);
        await folders.secure(path);
      }),
    list: (path, options = {}) => pages('list', path, listPresent(path, options)),
    walk: (path, { signal } = {}) => pages('walk', path, walkFolder(parts, path, signal)),
    append: (path, at, { signal } = {}) =>
      run('append', path, at === 0 ? 'writing' : 'reading', signal, () => append(path, at, signal)),
    appended: (path, { signal } = {}) =>
      run('appended', path, 'reading', signal, async () => (await factsOfObject('appended', path)).size),
    stamp: stamps.trusted,
    settle: (paths, { signal } = {}) => run('settle', paths[0] ?? '', 'reading', signal, () => settlePaths(parts, paths, signal)),
    async close() {},
  };
}

/** The reader, with errors that come up while it reads told as the driver's. */
function toldByDriver(path: string, reader: ObjectReader): ObjectReader {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* reader.chunks();
    } catch (error) {
      throw faultOf(error, 'open', path, 'reading');
    }
  }
  return { ...reader, chunks };
}
