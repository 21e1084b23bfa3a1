/** Moving an object. Its bytes are on the disk before its new name is, and its new name before the old one is gone. */
import { throwIfAborted } from '../aborts.js';
import type { CallOptions, MoveOptions } from '../driver.js';
import { parentOf } from '../entry-path.js';
import { copyBytes, factsOfObject } from './copy.js';
import { identityOf } from './durable.js';
import { failedWith } from './faults.js';
import { inFolder, syncFile } from './files.js';
import type { DurableParts } from './parts.js';

/** Moves an object; see `StorageDriver.move`. */
export async function moveObject(
  parts: DurableParts,
  from: string,
  to: string,
  { signal, mayReturn = false }: CallOptions & MoveOptions,
): Promise<void> {
  const { system, places, durable, folders } = parts;
  const source = places.onDisk(from);
  const target = places.onDisk(to);
  const facts = await factsOfObject(system, 'move', source, from);
  if (from === to) return;
  let identity = identityOf(facts);
  if (!durable.knowsBytes(from, identity)) await syncFile(system, source);
  throwIfAborted(signal);
  try {
    await inFolder(system, parentOf(target), async () => {
      await system.rename(source, target).catch(async (error: unknown) => {
        // The folder is missing, or the object is: only one of them is worth another attempt.
        if (failedWith(error, 'ENOENT')) await factsOfObject(system, 'move', source, from);
        throw error;
      });
    });
  } catch (error) {
    // The operator may have put the blobs and the repositories on different disks. Two that move the same object at once may
    // then both have done it, each to its target.
    if (!failedWith(error, 'EXDEV')) throw error;
    identity = await copyBytes(parts, source, to, signal);
    await system.unlink(source).catch((gone: unknown) => {
      if (!failedWith(gone, 'ENOENT')) throw gone;
    });
  }
  durable.forget(from);
  await folders.secure(parentOf(to));
  durable.note(to, identity);
  if (!mayReturn && parentOf(from) !== parentOf(to)) await folders.secure(parentOf(from));
}
