/** The manifests of one repository: a link each, the payload as a blob, and the media type where the bytes do not tell it. */
import type { Digest } from '../core/digest.js';
import { isMediaType } from '../core/media-type.js';
import type { RepositoryName } from '../core/reference.js';
import type { CallOptions, StorageDriver } from '../driver/driver.js';
import { pathFor } from '../paths/path-for.js';
import { createLinkStore, type LinkStore, undefinedIfMissing } from './links.js';
import type { Report } from './report.js';

/** Revisions of one repository. */
export interface RevisionStore extends LinkStore {
  /** The media type that stands beside the revision; undefined when its bytes tell it. */
  mediaType(digest: Digest, options?: CallOptions): Promise<string | undefined>;
  /** Writes the media type, durably; before the link, so that nobody sees the revision without it. */
  setMediaType(digest: Digest, mediaType: string, options?: CallOptions): Promise<void>;
}

/** The revisions of a repository. A removed revision leaves its media type: it says nothing without the link. */
export function createRevisionStore(driver: StorageDriver, name: RepositoryName, report: Report): RevisionStore {
  const typePath = (digest: Digest) => pathFor('revisionMediaType', { name, digest });
  return {
    ...createLinkStore(driver, (digest) => pathFor('revisionLink', { name, digest }), report),
    async mediaType(digest, options) {
      const bytes = await driver.read(typePath(digest), options).catch(undefinedIfMissing);
      const text = bytes?.toString('latin1');
      if (text === undefined || isMediaType(text)) return text;
      report({ what: 'mediatype-unreadable', path: typePath(digest), message: 'what is no media type counts as absent' });
      return undefined;
    },
    setMediaType: (digest, mediaType, options) => driver.put(typePath(digest), Buffer.from(mediaType), options),
  };
}
