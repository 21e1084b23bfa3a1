/**
 * Keys of registry:2's config.yml that have no effect here. Some may be left aside, with a warning where somebody might miss
 * what they ask for; some mean that the registry would do something else than was asked for, and then it does not start.
 */

/** A key that must not be left aside. */
interface Refusal {
  /** Why, as a sentence that ends a line. */
  readonly why: string;
  /** True for values that ask for nothing. Empty ones are refused only where `evenEmpty` says so. */
  readonly harmless?: (value: unknown) => boolean;
  /** The name alone asks for it. */
  readonly evenEmpty?: true;
}

const GONE = 'this store is not known here, nor in registry:2 since its version 3: move the data to a folder, or to S3';

const MIDDLEWARE = 'middleware changes who may do what, or where content comes from, and there is none here';

/** Keys with which the registry does not start. What stands below such a key belongs to it. */
export const REFUSED: Readonly<Record<string, Refusal>> = {
  'auth.silly': {
    why: 'it lets in whoever sends any credentials at all: use htpasswd or token',
    evenEmpty: true,
  },
  'http.tls.letsencrypt': {
    why: 'certificates are not fetched here: let a program such as certbot do that, and name its files in certificate and key',
  },
  'middleware.registry': { why: MIDDLEWARE, harmless: isSwitchedOff },
  'middleware.repository': { why: MIDDLEWARE, harmless: isSwitchedOff },
  'middleware.storage': { why: 'clients are not sent elsewhere for content: it comes from here', harmless: isSwitchedOff },
  proxy: {
    why: 'this registry does not fetch from another one: it would be empty, and take pushes',
    harmless: (value) => isEmpty(memberOf(value, 'remoteurl')),
  },
  'storage.oss': { why: GONE, evenEmpty: true },
  'storage.swift': { why: GONE, evenEmpty: true },
};

/** Keys that are taken, change nothing, and get a warning: each with why, as a sentence that ends a line. */
export const IGNORED: Readonly<Record<string, string>> = {
  'http.h2c.enabled': 'HTTP/2 is not spoken without TLS',
  'log.hooks': 'no mails are sent: let what gathers the log watch for errors',
  'log.reportcaller': 'lines of the log name no place in the program',
  redis: 'nothing is kept in Redis: caches are in the memory of each process, and need none in common',
  reporting: 'nothing is reported to Bugsnag or New Relic',
  'storage.cache.blobdescriptor': 'there are caches of our own, which are always on',
  'storage.cache.blobdescriptorsize': 'there are caches of our own, with bounds of their own',
  'storage.cache.layerinfo': 'there are caches of our own, which are always on',
  'storage.filesystem.maxthreads': 'the platform has its own threads for files: UV_THREADPOOL_SIZE in the environment',
  'storage.s3.loglevel': 'requests to the store are not logged one by one',
  'storage.tag.concurrencylimit': 'how many tags are looked up at a time has a bound of its own',
};

/** Keys whose absence nobody notices: they tune what is not needed here. */
export const HARMLESS: ReadonlySet<string> = new Set(['http.http2', 'http.secret']);

/** True for what asks for nothing: no value, or a text, list or section without content. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}

/** A list of middleware, each of which is disabled. */
function isSwitchedOff(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => memberOf(item, 'disabled') === true);
}
