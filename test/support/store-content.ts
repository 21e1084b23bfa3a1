/** All that a store holds, for comparing before with after. */
import type { StorageDriver } from '../../src/driver/driver.js';
import { ROOT } from '../../src/paths/layout.js';
import { pathOf } from './stored-paths.js';

/** Objects by their path below the root of the layout, with their content as text. */
export async function contentOf(driver: StorageDriver): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const page of driver.walk(pathOf(ROOT))) {
    for (const entry of page) {
      found.set(entry.path.slice(ROOT.length + 1), (await driver.read(entry.path)).toString('latin1'));
    }
  }
  return found;
}

/** Paths below the root of the layout, in order. */
export async function filesOf(driver: StorageDriver): Promise<readonly string[]> {
  return [...(await contentOf(driver)).keys()].sort();
}

/** Everything that is read of an object, as text. */
export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const chunk of chunks) pieces.push(Buffer.from(chunk));
  return Buffer.concat(pieces).toString('latin1');
}
