/** `GET /v2/_catalog`: the names of all repositories. Not of the OCI specification; Docker's API has it. */
import { RegistryError } from '../../core/errors.js';
import type { Exchange } from '../context.js';
import { catalogUrl, nextLink } from '../links.js';
import type { RegistryRequest } from '../request.js';
import { sendJson } from '../send.js';
import { startingAfter, takePage } from './pages.js';

/** A page of names. PAGINATION_NUMBER_INVALID when more are wanted than `catalogMaxEntries`. */
export async function listRepositories(x: Exchange, { page }: RegistryRequest<'catalog'>): Promise<void> {
  const { settings, basePath, registry } = x.service;
  const n = page.n ?? settings.catalogMaxEntries;
  if (n > settings.catalogMaxEntries) {
    const message = `n is at most ${settings.catalogMaxEntries} here`;
    throw new RegistryError('PAGINATION_NUMBER_INVALID', { message, detail: { n } });
  }
  const { entries, next } = await takePage(n, (limit) =>
    registry.repositories({ ...startingAfter(page.last, x.signal), ...limit }),
  );
  sendJson(
    x,
    200,
    { repositories: entries },
    next === undefined ? [] : ['Link', nextLink(basePath, catalogUrl({ n, last: next }))],
  );
}
