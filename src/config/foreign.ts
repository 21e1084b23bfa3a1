/**
 * Keys of registry:2's config.yml that have no effect here. Some may be left aside without a word; some mean that the
 * registry would do something else than was asked for, and then it does not start.
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

const OBJECT_STORE = 'data is kept in a folder (storage.filesystem) or in memory (storage.inmemory), not in an object store';

/** Keys with which the registry does not start. What stands below such a key belongs to it. */
export const REFUSED: Readonly<Record<string, Refusal>> = {
  'auth.silly': {
    why: 'it lets in whoever sends any credentials at all: use htpasswd or token',
    evenEmpty: true,
  },
  'http.tls.letsencrypt': {
    why: 'certificates are not fetched here: let a program such as certbot do that, and name its files in certificate and key',
  },
  'http.net': { why: 'the server listens on TCP only', harmless: (value) => value === 'tcp' },
  middleware: { why: 'middleware changes who may do what, or where content comes from, and there is none here' },
  notifications: {
    why: 'no notifications are sent, and somebody waits for them',
    harmless: (value) => isEmpty(memberOf(value, 'endpoints')),
  },
  proxy: {
    why: 'this registry does not fetch from another one',
    harmless: (value) => isEmpty(memberOf(value, 'remoteurl')),
  },
  'storage.azure': { why: OBJECT_STORE },
  'storage.gcs': { why: OBJECT_STORE },
  'storage.maintenance.readonly': {
    why: 'there is no read-only mode: pushes and deletes would go through',
    harmless: (value) => memberOf(value, 'enabled') !== true,
  },
  'storage.oss': { why: OBJECT_STORE },
  'storage.s3': { why: OBJECT_STORE },
  'storage.s3aws': { why: OBJECT_STORE },
  'storage.swift': { why: OBJECT_STORE },
  validation: {
    why: 'manifests are not checked by such rules here: what should be refused would be taken',
    harmless: (value) => memberOf(value, 'disabled') === true,
  },
};

/** Keys whose absence nobody notices: caches, pools and secrets that are not needed here. */
export const HARMLESS: ReadonlySet<string> = new Set([
  'health.storagedriver',
  'http.http2',
  'http.secret',
  'storage.cache',
  'storage.filesystem.maxthreads',
  'storage.redirect',
  'storage.tag',
]);

/** True for what asks for nothing: no value, or a text, list or section without content. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}
