/**
 * All folders of uploads, in every repository, whatever they hold: for maintenance. Removing one that nobody works on:
 *
 * 1. look whether it is abandoned;
 * 2. claim it: `startedat` is renewed and moved to `purging`. Of several purges one succeeds, no room on the disk is needed,
 *    and for every request that comes from now on the upload does not exist;
 * 3. look again. Whoever was at work before has written bytes by now, or will look for `startedat` after it has written:
 *    one of the two sees the other. What has grown gets its `startedat` back and stays;
 * 4. only then the folder goes. A commit moves the bytes out of it in one step, so it finds them whole or not at all.
 *
 * A death in between leaves the upload alive, or claimed and unknown to all. A claim that is an hour old is taken over; one
 * that is younger is left alone, since whoever has it may still give the upload back. No folder is renamed, which object
 * stores could not do; where a move is a copy and a removal, two purges may both have a claim, and one must not run there
 * beside another.
 */
import type { Clock } from '../core/clock.js';
import type { Pages } from '../core/pages.js';
import { isMadeUploadId, isRepositoryName, nameBelow, type RepositoryName, type UploadId } from '../core/reference.js';
import type { StoragePath } from '../core/storage-path.js';
import { type CallOptions, type Entry, isNotFound, type StorageDriver } from '../driver/driver.js';
import { parsePath } from '../paths/parse-path.js';
import { pathFor } from '../paths/path-for.js';
import { undefinedIfMissing } from './links.js';
import { parseStart } from './start-time.js';
import type { RunningHashes } from './uploads.js';

/** One folder of an upload. */
export interface UploadFolder {
  readonly repository: RepositoryName;
  readonly id: UploadId;
  readonly path: StoragePath;
  /** When its names last changed, where the store tells. */
  readonly changedAt: Date | undefined;
}

/** What is in the folder of an upload. */
export interface UploadFacts {
  /** When the upload began, as `startedat` says or a purge's claim; undefined when neither is there, or can be read. */
  readonly startedAt: Date | undefined;
  /** Whether there is a `startedat`: without it the upload does not exist for clients. */
  readonly isKnown: boolean;
  /** The time of the newest file, the claim of a purge left out; of the folder itself when there is no file. */
  readonly writtenAt: Date | undefined;
  /** When a purge has claimed it that has not ended. */
  readonly claimedAt: Date | undefined;
  /** How many files it holds, the claim left out. */
  readonly files: number;
  readonly bytes: number;
}

/** What became of a removal: `alive` is one that is not to be removed after all, `claimed` one that another purge is at. */
export type Removal = 'removed' | 'alive' | 'claimed' | 'gone';

/** Folders of uploads, of the whole store. */
export interface UploadFolders {
  /** All of them, also in repositories that hold nothing else. `odd` is told what stands among them and is none. */
  list(options?: CallOptions & { odd?: (path: string) => void }): Pages<UploadFolder>;
  look(folder: UploadFolder, options?: CallOptions): Promise<UploadFacts>;
  /**
   * Removes one that held so many files when it was planned, by the steps above, if `isAbandoned` says so of what is found
   * now. `gone` when somebody else has ended or removed it meanwhile.
   */
  remove(
    folder: UploadFolder,
    planned: Pick<UploadFacts, 'files'>,
    isAbandoned: (facts: UploadFacts) => boolean,
  ): Promise<Removal>;
}

/** Longer than any time is written. */
const MOST_TEXT = 100;

/** A claim that is as old was left by a purge that died. */
const STALE_CLAIM_MS = 60 * 60 * 1000;

/** What a look has seen, so that the next one can tell what has changed. */
interface Seen extends UploadFacts {
  /** Size and time of each file but the claim. */
  readonly states: ReadonlyMap<string, string>;
}

