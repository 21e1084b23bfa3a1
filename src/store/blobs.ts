/**
 * Content by digest, for the whole store. Who may see it is decided above, by links. Content is verified when this
 * process reads it whole for the first time, and again when the object has changed; what is found rotten is set aside.
 */
import type { ByteRange } from '../core/byte-range.js';
import type { Clock } from '../core/clock.js';
import { type Digest, digestOf, encodedOf, hashOf, isContentDigest } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { createKeyedLock } from '../core/gate.js';
import type { StoragePath } from '../core/storage-path.js';
import { type CallOptions, isNotFound, type ObjectReader, type StorageDriver } from '../driver/driver.js';
import { entryName } from '../paths/entry-name.js';
import { pathFor } from '../paths/path-for.js';
import { createBounded } from './bounded.js';
import { createContentCheck } from './content-check.js';
import { undefinedIfMissing } from './links.js';
import type { Report } from './report.js';
import { CorruptContentError, verifiedChunks } from './verified-chunks.js';

/** What is known of a blob without reading it. */
export interface BlobFacts {
  readonly digest: Digest;
  readonly size: number;
}

/**
 * Content by digest. Aliases are resolved by links before; a tarsum is none where it names content that was stored under it
 * in early 2015, which is served, checked by that tarsum, and never written.
 */
export interface BlobStore {
  /** Undefined when it is absent, or empty although its digest says otherwise (which is reported). */
  stat(digest: Digest, options?: CallOptions): Promise<BlobFacts | undefined>;
  /** Undefined as `stat`. The bytes fail before their end when they are the whole and not what the digest says. */
  open(digest: Digest, options?: CallOptions & { range?: ByteRange }): Promise<ObjectReader | undefined>;
  /** All bytes, verified. Undefined when absent or rotten (which is reported, and set aside). */
  read(digest: Digest, options?: CallOptions): Promise<Buffer | undefined>;
  /** Reads all of a blob and says whether it is what its digest says; what is not is reported and set aside. */
  isIntact(digest: Digest, options?: CallOptions): Promise<boolean>;
  /** Puts small content in place, unless it is there, whole and right. On stable storage when it returns, either way. */
  put(bytes: Uint8Array, digest: Digest, options?: CallOptions): Promise<void>;
  /**
   * Moves an object, verified by the caller, into place, unless the blob is there whole; says whether it did. A source that
   * is gone is no error: another process may have adopted it. BLOB_UPLOAD_INVALID when it turns out to have another size by
   * then: it is no blob, and is set aside.
   */
  adopt(from: StoragePath, facts: BlobFacts, options?: CallOptions): Promise<boolean>;
  /** What is seen of the blob now is on stable storage when this returns. */
  settle(digest: Digest, options?: CallOptions): Promise<void>;
}

/** What no bytes hash to: the sum of an archive without entries too. */
const EMPTY = new Set((['sha256', 'sha512'] as const).map((hash) => encodedOf(digestOf(Buffer.alloc(0), hash))));
/** How many blobs this process remembers to have verified. */
const REMEMBERED = 100_000;

