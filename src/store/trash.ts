/**
 * What people have deleted, until the trash is emptied. One delete is one entry, and an entry is one object that names all
 * the links it takes away: writing it is one atomic step, it counts as a reference to all that it names, and putting it
 * back is whole.
 */
import type { Clock } from '../core/clock.js';
import { type Digest, isDigest } from '../core/digest.js';
import { isTag, type RepositoryName, type Tag } from '../core/reference.js';
import type { CallOptions, StorageDriver } from '../driver/driver.js';
import { entryName } from '../paths/entry-name.js';
import { parsePath } from '../paths/parse-path.js';
import { pathFor } from '../paths/path-for.js';
import { undefinedIfMissing } from './links.js';
import type { Report } from './report.js';

/** A link that a delete takes away, with what it held. */
export type TrashedLink =
  | { readonly kind: 'tag'; readonly tag: Tag; readonly digest: Digest; readonly index: readonly Digest[] }
  | { readonly kind: 'revision'; readonly digest: Digest }
  | { readonly kind: 'signature'; readonly revision: Digest; readonly digest: Digest }
  | { readonly kind: 'layer'; readonly digest: Digest; readonly target: Digest }
  | { readonly kind: 'referrer'; readonly subject: Digest; readonly digest: Digest };

/** One delete. */
export interface TrashEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor?: string;
  /** What was asked for, such as `manifest sha256:...` or `tag latest`. */
  readonly what: string;
  readonly links: readonly TrashedLink[];
}

/** The trash of one repository. */
export interface TrashStore {
  /** Writes an entry, durably, before anything is taken away; returns its id. */
  add(entry: Omit<TrashEntry, 'id' | 'at'>, options?: CallOptions): Promise<string>;
  /** Undefined when there is no such entry, or it cannot be read (which is reported). */
  read(id: string, options?: CallOptions): Promise<TrashEntry | undefined>;
  /** Ids, oldest first. */
  list(options?: CallOptions): Promise<readonly string[]>;
  /** Takes an entry out of the trash, durably: it is no reference any more. */
  remove(id: string, options?: CallOptions): Promise<void>;
}

/** The trash of a repository. */
export function createTrashStore(driver: StorageDriver, name: RepositoryName, clock: Clock, report: Report): TrashStore {
  const pathOf = (entry: string) => pathFor('trashEntry', { name, entry });
  return {
    async add(entry, options) {
      const at = clock.now();
      const id = entryName(at);
      await driver.put(pathOf(id), Buffer.from(JSON.stringify({ version: 1, at: at.toISOString(), ...entry })), options);
      return id;
    },
    async read(id, options) {
      const bytes = await driver.read(pathOf(id), options).catch(undefinedIfMissing);
      if (bytes === undefined) return undefined;
      const entry = parseEntry(id, bytes);
      if (entry === undefined)
        report({ what: 'trash-unreadable', path: pathOf(id), message: 'an entry of the trash cannot be read; it stays' });
      return entry;
    },
    async list(options) {
      const ids: string[] = [];
      for await (const page of driver.list(pathFor('trash', { name }), options ?? {})) {
        for (const entry of page) {
          const spec = parsePath(entry.path);
          if (entry.folder && spec?.kind === 'trashFolder') ids.push(spec.entry);
        }
      }
      return ids;
    },
    async remove(id, options) {
      await driver.remove([pathOf(id)], options);
      await driver.removeFolder(pathFor('trashFolder', { name, entry: id }), options);
    },
  };
}

function parseEntry(id: string, bytes: Buffer): TrashEntry | undefined {
  try {
    const { at, actor, what, links } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    if (typeof at !== 'string' || Number.isNaN(Date.parse(at)) || typeof what !== 'string' || !Array.isArray(links))
      return undefined;
    const read = (links as unknown[]).map(parseLink);
    if (!read.every((link) => link !== undefined)) return undefined;
    return { id, at: new Date(at), what, links: read, ...(typeof actor === 'string' ? { actor } : {}) };
  } catch {
    return undefined;
  }
}

function parseLink(value: unknown): TrashedLink | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, digest, tag, index, target, subject, revision } = value as Record<string, unknown>;
  if (!isDigestValue(digest)) return undefined;
  switch (kind) {
    case 'tag':
      if (typeof tag !== 'string' || !isTag(tag) || !Array.isArray(index)) return undefined;
      return (index as unknown[]).every(isDigestValue) ? { kind, tag, digest, index: index as Digest[] } : undefined;
    case 'revision':
      return { kind, digest };
    case 'signature':
      return isDigestValue(revision) ? { kind, digest, revision } : undefined;
    case 'layer':
      return isDigestValue(target) ? { kind, digest, target } : undefined;
    case 'referrer':
      return isDigestValue(subject) ? { kind, digest, subject } : undefined;
    default:
      return undefined;
  }
}

function isDigestValue(value: unknown): value is Digest {
  return typeof value === 'string' && isDigest(value);
}
