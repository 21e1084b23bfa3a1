/**
 * Unfinished uploads of one repository. Their state is in the store: `startedat` says that an upload exists, the size of
 * `data` is its offset. What a process keeps in memory (the hash so far) only saves work.
 */
import type { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.js';
import {
  CANONICAL,
  createDigester,
  type Digest,
  type Digester,
  type HashAlgorithm,
  hashOf,
  type TarsumAlgorithm,
} from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { newUploadId, type RepositoryName, type UploadId } from '../core/reference.js';
import type { StoragePath } from '../core/storage-path.js';
import {
  type CallOptions,
  DriverError,
  type Entry,
  isNotFound,
  type ObjectWriter,
  type StorageDriver,
} from '../driver/driver.js';
import { pathFor } from '../paths/path-for.js';
import { createTarsum, type TarsumOptions } from '../tarsum/tarsum.js';
import { createBounded } from './bounded.js';
import { undefinedIfMissing } from './links.js';

/** The hash of the first `size` bytes of an upload, as far as this process has seen them all. */
export interface RunningHash {
  size: number;
  readonly algorithm: HashAlgorithm;
  readonly digester: Digester;
}

/** Hashes of uploads that this process has received, by the path of their data. Shared by all repositories of a store. */
export type RunningHashes = LRUCache<string, RunningHash>;

/** Unfinished uploads that a process remembers the hash of; the others are read again at commit. */
const MAX_RUNNING = 10_000;

/** How old the sign of life of an upload may be while a request is at it. */
export const RENEWED_EVERY_MS = 10 * 60 * 1000;

/** A purge decides in an instant; one that has not in this time has died. */
const DECIDED_WITHIN_MS = 2000;
const LOOK_EVERY_MS = 50;

/** An empty memory of running hashes. */
export function createRunningHashes(): RunningHashes {
  return createBounded(MAX_RUNNING);
}

/** Two names of the same bytes. */
export interface Sums {
  readonly canonical: Digest;
  readonly tarsum: Digest;
}

/** Unfinished uploads of one repository. */
export interface UploadStore {
  /** Begins an upload. It survives the end of the process. */
  start(algorithm: HashAlgorithm, options?: CallOptions): Promise<UploadId>;
  /** Bytes stored; undefined when there is no such upload. Who asks is about the upload, so it renews an old sign of life. */
  size(id: UploadId, options?: CallOptions): Promise<number | undefined>;
  /** Whether there is such an upload. While a purge decides about it, this waits for that, 2 s at most, as `size` does. */
  exists(id: UploadId, options?: CallOptions): Promise<boolean>;
  /** Shows other processes that somebody is about the upload. Missing is fine, and so is a store that takes no writes. */
  renew(id: UploadId): Promise<void>;
  /**
   * Opens the upload for appending at the end. BLOB_UPLOAD_INVALID when it does not hold `at` bytes any more, then or at the
   * writer's commit; BLOB_UPLOAD_UNKNOWN when it has ended meanwhile.
   */
  append(id: UploadId, at: number, options?: CallOptions): Promise<ObjectWriter>;
  /** Appends the source to an open upload and keeps the hash running. BLOB_UPLOAD_INVALID when somebody else writes to it. */
  write(id: UploadId, writer: ObjectWriter, source: AsyncIterable<Uint8Array>, options?: CallOptions): Promise<void>;
  /** The digest of the first `size` bytes by the algorithm of `wanted`, when its hash ran along; else undefined. */
  runningDigest(id: UploadId, size: number, wanted: Digest): Digest | undefined;
  /** The same by reading the bytes of a committed upload. */
  readDigest(id: UploadId, wanted: Digest, options?: CallOptions): Promise<Digest>;
  /**
   * The canonical digest of a committed upload and its tarsum, by one reading of the bytes, which ends at the first fault.
   * DIGEST_INVALID, with `detail.reason`, when the content has no tarsum.
   */
  readSums(id: UploadId, algorithm: TarsumAlgorithm, options?: TarsumOptions): Promise<Sums>;
  /** Forgets the upload and its bytes. Missing is fine. */
  remove(id: UploadId, options?: CallOptions): Promise<void>;
  /** Where the bytes are, for the blob store to adopt. */
  dataPath(id: UploadId): StoragePath;
}

/** The uploads of a repository. */
export function createUploadStore(
  driver: StorageDriver,
  name: RepositoryName,
  clock: Clock,
  running: RunningHashes,
): UploadStore {
  const startedAt = (upload: UploadId) => pathFor('uploadStartedAt', { name, upload });
  const data = (upload: UploadId) => pathFor('uploadData', { name, upload });

  /** `startedat` of an upload; undefined when there is none, and no purge that might put it back. */
  const signOf = async (upload: UploadId, options?: CallOptions): Promise<Entry | undefined> => {
    const look = () => driver.stat(startedAt(upload), options).catch(undefinedIfMissing);
    for (let left = DECIDED_WITHIN_MS; ; left -= LOOK_EVERY_MS) {
      const sign = await look();
      if (sign !== undefined) return sign;
      const claim = await driver.stat(pathFor('uploadPurge', { name, upload }), options).catch(undefinedIfMissing);
      // Between the two looks it may have been put back.
      if (claim === undefined) return look();
      const age = clock.now().getTime() - (claim.modified?.getTime() ?? 0);
      if (left <= 0 || age > DECIDED_WITHIN_MS) return undefined;
      await clock.sleep(LOOK_EVERY_MS, options?.signal);
    }
  };

  /** Two at work on one upload, maybe in two processes: one loses, to another writer or to whoever has ended the upload. */
  const refuse = async (error: unknown, id: UploadId, size: number): Promise<never> => {
    if (isNotFound(error)) throw unknownUpload(id, error);
    if (!(error instanceof DriverError && error.fault === 'conflict')) throw error;
    throw (await uploads.exists(id)) ? misplaced(size, error) : unknownUpload(id, error);
  };

  async function* read(id: UploadId, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array> {
    const reader = await driver.open(data(id), signal ? { signal } : {}).catch((error: unknown) => refuse(error, id, 0));
    try {
      yield* reader.chunks();
    } finally {
      await reader.close();
    }
  }

  const uploads: UploadStore = {
    async start(algorithm, options) {
      const id = newUploadId();
      const text = `${clock.now().toISOString().slice(0, 19)}Z`;
      await driver.put(startedAt(id), Buffer.from(text), { ...options, volatile: true });
      running.set(data(id), { size: 0, algorithm, digester: createDigester([algorithm]) });
      return id;
    },

    async size(id, options) {
      const sign = await signOf(id, options);
      if (sign === undefined) return undefined;
      if (sign.modified && clock.now().getTime() - sign.modified.getTime() > RENEWED_EVERY_MS) await uploads.renew(id);
      try {
        return await driver.appended(data(id), options);
      } catch (error) {
        if (isNotFound(error)) return 0;
        throw error;
      }
    },

    async exists(id, options) {
      return (await signOf(id, options)) !== undefined;
    },

    async renew(id) {
      await driver.touch(startedAt(id)).catch(() => undefined);
    },

    async append(id, at, options) {
      const writer = await driver.append(data(id), at, options).catch((error: unknown) => refuse(error, id, at));
      return {
        get size() {
          return writer.size;
        },
        write: writer.write,
        commit: (how) => writer.commit(how).catch((error: unknown) => refuse(error, id, writer.size)),
        close: writer.close,
      };
    },

    async write(id, writer, source, options = {}) {
      const path = data(id);
      const known = running.get(path);
      const hash = known?.size === writer.size ? known : undefined;
      // Nobody else may go on with this hash while its bytes are on their way.
      running.delete(path);
      const before = writer.size;
      let hashed = 0;
      const tap = (piece: Uint8Array): void => {
        hash?.digester.update(piece);
        hashed += piece.length;
      };
      try {
        await writer.write(source, { ...options, ...(hash ? { tap } : {}) });
      } catch (error) {
        await refuse(error, id, writer.size);
      } finally {
        if (hash && before + hashed === writer.size) running.set(path, { ...hash, size: writer.size });
      }
    },

    runningDigest(id, size, wanted) {
      const algorithm = hashOf(wanted);
      const known = running.get(data(id));
      return known?.size === size && known.algorithm === algorithm ? known.digester.digest(algorithm) : undefined;
    },

    async readDigest(id, wanted, options) {
      const algorithm = hashOf(wanted);
      const digester = createDigester([algorithm]);
      for await (const piece of read(id, options)) digester.update(piece);
      return digester.digest(algorithm);
    },

    async readSums(id, algorithm, options = {}) {
      const digester = createDigester([CANONICAL]);
      const tarsum = createTarsum(algorithm, options);
      try {
        for await (const piece of read(id, options)) {
          digester.update(piece);
          await tarsum.write(piece);
          if (tarsum.failure) throw tarsum.failure;
        }
        return { canonical: digester.digest(CANONICAL), tarsum: await tarsum.end() };
      } finally {
        tarsum.close();
      }
    },

    async remove(id, options) {
      running.delete(data(id));
      await driver.removeTree(pathFor('uploadFolder', { name, upload: id }), { ...options, volatile: true });
    },

    dataPath: data,
  };
  return uploads;
}

/** For an append that is not at the end of the upload. */
export function misplaced(size: number, cause?: unknown): RegistryError {
  return new RegistryError('BLOB_UPLOAD_INVALID', {
    message: `the upload holds ${size} bytes: go on from there`,
    detail: { size },
    cause,
  });
}

/** For an upload that is not there. */
export function unknownUpload(id: UploadId, cause?: unknown): RegistryError {
  const message = 'there is no such upload: it has ended or was never begun';
  return new RegistryError('BLOB_UPLOAD_UNKNOWN', { message, detail: { id }, cause });
}
