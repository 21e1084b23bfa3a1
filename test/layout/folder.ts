/** A volume on disk as anybody sees it: plain files and folders, spelled by hand and not by the code under test. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files by their path below `docker/registry/v2`, with their content as text, one character a byte. */
export type Files = Readonly<Record<string, string>>;

/** What stands in a folder. */
export interface Volume {
  readonly files: Files;
  /** Folders, empty ones too. */
  readonly folders: ReadonlySet<string>;
}

/** Where the volume of a root folder is. */
export function volumeOf(root: string): string {
  return join(root, 'docker/registry/v2');
}

/** Writes files as another program would. A path that ends in `/` is an empty folder. */
export async function lay(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const place = join(volumeOf(root), path);
    if (path.endsWith('/')) {
      await mkdir(place, { recursive: true });
      continue;
    }
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content, 'latin1');
  }
}

/** All that is there. */
export async function look(root: string): Promise<Volume> {
  const files: Record<string, string> = {};
  const folders = new Set<string>();
  for (const entry of await readdir(volumeOf(root), { recursive: true, withFileTypes: true })) {
    const place = join(entry.parentPath, entry.name);
    const path = place.slice(volumeOf(root).length + 1);
    if (entry.isDirectory()) folders.add(path);
    else files[path] = await readFile(place, 'latin1');
  }
  return { files, folders };
}

/** What has been written or taken away between two looks: the new content of each file, undefined for one that is gone. */
export function changes(before: Files, after: Files): Readonly<Record<string, string | undefined>> {
  const found: Record<string, string | undefined> = {};
  for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[path] !== after[path]) found[path] = after[path];
  }
  return found;
}

/** When a file was last written, in nanoseconds. */
export async function writtenAt(root: string, path: string): Promise<bigint> {
  return (await stat(join(volumeOf(root), path), { bigint: true })).mtimeNs;
}
