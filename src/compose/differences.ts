/** What a new configuration may change while the server runs, and what only a restart can. */
import { isDeepStrictEqual } from 'node:util';
import { type Configuration, isKey, KEYS, type Key } from '../config/keys.js';
import type { TlsSettings } from '../http/tls.js';

/** Keys that take effect at once. All others need a restart: a new key does until it stands here. */
const RELOADED: ReadonlySet<Key> = new Set<Key>([
  'catalog.maxentries',
  'http.draintimeout',
  'http.headers',
  'http.host',
  'http.relativeurls',
  'http.tls.certificate',
  'http.tls.ciphersuites',
  'http.tls.clientcas',
  'http.tls.key',
  'http.tls.minimumtls',
  'log.accesslog.disabled',
  'log.level',
  'storage.delete.enabled',
  'storage.maintenance.readonly.enabled',
  'storage.maintenance.uploadpurging.age',
  'storage.maintenance.uploadpurging.dryrun',
  'storage.maintenance.uploadpurging.enabled',
  'storage.maintenance.uploadpurging.interval',
  'tags.maxtags',
]);

/** Keys whose values differ, those that a running server can follow apart from the others. */
export interface Differences {
  readonly reloaded: readonly Key[];
  readonly needRestart: readonly Key[];
}

/** Compares what holds with what is wanted. `isReader`: the store was opened for reading alone. */
export function differencesOf(current: Configuration, wanted: Configuration, isReader: boolean): Differences {
  const keys = Object.keys(KEYS).filter((key) => isKey(key) && !isDeepStrictEqual(current[key], wanted[key])) as Key[];
  const canFollow = (key: Key): boolean => {
    if (key === 'storage.maintenance.readonly.enabled') return !isReader;
    // Whether TLS is spoken, and whether clients are asked for certificates, is decided when the server is made.
    const isBegunOrEnded = (one: Key): boolean => (current[one] === undefined) !== (wanted[one] === undefined);
    if (key === 'http.tls.clientcas' && isBegunOrEnded(key)) return false;
    if (key.startsWith('http.tls.') && isBegunOrEnded('http.tls.certificate')) return false;
    return RELOADED.has(key);
  };
  return { reloaded: keys.filter(canFollow), needRestart: keys.filter((key) => !canFollow(key)) };
}

/** The configuration that holds when the server has followed as far as it can. */
export function merge(current: Configuration, wanted: Configuration, { reloaded }: Differences): Configuration {
  return { ...current, ...Object.fromEntries(reloaded.map((key) => [key, wanted[key]])) };
}

/** The options of TLS whose files say something else, for the log: names alone. */
export function tlsChanges(before: TlsSettings | undefined, now: TlsSettings | undefined): readonly Key[] {
  if (before === undefined || now === undefined) return [];
  return [
    ...(before.cert === now.cert ? [] : (['http.tls.certificate'] as const)),
    ...(before.key === now.key ? [] : (['http.tls.key'] as const)),
    ...(isDeepStrictEqual(before.ca, now.ca) ? [] : (['http.tls.clientcas'] as const)),
  ];
}
