/**
 * Makes names durable. A new name needs a sync of its folder, and a new folder one of its parent, up to the first that is
 * known to be durable. Callers that want the same folder synced at the same time share a sync (group commit), as long as
 * it began after they asked.
 */
import { constants } from 'node:fs';
import { parentOf } from '../entry-path.js';
import { type Durable, identityOf } from './durable.js';
import { failedWith } from './faults.js';
import { factsAndSync, factsIfAny } from './files.js';
import type { Places } from './places.js';
import type { FileSystem } from './system.js';

/** Syncs of folders. */
export interface FolderSync {
  /** All names in the folder, now, are on stable storage, and so is the way to it. A folder that is gone is fine. */
  secure(folder: string): Promise<void>;
}

interface State {
  running: Promise<string | undefined>;
  next: Promise<string | undefined> | undefined;
}

/** Some file systems have no sync of folders (EINVAL, ENOTSUP): there is nothing to do then. */
const NOTHING_TO_DO = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'] as const;

/** Syncs of the folders below the root; what it learns goes into `durable`. */
export function createFolderSync(system: FileSystem, places: Places, durable: Durable): FolderSync {
  const states = new Map<string, State>();

  async function syncNow(folder: string): Promise<string | undefined> {
    let fd: number;
    try {
      fd = await system.open(places.onDisk(folder), constants.O_RDONLY | constants.O_DIRECTORY);
    } catch (error) {
      if (failedWith(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    }
    try {
      return identityOf(await factsAndSync(system, fd, system.sync));
    } catch (error) {
      if (!failedWith(error, ...NOTHING_TO_DO)) throw error;
      return identityOf(await system.facts(fd));
    } finally {
      await system.close(fd);
    }
  }

  function start(folder: string): Promise<string | undefined> {
    const state: State = { running: syncNow(folder), next: undefined };
    states.set(folder, state);
    const end = (): void => {
      if (state.next === undefined) states.delete(folder);
    };
    state.running.then(end, end);
    return state.running;
  }

  function sync(folder: string): Promise<string | undefined> {
    const state = states.get(folder);
    if (state === undefined) return start(folder);
    // The running one may have begun before the caller's change: the caller waits for one that has not begun.
    state.next ??= state.running.then(
      () => start(folder),
      () => start(folder),
    );
    return state.next;
  }

  async function secure(folder: string): Promise<void> {
    if (folder === '') {
      await sync(folder);
      return;
    }
    // A folder nobody has secured yet: its parent is synced at the same time, which counts for what is there now.
    const fresh = durable.mayKnow(folder) ? undefined : await factsIfAny(system, places.onDisk(folder));
    const [identity] = await Promise.all([sync(folder), fresh && secure(parentOf(folder))]);
    if (identity === undefined || durable.knows(folder, identity)) return;
    if (fresh === undefined || identityOf(fresh) !== identity) await secure(parentOf(folder));
    durable.note(folder, identity);
  }

  return { secure };
}
