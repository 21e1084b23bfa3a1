/** Paths of listed entries: the only ones that drivers mint. Everything else comes from `src/paths`. */
import type { StoragePath } from '../core/storage-path.js';

/** The path of a child that a driver has found in a folder. */
export function childPath(folder: string, name: string): StoragePath {
  return `${folder}/${name}` as StoragePath;
}

/** The folder that a path stands in; empty for what stands at the top. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
