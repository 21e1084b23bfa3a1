/** Every URL that is handed out, as a path from `/v2/` on. `request.ts` parses each of them back. */
import type { Digest } from '../core/digest.js';
import type { Reference, RepositoryName, UploadId } from '../core/reference.js';
import type { PageWanted } from './request.js';

/** `/v2/<name>/blobs/<digest>` */
export function blobUrl(name: RepositoryName, digest: Digest): string {
  return `/v2/${name}/blobs/${digest}`;
}

/** `/v2/<name>/manifests/<reference>` */
export function manifestUrl(name: RepositoryName, reference: Reference): string {
  return `/v2/${name}/manifests/${reference.kind === 'tag' ? reference.tag : reference.digest}`;
}

/** Where the bytes of an upload go. Has no query: clients append `?digest=` as well as `&digest=`. */
export function uploadUrl(name: RepositoryName, id: UploadId): string {
  return `/v2/${name}/blobs/uploads/${id}`;
}

/** `/v2/_catalog` from a name on. */
export function catalogUrl(page: PageWanted): string {
  return `/v2/_catalog${queryOf({ last: page.last, n: page.n })}`;
}

/** `/v2/<name>/tags/list` from a tag on. */
export function tagsUrl(name: RepositoryName, page: PageWanted): string {
  return `/v2/${name}/tags/list${queryOf({ last: page.last, n: page.n })}`;
}

/** `/v2/<name>/referrers/<digest>` from a digest on, by the same filter. */
export function referrersUrl(name: RepositoryName, subject: Digest, artifactType: string | undefined, page: PageWanted): string {
  return `/v2/${name}/referrers/${subject}${queryOf({ artifactType, last: page.last, n: page.n })}`;
}

/** The `Link` header that leads to the next page, by what stands before `/v2/` and what follows. */
export function nextLink(basePath: string, url: string): string {
  return `<${basePath}${url}>; rel="next"`;
}

/** Parameters that are there, sorted by name as docker/distribution sends them. */
function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const parts = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
