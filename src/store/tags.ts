/**
 * Tags of one repository: where each points now (`current`), and where it has pointed (`index`). A tag moves by one atomic
 * write of its current link, always after the index link: a crash in between leaves the old tag valid.
 */
import type { LRUCache } from 'lru-cache';
import type { Digest } from '../core/digest.js';
import { indexAfter, type ListOptions, type Pages } from '../core/pages.js';
import { isTag, type RepositoryName, type Tag } from '../core/reference.js';
import type { StoragePath } from '../core/storage-path.js';
import { type CallOptions, isConditionFailed, isNotFound, type StorageDriver } from '../driver/driver.js';
import { parsePath } from '../paths/parse-path.js';
import { pathFor } from '../paths/path-for.js';
import { createBounded } from './bounded.js';
import type { Folders } from './folders.js';
import { readLink } from './links.js';
import type { Report } from './report.js';
import { clearUnreadable, swapLink } from './swap-link.js';

/** Says of the digest that a tag names now whether it may be moved from there. */
export type MayMove = (current: Digest | undefined) => boolean;

/** How a move went, and what the tag named before; when it was refused, that is what it names still. */
export interface TagMove {
  readonly moved: boolean;
  readonly previous: Digest | undefined;
}

/** Tags of one repository. */
export interface TagStore {
  /** The digest that the tag names; undefined when there is no such tag or its link cannot be read. */
  resolve(tag: Tag, options?: CallOptions): Promise<Digest | undefined>;
  /** A cheap fingerprint of what `resolve` would say; undefined when there is none to trust. */
  stamp(tag: Tag): string | undefined;
  /** Where the current link stands; for what is reported. */
  pathOf(tag: Tag): StoragePath;
  /**
   * Points the tag at the digest, durably, if `mayMove` allows it; refused at once, it leaves nothing. Between processes
   * no move is lost or seen twice where the driver has conditional puts.
   */
  set(tag: Tag, digest: Digest, mayMove: MayMove, options?: CallOptions): Promise<TagMove>;
  /** Adds to what the tag has named, durably; for a tag that comes back. */
  addToIndex(tag: Tag, digests: readonly Digest[], options?: CallOptions): Promise<void>;
  /** Takes the tag away if it names the digest still, and says whether it did. */
  remove(tag: Tag, digest: Digest, options?: CallOptions): Promise<boolean>;
  /** Tags that name something, in byte order. */
  list(options?: ListOptions): Pages<Tag>;
  /** What the tag names or has named since it was made, with the times of the last push, in no order. */
  index(tag: Tag, options?: CallOptions): Promise<readonly { digest: Digest; modified: Date | undefined }[]>;
}

/** What tags named when they were read last, with the stamp of that moment: while the stamp stands, so does the digest. */
export type KnownTags = LRUCache<StoragePath, { readonly stamp: string; readonly digest: Digest }>;

/** An empty memory of tags, for all repositories of a store. */
export function createKnownTags(): KnownTags {
  return createBounded(200_000);
}

/** What the tags of all repositories of a store share. */
export interface TagMemory {
  readonly known: KnownTags;
  readonly folders: Folders;
}

/** How often a move is tried again when others move the same tag at the same time. */
const MAX_TRIES = 100;
/** Tags of a list that are looked at, at the same time. */
const AT_ONCE = 32;

