/** Uploads of one repository: from the first byte to a linked blob. */
import type { Descriptor } from '../core/descriptor.js';
import { CANONICAL, type Digest, type TarsumAlgorithm } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { MEDIA_TYPES } from '../core/media-type.js';
import type { UploadId } from '../core/reference.js';
import { misplaced, RENEWED_EVERY_MS, unknownUpload } from '../store/uploads.js';
import { itemsOf } from './claims.js';
import type { RepositoryContext } from './context.js';
import { holdAlias } from './hold-alias.js';
import type { CallOptions, UploadService, UploadStatus } from './registry.js';

/** A link that others take away while the upload is being committed is written again so often. */
const MAX_TRIES = 3;

/** What content is stored under, and the other name that it was pushed by. */
interface Names {
  readonly digest: Digest;
  readonly alias: Digest | undefined;
}

/** The uploads of a repository. */
export function createUploadService({ stores, here, holders, locks, tarsums }: RepositoryContext): UploadService {
  const place = { stores, here };
  const sizeOf = async (id: UploadId, options?: CallOptions): Promise<number> => {
    const size = await here.uploads.size(id, options);
    if (size === undefined) throw unknownUpload(id);
    return size;
  };

  /** After a reading, which may have taken long: another process may have appended. One that has ended it has made the blob, or none. */
  const refuseGrown = async ({ id, size }: UploadStatus, options?: CallOptions): Promise<void> => {
    const now = await here.uploads.size(id, options);
    if (now !== undefined && now > size) throw misplaced(now);
  };

  /** Shows purges that somebody is at the upload, until it is told to stop. */
  const keepRenewing = (id: UploadId): (() => void) => {
    const timer = setInterval(() => void here.uploads.renew(id), RENEWED_EVERY_MS);
    timer.unref();
    return () => clearInterval(timer);
  };

  const both = (options: CallOptions | undefined, other: AbortSignal): CallOptions => ({
    signal: options?.signal ? AbortSignal.any([options.signal, other]) : other,
  });

  /**
   * Bytes to stable storage and link, in any order; look; then the bytes in place. Until they are, the link means nothing,
   * and a collector that had condemned an older copy has either seen the link or is done with it. The other name, if the
   * content was pushed by one, is last.
   */
  const publish = async (id: UploadId, { digest, alias }: Names, size: number, options?: CallOptions): Promise<Descriptor> => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      // What a process has left that was killed: a link that outlives a power cut must not lead to bytes that do not.
      await stores.blobs.settle(digest, options);
      await here.layers.link(digest, digest, options);
      await stores.condemned.clear(itemsOf(here, digest), options);
      await stores.blobs.adopt(here.uploads.dataPath(id), { digest, size }, options);
      if (alias && !(await holdAlias(place, alias, digest, options))) continue;
      const linked = (await here.layers.resolve(digest, options)) === digest;
      const facts = linked ? await stores.blobs.stat(digest, options) : undefined;
      if (facts?.size === size) return { mediaType: MEDIA_TYPES.octets, digest, size };
    }
    await here.uploads.remove(id).catch(() => undefined); // Or the purge of old uploads does it.
    throw new RegistryError('BLOB_UPLOAD_UNKNOWN', { message: 'the blob was deleted while it was pushed', detail: { digest } });
  };

  /** By the hash that ran along, or by reading the bytes, once `end` has made them readable. */
  const namesOf = async (
    { id, size }: UploadStatus,
    pushedBy: Digest,
    algorithm: TarsumAlgorithm | undefined,
    end: () => Promise<void>,
    options?: CallOptions,
  ): Promise<Names> => {
    if (algorithm !== undefined) {
      await end();
      const { canonical, tarsum } = await tarsums.read(here.uploads, id, algorithm, options);
      await refuseGrown({ id, size }, options);
      if (tarsum !== pushedBy) throw mismatch('tarsum', pushedBy, tarsum);
      return { digest: canonical, alias: tarsum };
    }
    const early = here.uploads.runningDigest(id, size, pushedBy);
    if (early === undefined || early === pushedBy) await end();
    const actual = early ?? (await here.uploads.readDigest(id, pushedBy, options));
    if (early === undefined) await refuseGrown({ id, size }, options);
    if (actual !== pushedBy) throw mismatch('digest', pushedBy, actual);
    return { digest: actual, alias: undefined };
  };

  return {
    async start(options) {
      return { id: await here.uploads.start(options?.algorithm ?? CANONICAL, options), size: 0 };
    },

    async status(id, options) {
      return { id, size: await sizeOf(id, options) };
    },

    append(id, source, options) {
      return locks.run(here.uploads.dataPath(id), async (takenOver) => {
        const size = await sizeOf(id, options);
        if (options?.at !== undefined && options.at !== size) throw misplaced(size);
        const writer = await here.uploads.append(id, size, options);
        // Who sends a few bytes a minute is at it too, though it takes hours until they are enough to be written.
        const stopRenewing = keepRenewing(id);
        try {
          await here.uploads.write(id, writer, source, both(options, takenOver));
          // A purge takes the upload away and then looks for new bytes; here it is the other way round, so one sees the other.
          if (!(await here.uploads.exists(id))) {
            // Opened at 0, the bytes may have been made anew after the upload was gone; they are nobody's.
            if (size === 0) await here.uploads.remove(id).catch(() => undefined);
            throw unknownUpload(id);
          }
          return { id, size: writer.size };
        } finally {
          stopRenewing();
          await writer.close();
        }
      });
    },

    async commit(id, pushedBy, options) {
      // Of what is not taken, whatever the bytes are, the upload stays: it may be ended by another digest.
      const algorithm = tarsums.forPush(pushedBy);
      return locks.run(here.uploads.dataPath(id), async () => {
        const size = await sizeOf(id, options);
        const writer = await here.uploads.append(id, size, options);
        // What is large may be read for an hour, or wait for so long until it is its turn to be summed.
        const stopRenewing = keepRenewing(id);
        let names: Names;
        try {
          // Adopting is durable whatever went before, and until then nobody has been promised anything.
          names = await namesOf({ id, size }, pushedBy, algorithm, () => writer.commit({ volatile: true }), options);
        } catch (error) {
          if (!(error instanceof RegistryError) || error.code !== 'DIGEST_INVALID') throw error;
          await writer.close();
          const isThere = await here.uploads.exists(id);
          await here.uploads.remove(id);
          if (!isThere) throw unknownUpload(id);
          throw error;
        } finally {
          stopRenewing();
          await writer.close();
        }
        await here.prepare();
        const descriptor = await publish(id, names, size, options);
        // The blob is there, which is what was asked for; the purge of uploads takes what could not be removed.
        await here.uploads.remove(id).catch(() => undefined);
        holders.note(names.digest, here.name);
        if (names.alias) holders.note(names.alias, here.name);
        return descriptor;
      });
    },

    cancel(id, options) {
      return locks.run(here.uploads.dataPath(id), async () => {
        await sizeOf(id, options);
        await here.uploads.remove(id, options);
      });
    },
  };
}

function mismatch(what: 'digest' | 'tarsum', digest: Digest, actual: Digest): RegistryError {
  const message = `the content has the ${what} ${actual}, not the one that was named`;
  return new RegistryError('DIGEST_INVALID', { message, detail: { digest, actual } });
}
