/**
 * Links: small objects that hold a digest and grant a repository access to content. Layers, revisions, signatures, tags
 * and referrers are all of this kind, each with its own place.
 */
import { algorithmOf, type Digest, isDigest } from '../core/digest.js';
import type { StoragePath } from '../core/storage-path.js';
import { type CallOptions, isNotFound, type StorageDriver } from '../driver/driver.js';
import type { Report } from './report.js';

/** The digest that a link holds; undefined when there is no link, or none that can be read (which is reported). */
export async function readLink(
  driver: StorageDriver,
  path: StoragePath,
  report: Report,
  options?: CallOptions,
): Promise<Digest | undefined> {
  const bytes = await driver.read(path, options).catch(undefinedIfMissing);
  if (bytes === undefined) return undefined;
  const text = bytes.toString('latin1');
  if (isDigest(text)) return text;
  const message = bytes.length === 0 ? 'an empty link counts as absent' : 'a link that holds no digest counts as absent';
  report({ what: 'link-unreadable', path, message });
  return undefined;
}

/** Links of one kind in one repository, by digest. */
export interface LinkStore {
  /** The digest of the content: the key itself, or what an alias stands for. Undefined when absent or unreadable. */
  resolve(digest: Digest, options?: CallOptions): Promise<Digest | undefined>;
  /** When the link was last written; undefined when it is absent. */
  modified(digest: Digest, options?: CallOptions): Promise<Date | undefined>;
  /** Grants access. Durable. Safe to repeat: the link's time is renewed. */
  link(digest: Digest, target?: Digest, options?: CallOptions): Promise<void>;
  /** Renews the time of a link that is there; false when it is not. Never creates it. */
  touch(digest: Digest, options?: CallOptions): Promise<boolean>;
  /** Withdraws access. Durable. Missing is fine. */
  unlink(digest: Digest, options?: CallOptions): Promise<void>;
  /** What is seen of the link now is on stable storage when this returns. */
  settle(digest: Digest, options?: CallOptions): Promise<void>;
  /** Where the link stands; for the caches and findings of the store. */
  pathOf(digest: Digest): StoragePath;
}

/** Links whose places `pathOf` tells. */
export function createLinkStore(driver: StorageDriver, pathOf: (digest: Digest) => StoragePath, report: Report): LinkStore {
  return {
    async resolve(digest, options) {
      const path = pathOf(digest);
      const target = await readLink(driver, path, report, options);
      if (target === undefined || target === digest) return target;
      // Only another algorithm can stand for the same content: sha512 or tarsum for the canonical sha256.
      if (algorithmOf(target) !== algorithmOf(digest)) return target;
      report({
        what: 'link-unreadable',
        path,
        message: 'a link that holds another digest of its own algorithm counts as absent',
      });
      return undefined;
    },
    async modified(digest, options) {
      const entry = await driver.stat(pathOf(digest), options).catch(undefinedIfMissing);
      return entry && (entry.modified ?? new Date(0));
    },
    link: (digest, target = digest, options = {}) => driver.put(pathOf(digest), Buffer.from(target), options),
    async touch(digest, options) {
      try {
        await driver.touch(pathOf(digest), options);
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },
    unlink: (digest, options) => driver.remove([pathOf(digest)], options),
    settle: (digest, options) => driver.settle([pathOf(digest)], options),
    pathOf,
  };
}

/** For `catch`: what is not there is undefined, any other error passes. */
export function undefinedIfMissing(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
