/** `GET /v2/<name>/tags/list`: the tags of a repository, in byte order. */
import { type Exchange, openRepository } from '../context.js';
import { nextLink, tagsUrl } from '../links.js';
import type { RegistryRequest } from '../request.js';
import { sendJson } from '../send.js';
import { startingAfter, takePage } from './pages.js';

/** All tags, or a page of them when `n` is given, cut to `tagsMaxEntries`. */
export async function listTags(x: Exchange, { name, page }: RegistryRequest<'tags'>): Promise<void> {
  const { tags } = openRepository(x, name);
  const n = page.n === undefined ? undefined : Math.min(page.n, x.service.settings.tagsMaxEntries);
  const { entries, next } = await takePage(n, (limit) => tags.list({ ...startingAfter(page.last, x.signal), ...limit }));
  sendJson(
    x,
    200,
    { name, tags: entries },
    next === undefined ? [] : ['Link', nextLink(x.service.basePath, tagsUrl(name, { n, last: next }))],
  );
}