/** The folders of uploads of a driver's store. */
export function createUploadFolders(driver: StorageDriver, clock: Clock, running: RunningHashes): UploadFolders {
  const places = ({ repository: name, id: upload }: UploadFolder) => ({
    start: pathFor('uploadStartedAt', { name, upload }),
    claim: pathFor('uploadPurge', { name, upload }),
    data: pathFor('uploadData', { name, upload }),
  });
  /** As much as a time can be. What stands in its place may be of any size. */
  const textAt = async (path: StoragePath, options?: CallOptions): Promise<Uint8Array | undefined> => {
    const reader = await driver.open(path, { ...options, range: { start: 0, end: MOST_TEXT } }).catch(undefinedIfMissing);
    if (reader === undefined) return undefined;
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of reader.chunks()) pieces.push(Buffer.from(piece));
    } finally {
      await reader.close();
    }
    return Buffer.concat(pieces);
  };

  const look = async (folder: UploadFolder, options?: CallOptions): Promise<Seen> => {
    const at = places(folder);
    const start = await textAt(at.start, options);
    const states = new Map<string, string>();
    let claimedAt: Date | undefined;
    let newest = Number.NEGATIVE_INFINITY;
    let bytes = 0;
    for await (const page of driver.walk(folder.path, options)) {
      for (const file of page) {
        if (file.path === at.claim) {
          claimedAt = file.modified;
          continue;
        }
        bytes += file.size;
        states.set(file.path, stateOf(file));
        newest = Math.max(newest, file.modified?.getTime() ?? newest);
      }
    }
    const told = start ?? (claimedAt && (await textAt(at.claim, options)));
    return {
      startedAt: told && parseStart(told),
      isKnown: start !== undefined,
      writtenAt: Number.isFinite(newest) ? new Date(newest) : states.size === 0 ? folder.changedAt : undefined,
      claimedAt,
      files: states.size,
      bytes,
      states,
    };
  };

  return {
    async *list({ odd = () => undefined, ...options } = {}) {
      for await (const repository of withUploads(driver, undefined, options)) {
        const uploads = pathFor('uploads', { name: repository });
        for await (const page of driver.list(uploads, { ...options, folderTimes: true })) {
          const folders: UploadFolder[] = [];
          for (const { path, name, folder, modified } of page) {
            if (folder && isMadeUploadId(name)) folders.push({ repository, id: name, path, changedAt: modified });
            else odd(path);
          }
          if (folders.length > 0) yield folders;
        }
      }
    },

    look,

    async remove(folder, planned, isAbandoned) {
      const at = places(folder);
      const first = await look(folder);
      if (!isAbandoned(first)) return 'alive';
      if (first.claimedAt !== undefined && clock.now().getTime() - first.claimedAt.getTime() < STALE_CLAIM_MS) return 'claimed';
      if (first.files === 0 && first.claimedAt === undefined) {
        // Nothing to be lost, so nothing to be claimed; unless there is more in it than files that a walk can show.
        if (await driver.removeFolder(folder.path)) return planned.files === 0 ? 'removed' : 'gone';
      }
      if (first.isKnown) {
        try {
          await driver.touch(at.start);
          await driver.move(at.start, at.claim, { mayReturn: true });
        } catch (error) {
          if (isNotFound(error)) return 'gone';
          throw error;
        }
      }
      if (hasChanged(first, await look(folder))) {
        if (first.isKnown) await driver.move(at.claim, at.start).catch(undefinedIfMissing);
        return 'alive';
      }
      running.delete(at.data);
      // What a power cut brings back is as old as before, and the next purge takes it.
      await driver.removeTree(folder.path, { volatile: true });
      return 'removed';
    },
  };
}

/** Repositories that have a folder of uploads, and maybe nothing else; in the order of their names, those below each included. */
async function* withUploads(
  driver: StorageDriver,
  name: RepositoryName | undefined,
  options: CallOptions,
): AsyncGenerator<RepositoryName> {
  const folder = name === undefined ? pathFor('repositories', {}) : pathFor('repository', { name });
  for await (const page of driver.list(folder, options)) {
    for (const entry of page) {
      if (!entry.folder) continue;
      const below = nameBelow(name, entry.name);
      if (isRepositoryName(below)) yield* withUploads(driver, below, options);
      else if (name !== undefined && parsePath(entry.path)?.kind === 'uploads') yield name;
    }
  }
}

/** Something is there that was not, or is other than it was. What is gone is no sign of life: a commit or a cancel is at its end. */
function hasChanged({ states: before }: Seen, { states: after }: Seen): boolean {
  for (const [path, state] of after) if (before.get(path) !== state) return true;
  return false;
}

function stateOf({ size, modified }: Entry): string {
  return `${size} ${modified?.getTime()}`;
}
