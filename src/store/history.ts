/** What has happened to tags, one small immutable object a change, kept from the first day and beyond the tag's own end. */
import type { Clock } from '../core/clock.js';
import { type Digest, isDigest } from '../core/digest.js';
import type { RepositoryName, Tag } from '../core/reference.js';
import type { CallOptions, StorageDriver } from '../driver/driver.js';
import { entryName } from '../paths/entry-name.js';
import { pathFor } from '../paths/path-for.js';
import { undefinedIfMissing } from './links.js';
import type { Report } from './report.js';

/** One recorded change. */
export interface HistoryRecord {
  readonly action: 'set' | 'removed';
  /** What the tag named afterwards; for `removed`, what it named before. */
  readonly digest: Digest;
  readonly previous?: Digest;
  readonly at: Date;
  readonly actor?: string;
}

/** The history of the tags of one repository. */
export interface HistoryStore {
  /** Records a change, durably. */
  append(tag: Tag, change: Omit<HistoryRecord, 'at'>, options?: CallOptions): Promise<void>;
  /** Oldest first. Records that cannot be read are left out, and reported. */
  list(tag: Tag, options?: CallOptions): Promise<readonly HistoryRecord[]>;
}

/** The history of a repository's tags. */
export function createHistoryStore(driver: StorageDriver, name: RepositoryName, clock: Clock, report: Report): HistoryStore {
  return {
    append(tag, change, options) {
      const at = clock.now();
      const bytes = Buffer.from(JSON.stringify({ ...change, at: at.toISOString() }));
      return driver.put(pathFor('historyEntry', { name, tag, entry: entryName(at) }), bytes, options);
    },
    async list(tag, options) {
      const records: HistoryRecord[] = [];
      for await (const page of driver.list(pathFor('history', { name, tag }), options ?? {})) {
        for (const entry of page) {
          if (entry.folder) continue;
          const bytes = await driver.read(entry.path, options).catch(undefinedIfMissing);
          if (bytes === undefined) continue;
          const record = parseRecord(bytes);
          if (record) records.push(record);
          else
            report({ what: 'history-unreadable', path: entry.path, message: 'a record of a tag cannot be read and is left out' });
        }
      }
      return records;
    },
  };
}

function parseRecord(bytes: Buffer): HistoryRecord | undefined {
  try {
    const { action, digest, previous, at, actor } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    if (action !== 'set' && action !== 'removed') return undefined;
    if (typeof digest !== 'string' || !isDigest(digest) || typeof at !== 'string' || Number.isNaN(Date.parse(at)))
      return undefined;
    return {
      action,
      digest,
      at: new Date(at),
      ...(typeof previous === 'string' && isDigest(previous) ? { previous } : {}),
      ...(typeof actor === 'string' ? { actor } : {}),
    };
  } catch {
    return undefined;
  }
}
