/** Taking away: objects, an empty folder, a whole tree. Names go first, then the sync that makes it last. */
import { createGate, type Gate } from '../../core/gate.js';
import { throwIfAborted } from '../aborts.js';
import { DriverError } from '../driver.js';
import { parentOf } from '../entry-path.js';
import { failedWith } from './faults.js';
import { factsIfAny } from './files.js';
import type { LockingParts } from './parts.js';
import type { FileSystem } from './system.js';

const WIDTH = 8;
/** How often a folder that others fill while it is taken away is emptied again. */
const ATTEMPTS = 16;

/** Unlinks objects; see `StorageDriver.remove`. */
export async function removeObjects(
  parts: LockingParts,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const gate = createGate(WIDTH);
  await Promise.all(
    paths.map((path) =>
      gate(async () => {
        throwIfAborted(signal);
        await unlinkObject(parts, path);
      }),
    ),
  );
  // Also for what was not there: somebody else may have removed it and not synced yet.
  await Promise.all([...new Set(paths.map(parentOf))].map((folder) => gate(() => parts.folders.secure(folder))));
}

/** Unlinks one object while its bytes are these. */
export async function removeMatching(
  parts: LockingParts,
  path: string,
  ifMatch: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  await parts.locks.hold(
    path,
    async (confirm) => {
      const found = await parts.readWhole(path);
      if (found === undefined) throw new DriverError('not-found', 'remove', path);
      if (!found.equals(ifMatch)) throw new DriverError('condition-failed', 'remove', path);
      confirm();
      await unlinkObject(parts, path);
    },
    signal,
  );
  await parts.folders.secure(parentOf(path));
}

async function unlinkObject({ system, places, durable }: LockingParts, path: string): Promise<void> {
  const file = places.onDisk(path);
  try {
    await system.unlink(file);
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return;
    // What some systems say of a folder.
    if (failedWith(error, 'EPERM') && (await factsIfAny(system, file))?.kind === 'folder') return;
    throw error;
  } finally {
    durable.forget(path);
  }
}

/** Removes a folder if it is empty; see `StorageDriver.removeFolder`. */
export async function removeEmptyFolder({ system, places, durable }: LockingParts, path: string): Promise<boolean> {
  const folder = places.onDisk(path);
  // Before, so that nobody relies on what is going; after, in case somebody has noted it in between.
  durable.forget(path);
  try {
    await system.removeFolder(folder);
    return true;
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return true;
    // An object or a symbolic link is there, or one is on the way and nothing is there.
    if (failedWith(error, 'ENOTDIR')) return (await factsIfAny(system, folder)) === undefined;
    if (failedWith(error, 'ENOTEMPTY', 'EEXIST')) return false;
    throw error;
  } finally {
    durable.forget(path);
  }
}

/** Removes all at and below a path, from the bottom up; symbolic links are removed, not followed. */
export async function removeTree(
  parts: LockingParts,
  path: string,
  volatile: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    parts.durable.forget(path);
    await removeBelow(parts.system, parts.places.onDisk(path), createGate(WIDTH), signal);
  } finally {
    parts.durable.forget(path);
  }
  // Once the top name is gone for good, what was below it cannot come back.
  if (!volatile) await parts.folders.secure(parentOf(path));
}

async function removeBelow(system: FileSystem, path: string, gate: Gate, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  const facts = await gate(() => factsIfAny(system, path));
  if (facts === undefined) return;
  if (facts.kind !== 'folder') return unlinkIfThere(system, path);
  for (let attempt = 1; ; attempt++) {
    const names = await gate(() => namesIfThere(system, path));
    for (let at = 0; at < names.length; at += WIDTH) {
      const some = names.slice(at, at + WIDTH);
      await Promise.all(
        some.map(({ name, kind }) =>
          kind === 'folder' ? removeBelow(system, `${path}/${name}`, gate, signal) : unlinkIfThere(system, `${path}/${name}`),
        ),
      );
    }
    try {
      await system.removeFolder(path);
      return;
    } catch (error) {
      if (failedWith(error, 'ENOENT')) return;
      if (!failedWith(error, 'ENOTEMPTY', 'EEXIST') || attempt > ATTEMPTS) throw error;
    }
  }
}

async function namesIfThere(system: FileSystem, path: string) {
  try {
    return await system.names(path);
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

async function unlinkIfThere(system: FileSystem, path: string): Promise<void> {
  try {
    await system.unlink(path);
  } catch (error) {
    if (!failedWith(error, 'ENOENT')) throw error;
  }
}
