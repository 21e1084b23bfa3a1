/** A second object of the same bytes: a second name for the file, and where there are none, a copy. */
import { constants } from 'node:fs';
import { throwIfAborted } from '../aborts.js';
import { DriverError } from '../driver.js';
import { parentOf } from '../entry-path.js';
import { identityOf } from './durable.js';
import { failedWith } from './faults.js';
import { discard, inFolder, NO_LINKS, READING, readFully, syncFile, writeAll } from './files.js';
import type { DurableParts } from './parts.js';
import type { FileFacts, FileSystem } from './system.js';

const PIECE = 1 << 20;

/** Copies an object; see `StorageDriver.copy`. */
export async function copyObject(parts: DurableParts, from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  const { system, places, durable, folders } = parts;
  const source = places.onDisk(from);
  const target = places.onDisk(to);
  const facts = await factsOfObject(system, 'copy', source, from);
  if (from === to) return;
  const temporary = places.temporary(to);
  let identity = identityOf(facts);
  try {
    await inFolder(system, parentOf(target), async () => {
      await system.link(source, temporary).catch(async (error: unknown) => {
        // The folder is missing, or the object is: only one of them is worth another attempt.
        if (failedWith(error, 'ENOENT')) await factsOfObject(system, 'copy', source, from);
        throw error;
      });
    });
    try {
      await syncFile(system, temporary);
      await system.rename(temporary, target);
    } finally {
      // It stays when the target is a name of the same file already.
      await discard(system, temporary);
    }
  } catch (error) {
    if (!failedWith(error, 'EXDEV', ...NO_LINKS)) throw error;
    identity = await copyBytes(parts, source, to, signal);
  }
  await folders.secure(parentOf(to));
  durable.note(to, identity);
}

/** A copy beside the target, synced, renamed, its folder synced. Returns the identity of what is there then. */
export async function copyBytes(
  { system, places, folders }: DurableParts,
  source: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const target = places.onDisk(to);
  const temporary = places.temporary(to);
  const input = await system.open(source, READING);
  let output: number | undefined;
  try {
    output = await inFolder(system, parentOf(target), () =>
      system.open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL),
    );
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
    return identity;
  } catch (error) {
    if (output !== undefined) await discard(system, temporary);
    throw error;
  } finally {
    await system.close(input);
    if (output !== undefined) await system.close(output);
  }
}

/** What is known of the object. `not-found` when there is none. */
export async function factsOfObject(system: FileSystem, operation: string, file: string, path: string): Promise<FileFacts> {
  const facts = await system.factsAt(file).catch((error: unknown) => {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) throw new DriverError('not-found', operation, path, error);
    throw error;
  });
  if (facts.kind !== 'file') throw new DriverError('not-found', operation, path);
  return facts;
}
