/**
 * A request's target as a value: what is asked for, every part checked once. Names contain slashes, so the route is found
 * from the right end of the undecoded path. `links.ts` is the inverse.
 */
import { type Digest, parseDigest } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import {
  isUploadId,
  parseReference,
  parseRepositoryName,
  type Reference,
  type RepositoryName,
  type UploadId,
} from '../core/reference.js';
import { allOf, decodePart, firstOf, numberOf, parseQuery, type Query } from './query.js';

/** Which part of a list is wanted. */
export interface PageWanted {
  readonly n: number | undefined;
  /** The entry after which it goes on; need not exist. */
  readonly last: string | undefined;
}

/** What each kind of request names. */
interface Fields {
  root: unknown;
  health: unknown;
  ready: unknown;
  metrics: unknown;
  /** `/v2`, which old clients ask for. */
  bare: unknown;
  base: unknown;
  catalog: { readonly page: PageWanted };
  tags: { readonly name: RepositoryName; readonly page: PageWanted };
  manifest: { readonly name: RepositoryName; readonly reference: Reference; readonly tags: readonly string[] };
  blob: { readonly name: RepositoryName; readonly digest: Digest };
  uploads: {
    readonly name: RepositoryName;
    readonly digest: string | undefined;
    readonly mount: string | undefined;
    readonly from: string | undefined;
    readonly algorithm: string | undefined;
  };
  upload: { readonly name: RepositoryName; readonly id: UploadId; readonly digest: string | undefined };
  referrers: {
    readonly name: RepositoryName;
    readonly digest: Digest;
    readonly artifactType: string | undefined;
    readonly page: PageWanted;
  };
}

/** What can be asked for. */
export type Kind = keyof Fields;

/** What is asked for, of one kind or of any. */
export type RegistryRequest<K extends Kind = Kind> = { [P in K]: { readonly kind: P } & Readonly<Fields[P]> }[K];

const FIXED: Readonly<Record<string, RegistryRequest>> = {
  '/': { kind: 'root' },
  '/healthz': { kind: 'health' },
  '/readyz': { kind: 'ready' },
  '/metrics': { kind: 'metrics' },
  '/v2': { kind: 'bare' },
  '/v2/': { kind: 'base' },
};

/**
 * What the target asks for. Doubled and trailing slashes do not matter; `%2F` is part of a name, so no name has it.
 * NOT_FOUND for an unknown path; NAME_INVALID, TAG_INVALID (404, as docker/distribution answers; 400 for a name that is too
 * long), DIGEST_INVALID, BLOB_UPLOAD_UNKNOWN, PAGINATION_NUMBER_INVALID.
 */
export function parseRequest(url: string): RegistryRequest {
  const { path, query } = splitTarget(url);
  const fixed = Object.hasOwn(FIXED, path) ? FIXED[path] : undefined;
  if (fixed) return fixed;
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments[0] !== 'v2') throw notFound(path);
  if (segments.length === 1) return { kind: 'base' };
  return parseResource(segments, query) ?? fail(notFound(path));
}

/** True for targets that belong to the registry's API, well-formed or not. */
export function isApiTarget(url: string): boolean {
  return url.startsWith('/v2/') || /^\/+v2(?:\/|$)/.test(splitTarget(url).path);
}

function parseResource(segments: readonly string[], query: string): RegistryRequest | undefined {
  const last = segments.at(-1) ?? '';
  const before = segments.at(-2);
  if (last === '_catalog' && segments.length === 2) return { kind: 'catalog', page: pageOf(parseQuery(query)) };
  if (segments.length < 4) return undefined;
  switch (before) {
    case 'manifests':
      return { kind: 'manifest', name: nameOf(segments, 2), reference: referenceOf(last), tags: allOf(parseQuery(query), 'tag') };
    case 'blobs':
      return last === 'uploads'
        ? parseUploads(nameOf(segments, 2), parseQuery(query))
        : { kind: 'blob', name: nameOf(segments, 2), digest: digestOf(last) };
    case 'uploads':
      if (segments.at(-3) !== 'blobs' || segments.length < 5) return undefined;
      return { kind: 'upload', name: nameOf(segments, 3), id: uploadOf(last), digest: digestIn(parseQuery(query), 'digest') };
    case 'tags':
      return last === 'list' ? { kind: 'tags', name: nameOf(segments, 2), page: pageOf(parseQuery(query)) } : undefined;
    case 'referrers':
      return parseReferrers(nameOf(segments, 2), last, parseQuery(query));
    default:
      return undefined;
  }
}