/** The blob store of a driver. */
export function createBlobStore(driver: StorageDriver, clock: Clock, report: Report): BlobStore {
  // Which object was verified: a changed size or time means another object.
  const verified = createBounded<Digest, string>(REMEMBERED);
  /** Objects that are not what their tarsum says, or have none by the rules of now: absent, but left where they are. */
  const refused = createBounded<Digest, string>(REMEMBERED);
  const pathOf = (digest: Digest): StoragePath => pathFor('blobData', { blob: digest });
  const seal = (object: { size: number; modified: Date | undefined }): string => `${object.size} ${object.modified?.getTime()}`;

  /** Size 0 is how a crash of docker/distribution leaves a blob: it must not stand for content. */
  const plausible = (digest: Digest, size: number): boolean => {
    if (size > 0 || EMPTY.has(encodedOf(digest))) return true;
    report({ what: 'blob-empty', path: pathOf(digest), message: 'a blob without bytes counts as absent; a push replaces it' });
    return false;
  };

  const isRefused = (digest: Digest, found: { size: number; modified: Date | undefined }): boolean =>
    refused.get(digest) === seal(found);

  const reportBad = (digest: Digest, message: string): void => report({ what: 'blob-corrupt', path: pathOf(digest), message });

  // A push that replaces a bad copy and a read that sets it aside take turns, or the read would set the new copy aside.
  const changing = createKeyedLock();

  /** Sets aside what a read has found rotten, if it is there still. */
  const setAside = async (digest: Digest, found: string): Promise<void> => {
    if (!isContentDigest(digest)) {
      // Other programs came to other sums in rare cases, so that this is no proof. It is nobody else's copy to take away.
      refused.set(digest, found);
      return reportBad(digest, 'the content cannot be verified by its tarsum: it counts as absent, and stays where it is');
    }
    return changing(digest, async () => {
      const path = pathOf(digest);
      verified.delete(digest);
      const aside = pathFor('quarantine', { blob: digest, entry: entryName(clock.now()) });
      let what = `it is set aside as ${aside}`;
      try {
        if (seal(await driver.stat(path)) === found) await driver.move(path, aside);
      } catch {
        // In read-only or failing stores it stays where it is: each read finds out again.
        what = 'it could not be set aside';
      }
      reportBad(digest, `the content is not what the digest says; ${what}`);
    });
  };

  /** Where a driver's answers may be old, what is opened is not: a file that is gone cannot be opened. */
  const factsOf = async (
    digest: Digest,
    options?: CallOptions,
  ): Promise<{ size: number; modified: Date | undefined } | undefined> => {
    if (driver.features.stalenessMs === 0) return driver.stat(pathOf(digest), options).catch(undefinedIfMissing);
    const reader = await driver.open(pathOf(digest), options).catch(undefinedIfMissing);
    await reader?.close();
    return reader;
  };

  const store: BlobStore = {
    async stat(digest, options) {
      const entry = await factsOf(digest, options);
      return entry && plausible(digest, entry.size) && !isRefused(digest, entry) ? { digest, size: entry.size } : undefined;
    },

    async open(digest, options) {
      const reader = await driver.open(pathOf(digest), options).catch(undefinedIfMissing);
      if (reader === undefined) return undefined;
      if (!plausible(digest, reader.size) || isRefused(digest, reader)) {
        await reader.close();
        return undefined;
      }
      const whole = reader.range.start === 0 && reader.range.end === reader.size;
      if (!whole || verified.get(digest) === seal(reader)) return reader;
      return {
        size: reader.size,
        range: reader.range,
        modified: reader.modified,
        chunks: () =>
          verifiedChunks(reader.chunks(), digest, reader.size, {
            good: () => verified.set(digest, seal(reader)),
            bad: () => setAside(digest, seal(reader)),
          }),
        close: () => reader.close(),
      };
    },

    async read(digest, options) {
      const bytes = await driver.read(pathOf(digest), options).catch(undefinedIfMissing);
      if (bytes === undefined || !plausible(digest, bytes.length)) return undefined;
      if (await isContentOf(digest, bytes)) return bytes;
      // Read again, opened, so that it is known which object is rotten.
      await store.isIntact(digest, options);
      return undefined;
    },

    async isIntact(digest, options) {
      const reader = await store.open(digest, options);
      if (reader === undefined) return false;
      try {
        for await (const _piece of reader.chunks()) options?.signal?.throwIfAborted();
        return true;
      } catch (error) {
        if (error instanceof CorruptContentError) return false;
        throw error;
      } finally {
        await reader.close();
      }
    },

    async put(bytes, digest, options) {
      const there = await driver.read(pathOf(digest), options).catch(undefinedIfMissing);
      if (there?.equals(bytes)) return store.settle(digest, options);
      if (there !== undefined) reportBad(digest, 'a copy that was not what its digest says was replaced by a push');
      await changing(digest, () => driver.put(pathOf(digest), bytes, options));
    },

    async adopt(from, facts, options) {
      const there = await store.stat(facts.digest, options);
      if (there?.size === facts.size) {
        await store.settle(facts.digest, options);
        return false;
      }
      const moved = await changing(facts.digest, async () => {
        try {
          // An upload that comes back is purged like any other that nobody has ended.
          await driver.move(from, pathOf(facts.digest), { ...options, mayReturn: true });
        } catch (error) {
          if (isNotFound(error)) return undefined;
          throw error;
        }
        const entry = await driver.stat(pathOf(facts.digest), options).catch(undefinedIfMissing);
        if (entry?.size === facts.size) verified.set(facts.digest, seal(entry));
        return entry ?? facts;
      });
      if (moved === undefined || moved.size === facts.size) return moved !== undefined;
      // Another process has appended to it since it was verified.
      await setAside(facts.digest, seal({ modified: undefined, ...moved }));
      throw new RegistryError('BLOB_UPLOAD_INVALID', {
        message: 'another request has written to this upload while it was ended',
      });
    },

    settle: (digest, options) => driver.settle([pathOf(digest)], options),
  };
  return store;
}

async function isContentOf(digest: Digest, bytes: Buffer): Promise<boolean> {
  if (isContentDigest(digest)) return digestOf(bytes, hashOf(digest)) === digest;
  const check = createContentCheck(digest);
  try {
    await check.update(bytes);
    return await check.verified();
  } finally {
    check.close();
  }
}
