/** Uploads that somebody has left, as this registry and docker/distribution leave them. */

import type { Clock } from '../../src/core/clock.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { ROOT } from '../../src/paths/layout.js';
import { pathFor } from '../../src/paths/path-for.js';
import { createInventory, type Inventory } from '../../src/registry/inventory.js';
import { createUploadLocks } from '../../src/registry/upload-locks.js';
import { openStores } from '../../src/store/stores.js';
import { pathOf } from '../support/stored-paths.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** An id of so many equal digits. */
export function idOf(digit: string): string {
  return `${digit.repeat(8)}-9ea6-4922-a4c9-fd10b586b057`;
}

/** The time as an upload has it. */
export function startOf(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Files of uploads of each kind that years leave behind, begun at this time; all of them are to be purged when it is long ago. */
export function leftUploads(time: Date): Readonly<Record<string, string>> {
  const start = startOf(time);
  const app = (digit: string): string => `repositories/library/app/_uploads/${idOf(digit)}`;
  return {
    [`${app('a')}/startedat`]: start,
    [`${app('a')}/data`]: 'x'.repeat(100),
    // As docker/distribution: states of hashes, and what a crash of version 3.1 leaves beside files.
    [`${app('b')}/startedat`]: start,
    [`${app('b')}/data`]: 'x'.repeat(10),
    [`${app('b')}/hashstates/sha256/0`]: 'sha',
    [`${app('b')}/hashstates/sha256/10`]: 'sha',
    [`${app('b')}/startedat.29538b7b-f200-4ccf-99f3-66c2a06670c8.tmp`]: '2026',
    // A commit or a cancel that died.
    [`${app('c')}/data`]: 'without a beginning',
    [`${app('d')}/startedat`]: start,
    [`${app('d')
      .toUpperCase()
      .replace(/.*_UPLOADS/, 'repositories/library/app/_uploads')}/startedat`]: start,
    [`${app('e')}/startedat`]: 'yesterday',
    [`${app('e')}/data`]: 'y',
    // Repositories that hold nothing else, and such as stand below others.
    [`repositories/only/_uploads/${idOf('1')}/startedat`]: start,
    [`repositories/library/app/deep/er/_uploads/${idOf('2')}/startedat`]: start,
    [`repositories/library/app/deep/er/_uploads/${idOf('2')}/data`]: 'z',
  };
}

/** How many uploads these are. */
export const LEFT = 8;

/** Writes files at paths below the root of the layout. */
export async function layFiles(driver: StorageDriver, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files))
    await driver.put(pathOf(`${ROOT}/${path}`), Buffer.from(text), { volatile: true });
}

/** An inventory as a process of its own has it. */
export function inventoryOf(driver: StorageDriver, clock: Clock): Inventory {
  return createInventory(openStores(driver, { clock }), createUploadLocks());
}

/** The folder of an upload. */
export function folderOf(name: string, id: string) {
  return pathFor('uploadFolder', { name, upload: id } as Parameters<typeof pathFor<'uploadFolder'>>[1]);
}
