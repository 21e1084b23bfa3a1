/**
 * The look that every writer of a reference takes after it has written it, and before it relies on what the reference
 * needs. With the collector's steps (publish, mark again, flip, read vetoes, delete) it makes sure that content is never
 * taken from under a reference: whichever of the two came first, the other one sees it.
 */
import type { Clock } from '../core/clock.js';
import { RegistryError } from '../core/errors.js';
import type { CallOptions, StorageDriver } from '../driver/driver.js';
import { entryName } from '../paths/entry-name.js';
import { parsePath } from '../paths/parse-path.js';
import { pathFor } from '../paths/path-for.js';
import { type Claims, type CondemnedDocument, type Item, itemKey, readDocument, writeVeto } from './gc-document.js';
import { undefinedIfMissing } from './links.js';
import type { Report } from './report.js';

/** Condemned items of the store. */
export interface Condemned {
  /**
   * Resolves when no document can take any of these items any more without seeing the reference that the caller has
   * just written. UNAVAILABLE when a deletion that concerns them takes longer than 30 s. The caller then looks whether the
   * items are still there.
   */
  clear(claims: Claims, options?: CallOptions): Promise<void>;
}

/** How long a writer waits for a deletion to end, in milliseconds. */
const PATIENCE_MS = 30_000;
/** How often it looks meanwhile. */
const POLL_MS = 50;
/** A document whose heartbeat has not changed for so long, on this process's own clock, belongs to a dead run. */
const STALE_MS = 10 * 60_000;

/** The condemned items of a driver's store. */
export function createCondemned(driver: StorageDriver, clock: Clock, report: Report): Condemned {
  /** When this process first saw a document with this heartbeat. */
  const seen = new Map<string, { heartbeat: number; since: number }>();

  const isStale = (name: string, document: CondemnedDocument | undefined): boolean => {
    const heartbeat = document?.heartbeat ?? -1;
    const known = seen.get(name);
    if (known === undefined || known.heartbeat !== heartbeat) {
      seen.set(name, { heartbeat, since: clock.monotonic() });
      return false;
    }
    return clock.monotonic() - known.since > STALE_MS;
  };

  const breakDocument = async (name: string, options?: CallOptions): Promise<void> => {
    report({
      what: 'collection-stale',
      path: pathFor('condemnedDocument', { document: name }),
      message: 'a garbage collection has stopped in the middle; its list was removed, nothing that it named is taken',
    });
    await driver.remove([pathFor('condemnedDocument', { document: name })], options);
    await driver.removeTree(pathFor('vetoes', { document: name }), options);
  };

  /** 'gone', or what the document says now; `undefined` document means that it cannot be read and condemns everything. */
  const read = async (name: string, options?: CallOptions): Promise<'gone' | { document: CondemnedDocument | undefined }> => {
    const path = pathFor('condemnedDocument', { document: name });
    const bytes = await driver.read(path, options).catch(undefinedIfMissing);
    return bytes === undefined ? 'gone' : { document: readDocument(bytes) };
  };

  const clearOne = async (name: string, mine: ReadonlyMap<string, Item> | 'all', options?: CallOptions): Promise<void> => {
    const found = await read(name, options);
    if (found === 'gone') return;
    if (isStale(name, found.document)) return breakDocument(name, options);
    const concerned = concernedBy(found.document, mine);
    if (concerned.length === 0) return;

    const veto = pathFor('veto', { document: name, veto: entryName(clock.now()) });
    await driver.put(veto, writeVeto(concerned), options);
    const deadline = clock.monotonic() + PATIENCE_MS;
    for (;;) {
      const now = await read(name, options);
      if (now === 'gone') {
        await driver.remove([veto], options);
        await driver.removeFolder(pathFor('vetoes', { document: name }), options);
        seen.delete(name);
        return;
      }
      if (now.document?.phase === 'condemned') return;
      if (isStale(name, now.document)) return breakDocument(name, options);
      if (clock.monotonic() > deadline) {
        const message = 'a garbage collection is removing content that this request needs; try again in a moment';
        throw new RegistryError('UNAVAILABLE', { message, retryAfter: 5 });
      }
      await clock.sleep(POLL_MS, options?.signal);
    }
  };

  return {
    async clear(claims, options) {
      const mine = claims === 'all' ? claims : new Map(claims.map((item) => [itemKey(item), item]));
      const listed = new Set<string>();
      for await (const page of driver.list(pathFor('condemned', {}), options ?? {})) {
        for (const entry of page) {
          const spec = parsePath(entry.path);
          if (spec?.kind !== 'condemnedDocument') continue;
          listed.add(spec.document);
          await clearOne(spec.document, mine, options);
        }
      }
      for (const name of seen.keys()) if (!listed.has(name)) seen.delete(name);
    },
  };
}

/** What must not be taken. A document that cannot be read condemns everything. */
function concernedBy(document: CondemnedDocument | undefined, mine: ReadonlyMap<string, Item> | 'all'): Claims {
  if (mine === 'all') return mine;
  return document ? document.items.filter((item) => mine.has(itemKey(item))) : [...mine.values()];
}