function parseUploads(name: RepositoryName, query: Query): RegistryRequest<'uploads'> {
  return {
    kind: 'uploads',
    name,
    digest: digestIn(query, 'digest'),
    mount: digestIn(query, 'mount'),
    from: firstOf(query, 'from'),
    algorithm: firstOf(query, 'digest-algorithm'),
  };
}

function parseReferrers(name: RepositoryName, digest: string, query: Query): RegistryRequest<'referrers'> {
  return { kind: 'referrers', name, digest: digestOf(digest), artifactType: firstOf(query, 'artifactType'), page: pageOf(query) };
}

/** Clients of tarsums wrote their plus sign as a form does, or had it written so on the way: it comes back from a space. */
function digestIn(query: Query, name: string): string | undefined {
  return firstOf(query, name)?.replaceAll(' ', '+');
}

/** Path and query. Some clients append `&digest=` to any Location; no path has `&`, so it begins the query as `?` does. */
function splitTarget(url: string): { path: string; query: string } {
  const start = url.startsWith('/') ? 0 : pathStart(url);
  for (let at = start; at < url.length; at++) {
    const code = url.charCodeAt(at);
    if (code === QUESTION_MARK || code === AMPERSAND) return { path: url.slice(start, at), query: url.slice(at + 1) };
  }
  return { path: url.slice(start), query: '' };
}

const QUESTION_MARK = 63;
const AMPERSAND = 38;

/** Where the path begins. Proxies send the absolute form, `http://host/path` (RFC 9112, section 3.2.2). */
export function pathStart(url: string): number {
  const scheme = url.indexOf('://');
  const slash = scheme < 0 ? -1 : url.indexOf('/', scheme + 3);
  return Math.max(slash, 0);
}

function nameOf(segments: readonly string[], behind: number): RepositoryName {
  const parts = segments.slice(1, segments.length - behind).map(decodePart);
  const text = parts.join('/');
  if (parts.some((part) => part.includes('/'))) {
    throw new RegistryError('NAME_INVALID', {
      status: 404,
      message: 'a component of a name has no slash',
      detail: { name: text },
    });
  }
  return asMissingPage('NAME_INVALID', () => parseRepositoryName(text), text.length > 255);
}

function referenceOf(segment: string): Reference {
  return asMissingPage('TAG_INVALID', () => parseReference(decodePart(segment)), false);
}

/** docker/distribution knows no route for what breaks a grammar: its status is kept, and the code tells what is wrong. */
function asMissingPage<T>(code: 'NAME_INVALID' | 'TAG_INVALID', parse: () => T, keepStatus: boolean): T {
  try {
    return parse();
  } catch (error) {
    if (keepStatus || !(error instanceof RegistryError) || error.code !== code) throw error;
    throw new RegistryError(code, { status: 404, message: error.message, detail: error.detail });
  }
}

function digestOf(segment: string): Digest {
  return parseDigest(decodePart(segment));
}

function uploadOf(segment: string): UploadId {
  const id = decodePart(segment);
  if (isUploadId(id)) return id;
  throw new RegistryError('BLOB_UPLOAD_UNKNOWN', { detail: { id: id.slice(0, 128) } });
}

function pageOf(query: Query): PageWanted {
  return { n: numberOf(query), last: firstOf(query, 'last') };
}

function notFound(path: string): RegistryError {
  return new RegistryError('NOT_FOUND', { detail: { path: path.slice(0, 256) } });
}

function fail(error: RegistryError): never {
  throw error;
}
