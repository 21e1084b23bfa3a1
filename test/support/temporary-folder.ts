/** Folders of the machine, each for one test. */
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder, and its end. */
interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A fresh folder, which `remove` takes away with all that is in it. */
export function temporaryFolder(): Promise<TemporaryFolder> {
  return folderBelow(tmpdir());
}

/** The same in memory, where the machine has such a place (Linux): for tests that make thousands of files and sync none. */
export function folderInMemory(): Promise<TemporaryFolder> {
  return folderBelow('/dev/shm').catch(temporaryFolder);
}

async function folderBelow(place: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(place, 'lading-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** True where the descriptors of the process can be counted. */
export const canSeeDescriptors = process.platform === 'linux';

/** What this process holds open at or below the folder, by path; nothing where that cannot be seen. */
export async function openBelow(folder: string): Promise<string[]> {
  if (!canSeeDescriptors) return [];
  const held: string[] = [];
  for (const fd of await readdir('/proc/self/fd')) {
    const target = await readlink(`/proc/self/fd/${fd}`).catch(() => '');
    if (target === folder || target.startsWith(`${folder}/`)) held.push(target);
  }
  return held;
}
