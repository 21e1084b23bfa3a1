/** A folder of the machine for one test. */
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh folder, which `remove` takes away with all that is in it. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'lading-test-'));
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
