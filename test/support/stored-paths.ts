/** Paths for tests of drivers, which know nothing of the layout. */
import type { StoragePath } from '../../src/core/storage-path.js';

/** The text as a path, unchecked. */
export function pathOf(text: string): StoragePath {
  return text as StoragePath;
}
