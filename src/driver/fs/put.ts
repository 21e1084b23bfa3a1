/**
 * Writes a whole object or nothing: temporary file beside the target, data to disk, rename, folder to disk. In this order
 * a power cut leaves the old object or the new one. What dies before the rename leaves a temporary file, which no listing
 * shows and a listing removes once it is a day old.
 */
import { constants } from 'node:fs';
import { throwIfAborted } from '../aborts.js';
import { DriverError } from '../driver.js';
import { parentOf } from '../entry-path.js';
import { identityOf } from './durable.js';
import { failedWith } from './faults.js';
import { discard, factsAndSync, factsIfAny, inFolder, NO_LINKS, writeAll } from './files.js';
import type { LockingParts } from './parts.js';

/** How a put is done; see `StorageDriver.put`. */
export interface PutOptions {
  readonly signal?: AbortSignal;
  readonly volatile?: boolean;
  readonly ifAbsent?: true;
  readonly ifMatch?: Uint8Array;
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/** The driver's `put`. */
export function createPut({ system, places, durable, folders, locks, readWhole }: LockingParts) {
  return async (path: string, content: Uint8Array, options: PutOptions): Promise<void> => {
    const target = places.onDisk(path);
    const temporary = places.temporary(path);
    // A first look, which makes and syncs nothing; the one that counts is taken under the lock.
    if (options.ifMatch) await refuseUnlessHolds(path, options.ifMatch);
    // Again from the start when the folder, and the temporary file in it, is taken away meanwhile.
    const identity = await inFolder(system, parentOf(target), async () => {
      try {
        const made = await writeNew(temporary, content, options.volatile === true);
        throwIfAborted(options.signal);
        await publish(path, temporary, target, options);
        return made;
      } catch (error) {
        if (!failedWith(error, 'ENOENT')) await discard(system, temporary);
        throw error;
      }
    });
    if (options.volatile) {
      durable.forget(path);
      return;
    }
    await folders.secure(parentOf(path));
    durable.note(path, identity);
  };

  async function writeNew(file: string, content: Uint8Array, volatile: boolean): Promise<string> {
    const fd = await system.open(file, NEW_FILE);
    try {
      if (content.length > 0) await writeAll(system, fd, [content], 0);
      if (volatile) return '';
      return identityOf(await factsAndSync(system, fd, system.datasync));
    } finally {
      await system.close(fd);
    }
  }

  async function publish(path: string, temporary: string, target: string, options: PutOptions): Promise<void> {
    const { ifMatch, signal } = options;
    if (options.ifAbsent) return publishFirst(path, temporary, target, signal);
    if (ifMatch === undefined) return system.rename(temporary, target);
    return locks.hold(
      path,
      async (confirm) => {
        await refuseUnlessHolds(path, ifMatch);
        confirm();
        await system.rename(temporary, target);
      },
      signal,
    );
  }

  /** A second name for the temporary file is exclusive by itself, in all processes; the lock is for where there are no second names. */
  async function publishFirst(path: string, temporary: string, target: string, signal: AbortSignal | undefined): Promise<void> {
    try {
      await system.link(temporary, target);
      await discard(system, temporary);
    } catch (error) {
      if (!failedWith(error, ...NO_LINKS)) throw error;
      const step = async (confirm: () => void): Promise<void> => {
        if ((await factsIfAny(system, target)) !== undefined) throw new DriverError('condition-failed', 'put', path);
        confirm();
        await system.rename(temporary, target);
      };
      await locks.hold(path, step, signal);
    }
  }

  async function refuseUnlessHolds(path: string, wanted: Uint8Array): Promise<void> {
    const found = await readWhole(path);
    if (found?.equals(wanted) !== true) throw new DriverError('condition-failed', 'put', path);
  }
}
