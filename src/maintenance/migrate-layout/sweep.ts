/**
 * Old places, when all that they held has its new one and every link leads there: content by its tarsum, the index of 2014,
 * what the migration remembered, and folders that are empty now.
 */
import type { StoragePath } from '../../core/storage-path.js';
import { parseInAges } from '../../paths/ages/ages.js';
import { pathFor } from '../../paths/path-for.js';
import type { TaskContext } from '../task.js';
import { foldersOfOldContent, INDEX_OF_2014 } from './old-places.js';
import type { Sides } from './sides.js';

/** Sweeps what a migration leaves. Safe to repeat, and to interrupt: what is remembered goes last. */
export async function sweep(sides: Sides, context: TaskContext): Promise<void> {
  if (sides.inPlace) await sweepPlaces(sides, context);
  await sides.target.removeTree(pathFor('migration', {}));
}

async function sweepPlaces(sides: Sides, context: TaskContext): Promise<void> {
  const folders = await foldersOfOldContent(sides.source);
  for (const folder of folders) await removeObjects(sides, context, folder, (path) => isMoved(sides, path));
  await removeObjects(sides, context, INDEX_OF_2014, async (path) => parseInAges(path)?.spec.kind === 'layerIndex');
  for (const folder of [...folders, INDEX_OF_2014, pathFor('repositories', {})]) await removeEmpty(sides, context, folder);
}

/** True for content by a tarsum that stands, verified, in its new place. */
async function isMoved(sides: Sides, path: StoragePath): Promise<boolean> {
  const spec = parseInAges(path)?.spec;
  if (spec?.kind !== 'blobData') return false;
  const canonical = await sides.canonicalOf(spec.blob);
  return canonical !== undefined && canonical !== spec.blob && (await sides.stores.blobs.stat(canonical)) !== undefined;
}

async function removeObjects(
  { source }: Sides,
  { signal, progress }: TaskContext,
  folder: StoragePath,
  mayGo: (path: StoragePath) => Promise<boolean>,
): Promise<void> {
  for await (const page of source.walk(folder, { signal })) {
    const gone: StoragePath[] = [];
    for (const { path } of page) if (await mayGo(path)) gone.push(path);
    await source.remove(gone, { signal });
    progress({ doing: 'removing old places' });
  }
}

/** Removes empty folders, deepest first. The parts of a repository in the released form, and what is ours, are left alone. */
async function removeEmpty({ source }: Sides, { signal }: TaskContext, top: StoragePath): Promise<void> {
  const enter = async (folder: StoragePath): Promise<void> => {
    for await (const page of source.list(folder, { signal })) {
      for (const entry of page) {
        if (!entry.folder || entry.name.startsWith('_')) continue;
        await enter(entry.path);
        await source.removeFolder(entry.path, { signal });
      }
    }
  };
  await enter(top);
  if (top !== pathFor('repositories', {})) await source.removeFolder(top, { signal });
}
