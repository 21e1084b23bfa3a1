/** `GET /v2/<name>/referrers/<digest>`: manifests that name this one as their subject. Never 404 for a well-formed digest. */
import type { Descriptor } from '../../core/descriptor.js';
import { MEDIA_TYPES } from '../../core/media-type.js';
import { type Exchange, openRepository } from '../context.js';
import { nextLink, referrersUrl } from '../links.js';
import type { RegistryRequest } from '../request.js';
import { type Headers, sendJson } from '../send.js';
import { type ListPage, startingAfter, takePage } from './pages.js';

/** An image index of the referrers, by pages of `n`, `referrersMaxEntries` at most, and no larger than a manifest may be. */
export async function listReferrers(x: Exchange, asked: RegistryRequest<'referrers'>): Promise<void> {
  const { name, digest, artifactType, page } = asked;
  const { referrersMaxEntries, maxManifestBytes } = x.service.settings;
  const n = Math.min(page.n ?? referrersMaxEntries, referrersMaxEntries);
  const filter = artifactType === undefined ? {} : { artifactType };
  const { referrers } = openRepository(x, name);
  const wanted = await takePage(n, (limit) =>
    referrers.list(digest, { ...startingAfter(page.last, x.signal), ...filter, ...limit }),
  );
  const { entries, next } = cutToBytes(wanted, maxManifestBytes);
  const headers: Headers = artifactType === undefined ? [] : ['OCI-Filters-Applied', 'artifactType'];
  if (next)
    headers.push('Link', nextLink(x.service.basePath, referrersUrl(name, digest, artifactType, { n, last: next.digest })));
  sendJson(x, 200, { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: entries }, headers, MEDIA_TYPES.ociIndex);
}

/** Clients read the answer as they read a manifest, with a bound on its size. At least one entry stays. */
function cutToBytes(page: ListPage<Descriptor>, maxBytes: number): ListPage<Descriptor> {
  let bytes = ENVELOPE_BYTES;
  const over = page.entries.findIndex((entry) => {
    bytes += JSON.stringify(entry).length + 1;
    return bytes > maxBytes;
  });
  if (over < 0) return page;
  const entries = page.entries.slice(0, Math.max(over, 1));
  return entries.length === page.entries.length ? page : { entries, next: entries.at(-1) };
}

const ENVELOPE_BYTES = 128;