/** The tags of a repository. */
export function createTagStore(
  driver: StorageDriver,
  name: RepositoryName,
  { known, folders }: TagMemory,
  report: Report,
): TagStore {
  const current = (tag: Tag) => pathFor('tagCurrent', { name, tag });

  /** What the tag names, when that was read before and its link is still the same. */
  const recall = (tag: Tag, stamp = driver.stamp(current(tag))): Digest | undefined => {
    const last = stamp === undefined ? undefined : known.get(current(tag));
    return last?.stamp === stamp ? last?.digest : undefined;
  };

  /** Names that may be tags: `names` from the place `from` on. */
  async function* candidates(options: ListOptions): AsyncGenerator<{ names: readonly string[]; from: number }> {
    const path = pathFor('tags', { name });
    const names = await folders.names(path, options.signal ? { signal: options.signal } : {});
    if (names !== undefined) return yield { names, from: options.after === undefined ? 0 : indexAfter(names, options.after) };
    for await (const page of driver.list(path, options)) {
      yield { names: page.filter((entry) => entry.folder).map((entry) => entry.name), from: 0 };
    }
  }

  const store: TagStore = {
    async resolve(tag, options) {
      const path = current(tag);
      // Before the read: a move in between makes it a stamp that is never met again.
      const stamp = driver.stamp(path);
      const last = stamp === undefined ? undefined : recall(tag, stamp);
      if (last !== undefined) return last;
      const digest = await readLink(driver, path, report, options);
      if (stamp !== undefined && digest !== undefined) known.set(path, { stamp, digest });
      return digest;
    },

    stamp: (tag) => driver.stamp(current(tag)),

    pathOf: current,

    async set(tag, digest, mayMove, options) {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const previous = await store.resolve(tag, options);
        if (!mayMove(previous)) return { moved: false, previous };
        // Each time: whoever has removed the tag meanwhile may have taken the index link with it.
        await store.addToIndex(tag, [digest], options);
        if (await swapLink(driver, current(tag), previous, digest, options)) return { moved: true, previous };
        if (previous === undefined) await clearUnreadable(driver, current(tag), () => store.resolve(tag, options), options);
      }
      throw new Error(`the tag ${tag} of ${name} is moved by others faster than it can be set`);
    },

    async addToIndex(tag, digests, options) {
      for (const digest of digests) {
        await driver.put(pathFor('tagIndexLink', { name, tag, digest }), Buffer.from(digest), options);
      }
    },

    async remove(tag, digest, options) {
      const had = await store.index(tag, options);
      try {
        await driver.remove([current(tag)], { ...options, ifMatch: Buffer.from(digest) });
      } catch (error) {
        if (isConditionFailed(error) || isNotFound(error)) return false;
        throw error;
      }
      // Never recursively: whoever sets the tag again at this moment keeps what it writes.
      await driver.remove(
        had.map((entry) => pathFor('tagIndexLink', { name, tag, digest: entry.digest })),
        options,
      );
      await removeEmpty(driver, pathFor('tagFolder', { name, tag }), options);
      return true;
    },

    async *list(options = {}) {
      let left = options.limit ?? Number.POSITIVE_INFINITY;
      const { limit: _limit, ...rest } = options;
      const call = options.signal ? { signal: options.signal } : {};
      // A folder without a link that can be read is what a crash leaves, no tag.
      const isSet = async (tag: Tag): Promise<boolean> => (await store.resolve(tag, call)) !== undefined;
      for await (const { names, from } of candidates(rest)) {
        const tags: Tag[] = [];
        for (let at = from; at < names.length && left > 0; ) {
          // A few at once, but not more than are wanted.
          const some = names.slice(at, at + Math.min(AT_ONCE, left)).filter(isTag);
          at += Math.min(AT_ONCE, left);
          const set = await Promise.all(some.map((tag) => recall(tag) !== undefined || isSet(tag)));
          const found = some.filter((_tag, index) => set[index]);
          tags.push(...found);
          left -= found.length;
        }
        if (tags.length > 0) yield tags;
        if (left === 0) return;
      }
    },

    async index(tag, options) {
      const found: { digest: Digest; modified: Date | undefined }[] = [];
      for await (const page of driver.walk(pathFor('tagIndex', { name, tag }), options)) {
        for (const entry of page) {
          const spec = parsePath(entry.path);
          if (spec?.kind === 'tagIndexLink') found.push({ digest: spec.digest, modified: entry.modified });
        }
      }
      return found;
    },
  };
  return store;
}

/** Removes a folder and the empty folders in it, from the inside out; what holds an object stays. */
async function removeEmpty(driver: StorageDriver, path: StoragePath, options?: CallOptions): Promise<void> {
  if (!driver.features.folders) return;
  for await (const page of driver.list(path, options)) {
    for (const entry of page) if (entry.folder) await removeEmpty(driver, entry.path, options);
  }
  await driver.removeFolder(path, options);
}
