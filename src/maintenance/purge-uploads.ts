/** Removes uploads that nobody will finish. Their bytes belong to nothing: a blob is one only once its upload is committed. */
import { createGate } from '../core/gate.js';
import type { RepositoryName, UploadId } from '../core/reference.js';
import type { Inventory, UploadFacts, UploadFolder } from '../registry/inventory.js';
import { abandonment } from './abandoned.js';
import { applyEach, isStop } from './apply-each.js';
import type { Action, Outcome, Task } from './task.js';

/** What is purged. */
export interface PurgeOptions {
  /** How long ago an upload must have begun, at least. */
  readonly ageMs: number;
}

/** One upload to be removed. */
export interface UploadAction extends Action {
  readonly path: UploadFolder['path'];
  readonly repository: RepositoryName;
  readonly upload: UploadId;
  readonly ageMs: number;
  readonly startedAt?: Date;
  /** The time of its newest file; of its folder when there is none. */
  readonly writtenAt?: Date;
  readonly files: number;
}

/** What docker/distribution purges by when nothing is configured. */
export const DEFAULT_AGE_MS = 7 * 24 * 60 * 60 * 1000;

/** Folders that are looked at, or removed, at a time. */
const WIDTH = 8;

const LEFT = {
  alive: 'something has come since',
  busy: 'a request is at it',
  claimed: 'another purge is at it, or was killed there within the hour',
  gone: 'it has ended since, or another purge has it',
} as const;

/** The purge of the uploads of a store. */
export function createPurgeUploads({ uploads }: Pick<Inventory, 'uploads'>): Task<PurgeOptions, UploadAction> {
  return {
    name: 'purge-uploads',
    summary: 'removes uploads that were begun long ago and never finished',
    unit: ['upload', 'uploads'],

    options({ ageMs = DEFAULT_AGE_MS }) {
      if (typeof ageMs !== 'number' || !(ageMs >= 0)) throw new TypeError('ageMs must be a number of milliseconds, 0 or more');
      return { ageMs };
    },

    async *plan({ clock, signal, found, progress }, { ageMs }) {
      const gate = createGate(WIDTH);
      const unseen: unknown[] = [];
      const odd = (path: string): void =>
        found({ what: 'upload-odd', path, message: 'no upload of this registry has such a name; it is left alone' });
      const look = async (folder: UploadFolder): Promise<UploadAction | undefined> => {
        signal.throwIfAborted();
        const facts = await uploads.look(folder, { signal }).catch((error: unknown) => {
          if (isStop(error, signal)) throw error;
          unseen.push(error);
          found({ what: 'upload-unreadable', path: folder.path, message: 'this upload could not be looked at' });
        });
        if (facts === undefined) return undefined;
        const abandoned = abandonment(facts, clock.now(), ageMs);
        return abandoned && { ...abandoned, ...actionOf(folder), ...timesOf(facts), bytes: facts.bytes, files: facts.files };
      };
      for await (const page of uploads.list({ signal, odd })) {
        progress({ doing: `looking at uploads of ${page[0]?.repository}` });
        const actions = await Promise.all(page.map((folder) => gate(() => look(folder))));
        const wanted = actions.filter((action) => action !== undefined);
        if (wanted.length > 0) yield wanted;
      }
      // The others had to be done all the same, but nobody is told that this was all.
      if (unseen.length > 0) throw unseen[0];
    },

    apply: (context, actions, { ageMs }) =>
      applyEach(
        context,
        actions,
        async (action): Promise<Outcome> => {
          const { repository, upload: id, path, writtenAt } = action;
          const folder = { repository, id, path, changedAt: writtenAt };
          const isAbandoned = (facts: UploadFacts): boolean => abandonment(facts, context.clock.now(), ageMs) !== undefined;
          const became = await uploads.remove(folder, action, isAbandoned);
          return became === 'removed' ? { kind: 'done' } : { kind: 'left', why: LEFT[became] };
        },
        WIDTH,
      ),
  };
}

function actionOf({ repository, id, path }: UploadFolder) {
  return { what: `upload ${id} of ${repository}`, path, repository, upload: id };
}

function timesOf({ startedAt, writtenAt }: { startedAt: Date | undefined; writtenAt: Date | undefined }) {
  return { ...(startedAt && { startedAt }), ...(writtenAt && { writtenAt }) };
}
