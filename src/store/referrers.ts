/** Which manifests of a repository name another one as their subject. Derived from the revisions, and kept beside them. */
import type { Digest } from '../core/digest.js';
import { byteOrder } from '../core/pages.js';
import type { RepositoryName } from '../core/reference.js';
import { type CallOptions, isNotFound, type StorageDriver } from '../driver/driver.js';
import { parsePath } from '../paths/parse-path.js';
import { pathFor } from '../paths/path-for.js';

/** Referrer links of one repository. */
export interface ReferrerStore {
  /** Durable; safe to repeat. */
  add(subject: Digest, referrer: Digest, options?: CallOptions): Promise<void>;
  has(subject: Digest, referrer: Digest, options?: CallOptions): Promise<boolean>;
  /** Durable; missing is fine. */
  remove(subject: Digest, referrer: Digest, options?: CallOptions): Promise<void>;
  /** In order of digests. Whether each is still a revision is for the caller to see. */
  list(subject: Digest, options?: CallOptions): Promise<readonly Digest[]>;
}

/** The referrer links of a repository. */
export function createReferrerStore(driver: StorageDriver, name: RepositoryName): ReferrerStore {
  const pathOf = (subject: Digest, digest: Digest) => pathFor('referrerLink', { name, subject, digest });
  return {
    add: (subject, referrer, options) => driver.put(pathOf(subject, referrer), Buffer.from(referrer), options),
    async has(subject, referrer, options) {
      try {
        await driver.stat(pathOf(subject, referrer), options);
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },
    remove: (subject, referrer, options) => driver.remove([pathOf(subject, referrer)], options),
    async list(subject, options) {
      const found: Digest[] = [];
      for await (const page of driver.walk(pathFor('referrers', { name, subject }), options)) {
        for (const entry of page) {
          const spec = parsePath(entry.path);
          if (spec?.kind === 'referrerLink') found.push(spec.digest);
        }
      }
      return found.sort(byteOrder);
    },
  };
}
