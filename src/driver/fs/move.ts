/** Moving an object. Its bytes are on the disk before its new name is, and its new name before the old one is gone. */
import { constants } from 'node:fs';
import { throwIfAborted } from '../aborts.js';
import { type CallOptions, DriverError, type MoveOptions } from '../driver.js';
import { parentOf } from '../entry-path.js';
import { identityOf } from './durable.js';
import { failedWith } from './faults.js';
import { discard, inFolder, READING, readFully, syncFile, writeAll } from './files.js';
import type { DurableParts } from './parts.js';
import type { FileSystem } from './system.js';

const PIECE = 1 << 20;

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
  const facts = await factsOfObject(system, source, from);
  if (from === to) return;
  let identity = identityOf(facts);
  if (!durable.knowsBytes(from, identity)) await syncFile(system, source);
  throwIfAborted(signal);
  try {
    await inFolder(system, parentOf(target), async () => {
      await system.rename(source, target).catch(async (error: unknown) => {
        // The folder is missing, or the object is: only one of them is worth another attempt.
        if (failedWith(error, 'ENOENT')) await factsOfObject(system, source, from);
        throw error;
      });
    });
  } catch (error) {
    // The operator may have put the blobs and the repositories on different disks.
    if (!failedWith(error, 'EXDEV')) throw error;
    identity = await copyOver(parts, source, target, to, signal);
  }
  durable.forget(from);
  await folders.secure(parentOf(to));
  durable.note(to, identity);
  if (!mayReturn && parentOf(from) !== parentOf(to)) await folders.secure(parentOf(from));
}

async function factsOfObject(system: FileSystem, file: string, path: string) {
  const facts = await system.factsAt(file).catch((error: unknown) => {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) throw new DriverError('not-found', 'move', path, error);
    throw error;
  });
  if (facts.kind !== 'file') throw new DriverError('not-found', 'move', path);
  return facts;
}

/**
 * The same between two file systems: a copy beside the target, synced, renamed, its folder synced; then the source goes.
 * Two that move the same object at once may both have done it, each to its target.
 */
async function copyOver(
  parts: DurableParts,
  source: string,
  target: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { system, places, folders } = parts;
  const temporary = places.temporary(to);
  const input = await system.open(source, READING);
  let output: number | undefined;
  try {
    output = await system.open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
    const buffer = Buffer.allocUnsafeSlow(PIECE);
    for (let at = 0; ; ) {
      throwIfAborted(signal);
      const got = await readFully(system, input, buffer, PIECE, at);
      if (got === 0) break;
      await writeAll(system, output, [buffer.subarray(0, got)], at);
      at += got;
    }
    await system.datasync(output);
    const identity = identityOf(await system.facts(output));
    await system.rename(temporary, target);
    await folders.secure(parentOf(to));
    await system.unlink(source).catch((error: unknown) => {
      if (!failedWith(error, 'ENOENT')) throw error;
    });
    return identity;
  } catch (error) {
    if (output !== undefined) await discard(system, temporary);
    throw error;
  } finally {
    await system.close(input);
    if (output !== undefined) await system.close(output);
  }
}
