/**
 * Every key of the configuration that has an effect: the one table from which files are read, defaults are taken and the
 * manual is made. Names are those of registry:2's config.yml. A new key is a row here.
 */
import type { ValueName, ValueOf } from './values.js';

/** One key. */
interface KeyRow {
  readonly type: ValueName;
  /** As it would be written, without a configuration file; undefined: not set. */
  readonly bare: unknown;
  /** As it would be written, with a configuration file that does not have the key: what registry:2 does. */
  readonly file: unknown;
  /** For the manual. */
  readonly about: string;
}

/** The table. */
export const KEYS = {
  version: { type: 'version', bare: '0.1', file: undefined, about: 'Version of the format. A file must have it.' },
  'log.level': { type: 'level', bare: 'info', file: 'info', about: 'What is logged: this and what is worse.' },
  'log.formatter': {
    type: 'formatter',
    bare: 'text',
    file: 'text',
    about: 'The form of a line: `text`, as registry:2 writes it, or one JSON object.',
  },
  'log.fields': { type: 'fields', bare: {}, file: {}, about: 'Fields that every line gets.' },
  'log.accesslog.disabled': {
    type: 'flag',
    bare: false,
    file: false,
    about: 'Whether requests get no line. Those that end with a status of 500 or more always do.',
  },
  'storage.filesystem.rootdirectory': {
    type: 'folder',
    bare: './data',
    file: '/var/lib/registry',
    about: 'The folder that takes all data. Made when it is missing.',
  },
  'storage.inmemory': {
    type: 'section',
    bare: undefined,
    file: undefined,
    about: 'Keeps all data in memory, to be gone with the process. Instead of `storage.filesystem`; may be empty.',
  },
  'storage.delete.enabled': {
    type: 'flag',
    bare: true,
    file: false,
    about: 'Whether tags, manifests and blobs may be deleted; 405 otherwise.',
  },
  'storage.maintenance.uploadpurging.enabled': {
    type: 'flag',
    bare: true,
    file: true,
    about:
      'Whether uploads that nobody has finished are removed, now and then; the first time at a random moment of the first hour.',
  },
  'storage.maintenance.uploadpurging.age': {
    type: 'age',
    bare: '168h',
    file: '168h',
    about: 'How long ago such an upload must have begun, at least. One that has received something in the last hour stays.',
  },
  'storage.maintenance.uploadpurging.interval': {
    type: 'interval',
    bare: '24h',
    file: '24h',
    about: 'How long to wait from one time to the next.',
  },
  'storage.maintenance.uploadpurging.dryrun': {
    type: 'flag',
    bare: false,
    file: false,
    about: 'Whether to log only what would be removed.',
  },
  'compatibility.schema1.enabled': {
    type: 'flag',
    bare: true,
    file: false,
    about: 'Whether manifests of Docker schema 1 may be pushed; 400 otherwise. Those that are there are served either way.',
  },
  'compatibility.schema1.signingkeyfile': {
    type: 'file',
    bare: undefined,
    file: undefined,
    about:
      'A private key, in PEM or as a JWK, that signs manifests of schema 1 that have no signature. Not set: a key that is made once and kept in the store.',
  },
  'lading.schema1.strictnames': {
    type: 'flag',
    bare: false,
    file: false,
    about:
      'Whether a manifest of schema 1 must be signed for the repository and the tag that it is pushed to. registry:2 does not ask for that since 2.4.',
  },
  'auth.htpasswd.realm': {
    type: 'words',
    bare: undefined,
    file: undefined,
    about: 'What people who are asked for a password are told that it is for.',
  },
  'auth.htpasswd.path': {
    type: 'file',
    bare: undefined,
    file: undefined,
    about: 'Users and their bcrypt hashes, as `htpasswd -B` writes them. Read again when it changes ([access](access.md)).',
  },
  'auth.token.realm': {
    type: 'words',
    bare: undefined,
    file: undefined,
    about: 'Where clients get tokens: the URL of the token server ([access](access.md)).',
  },
  'auth.token.service': {
    type: 'words',
    bare: undefined,
    file: undefined,
    about: 'The name of this registry: tokens must be for it.',
  },
  'auth.token.issuer': {
    type: 'words',
    bare: undefined,
    file: undefined,
    about: 'The name of the token server: tokens must be from it.',
  },
  'auth.token.rootcertbundle': {
    type: 'file',
    bare: undefined,
    file: undefined,
    about:
      'Certificates in PEM: tokens are signed by their keys, or by keys whose certificates lead to them. This or `jwks`, or both.',
  },
  'auth.token.jwks': {
    type: 'file',
    bare: undefined,
    file: undefined,
    about: 'A JSON Web Key Set with the keys that sign tokens.',
  },
  'auth.token.signingalgorithms': {
    type: 'algorithms',
    bare: [],
    file: [],
    about: 'The algorithms that tokens may be signed with. Empty: all of them.',
  },
  'auth.token.autoredirect': {
    type: 'flag',
    bare: false,
    file: false,
    about:
      'Whether clients get tokens at `https://`, the host by which they know this registry, and `autoredirectpath`, instead of `realm`.',
  },
  'auth.token.autoredirectpath': {
    type: 'path',
    bare: '/auth/token',
    file: '/auth/token',
    about: 'The path for `autoredirect`.',
  },
  'lading.tarsum.labels': {
    type: 'tarsums',
    bare: ['tarsum.v1+sha256'],
    file: ['tarsum.v1+sha256'],
    about:
      'The tarsums that blobs may be pushed by; 400 for others. None when the list is empty. What is stored is served by any.',
  },
  'lading.tarsum.maxbytes': {
    type: 'count',
    bare: 10_737_418_240,
    file: 10_737_418_240,
    about: 'Bytes of an archive that is pushed by a tarsum, decompressed; at most.',
  },
  'lading.tarsum.maxratio': {
    type: 'count',
    bare: 200,
    file: 200,
    about: 'How many times its compressed size such an archive may have beyond the first 10 MiB.',
  },
  'lading.tarsum.maxentries': {
    type: 'count',
    bare: 1_000_000,
    file: 1_000_000,
    about: 'Entries of such an archive; at most. Each costs about 130 bytes of memory while the sum is computed.',
  },
  'lading.tarsum.timeout': {
    type: 'duration',
    bare: '5m',
    file: '5m',
    about: 'The longest time for the sum of one archive; 0 for no end.',
  },
  'http.addr': {
    type: 'address',
    bare: '127.0.0.1:5000',
    file: ':5000',
    about: 'Where to listen. No host means every address of the machine; port 0 takes any that is free.',
  },
  'http.tls.certificate': {
    type: 'file',
    bare: undefined,
    file: undefined,
    about: 'The certificate of the server, in PEM, followed by those that lead to its authority. With it, only TLS is spoken.',
  },
  'http.tls.key': { type: 'file', bare: undefined, file: undefined, about: 'The private key of the certificate, in PEM.' },
  'http.tls.clientcas': {
    type: 'files',
    bare: undefined,
    file: undefined,
    about: 'Authorities of the certificates of clients, in PEM. With them, only clients with such a certificate are served.',
  },
  'http.tls.clientauth': {
    type: 'clientauth',
    bare: undefined,
    file: undefined,
    about: 'Which certificates clients must show. Not set: `require-and-verify-client-cert` where there are `clientcas`.',
  },
  'http.tls.minimumtls': {
    type: 'tlsversion',
    bare: 'tls1.2',
    file: 'tls1.2',
    about: 'The oldest version of TLS that is spoken.',
  },
  'http.tls.ciphersuites': {
    type: 'suites',
    bare: [],
    file: [],
    about: 'Cipher suites of TLS 1.2, by their names in Go. Empty: the choice of Node. Those of TLS 1.3 cannot be left out.',
  },
  'http.host': {
    type: 'url',
    bare: undefined,
    file: undefined,
    about:
      'How clients reach the registry, for URLs in answers: all that stands before `/v2/`, so a path ends with `/`, and `prefix` is not added. Not set: what `Forwarded`, `X-Forwarded-*` or `Host` says.',
  },
  'http.prefix': {
    type: 'prefix',
    bare: '/',
    file: '/',
    about:
      'The path of the API before `/v2/`, such as `/registry/`, for a proxy that hands on the path as it is. `/`, `/healthz`, `/readyz` and `/metrics` stay where they are.',
  },
  'http.relativeurls': {
    type: 'flag',
    bare: true,
    file: false,
    about: 'Whether URLs in answers are paths alone. Where there is a `host`, it goes before this.',
  },
  'http.headers': {
    type: 'headers',
    bare: { 'X-Content-Type-Options': ['nosniff'] },
    file: {},
    about: 'Headers of every answer.',
  },
  'http.draintimeout': {
    type: 'duration',
    bare: '30s',
    file: '30s',
    about: 'How long requests that run may go on when the server is stopped. registry:2 cuts them off when it is not set.',
  },
  'http.debug.addr': {
    type: 'address',
    bare: undefined,
    file: undefined,
    about: 'Where a second server listens, with `/debug/health` and the metrics. Not set: there is none.',
  },
  'http.debug.prometheus.enabled': {
    type: 'flag',
    bare: true,
    file: false,
    about: 'Whether there are metrics: on the second server, or at `/metrics` of the first when there is no second.',
  },
  'http.debug.prometheus.path': {
    type: 'path',
    bare: '/metrics',
    file: '/metrics',
    about: 'The path of the metrics on the second server.',
  },
  'catalog.maxentries': {
    type: 'limit',
    bare: 1000,
    file: 1000,
    about: 'Repositories in one answer of the catalog: by default, and at most.',
  },
  'tags.maxtags': { type: 'limit', bare: 1000, file: 1000, about: 'Tags in one answer when the request says how many; at most.' },
} as const satisfies Record<string, KeyRow>;

/** Names a key. */
export type Key = keyof typeof KEYS;

type Read<K extends Key> = ValueOf<(typeof KEYS)[K]['type']>;
type Optional<K extends Key> = (typeof KEYS)[K] extends { bare: undefined } ? undefined : never;

/** A whole configuration, checked: a value for each key. Times are in milliseconds. */
export type Configuration = { readonly [K in Key]: Read<K> | Optional<K> };

/** True for a key of the table. */
export function isKey(path: string): path is Key {
  return Object.hasOwn(KEYS, path);
}

/** What each method of authentication cannot do without: of each list, one. */
export const REQUIRED: Readonly<Record<string, readonly (readonly Key[])[]>> = {
  htpasswd: [['auth.htpasswd.realm'], ['auth.htpasswd.path']],
  token: [['auth.token.realm'], ['auth.token.service'], ['auth.token.issuer'], ['auth.token.rootcertbundle', 'auth.token.jwks']],
};
