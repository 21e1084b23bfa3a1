/** Makes durable what others may have written: a blob that a push relies on, a link that stood before. */
import { createGate } from '../../core/gate.js';
import { throwIfAborted } from '../aborts.js';
import { parentOf } from '../entry-path.js';
import { identityOf } from './durable.js';
import { failedWith } from './faults.js';
import { factsIfAny, syncFile } from './files.js';
import type { DurableParts } from './parts.js';

const WIDTH = 8;

/** See `StorageDriver.settle`. What this process has made durable itself, or settled before, costs one look each. */
export async function settlePaths(parts: DurableParts, paths: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const gate = createGate(WIDTH);
  await Promise.all(paths.map((path) => gate(() => settle(parts, path, signal))));
}

async function settle(
  { system, places, durable, folders }: DurableParts,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  throwIfAborted(signal);
  const file = places.onDisk(path);
  const facts = await factsIfAny(system, file);
  if (facts === undefined) return;
  if (facts.kind !== 'file') return folders.secure(path);
  const identity = identityOf(facts);
  if (durable.knows(path, identity)) return;
  try {
    await syncFile(system, file);
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return;
    throw error;
  }
  await folders.secure(parentOf(path));
  durable.note(path, identity);
}
