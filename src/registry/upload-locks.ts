/**
 * One request at a time works on an upload, in this process. A newer one takes over from an older one that is still
 * waiting for bytes, so that a half-open connection never blocks a client that comes back.
 */
import { RegistryError } from '../core/errors.js';

/** Locks by upload. */
export interface UploadLocks {
  /** Runs the task alone. Its signal fires when a newer request wants the upload; a task may ignore that and finish. */
  run<T>(key: string, task: (takenOver: AbortSignal) => Promise<T>): Promise<T>;
  /** Runs the task alone if nobody is at the upload; undefined otherwise. It takes nothing over, and requests wait for it. */
  runIfFree<T>(key: string, task: () => Promise<T>): Promise<T | undefined>;
}

interface Holder {
  readonly release: AbortController;
  readonly done: Promise<void>;
}

/** Locks of one process. */
export function createUploadLocks(): UploadLocks {
  const holders = new Map<string, Holder>();
  const locks: UploadLocks = {
    runIfFree: async (key, task) => (holders.has(key) ? undefined : locks.run(key, task)),
    async run(key, task) {
      for (let holder = holders.get(key); holder; holder = holders.get(key)) {
        holder.release.abort();
        await holder.done;
      }
      const release = new AbortController();
      const running = task(release.signal);
      const done = running.then(
        () => undefined,
        () => undefined,
      );
      const mine = { release, done: done.then(() => void (holders.get(key) === mine && holders.delete(key))) };
      holders.set(key, mine);
      try {
        return await running;
      } catch (error) {
        if (!release.signal.aborted || error instanceof RegistryError) throw error;
        throw new RegistryError('BLOB_UPLOAD_INVALID', { message: 'another request has taken over this upload', cause: error });
      } finally {
        await mine.done;
      }
    },
  };
  return locks;
}
