/** For each key of the configuration, texts of YAML that may stand there with what they become, and some that may not. */
import type { Key } from '../../src/config/keys.js';
import { SIGNING_ALGORITHMS } from '../../src/config/values.js';
import { STORE_SAMPLES } from './store-samples.js';

/** Samples of one key. */
export interface Samples {
  /** Keys of the same section without which there must be none of it. */
  readonly beside?: Readonly<Record<string, string>>;
  /** The same for the section above that. */
  readonly above?: Readonly<Record<string, string>>;
  readonly good: Readonly<Record<string, unknown>>;
  readonly wrong: readonly string[];
}

const HTPASSWD = { realm: 'r', path: '/etc/htpasswd' };
const TLS = { certificate: '/etc/cert.pem', key: '/etc/key.pem' };
const TOKEN = { realm: 'r', service: 's', issuer: 'i', jwks: '/etc/keys.json' };

const ENDPOINT = {
  name: '',
  disabled: false,
  url: 'http://a/b?c',
  headers: {},
  timeout: 1000,
  threshold: 10,
  backoff: 1000,
  ignoredmediatypes: [],
  'ignore.mediatypes': [],
  'ignore.actions': [],
};

/** A key without a line here does not compile. */
export const SAMPLES: Readonly<Record<Key, Samples>> = {
  'notifications.events.includereferences': { good: { true: true, no: false }, wrong: ['some'] },
  'notifications.endpoints': {
    good: {
      '[]': [],
      '[{url: "http://a/b?c"}]': [ENDPOINT],
      '[{url: "http://a/b?c", name: 5, timeout: 500ms, threshold: 0, ignore: {actions: [pull], mediatypes: [a/b]}}]': [
        { ...ENDPOINT, name: '5', timeout: 500, 'ignore.mediatypes': ['a/b'], 'ignore.actions': ['pull'] },
      ],
    },
    wrong: ['5', '{url: "http://a"}'],
  },
  'lading.notifications.format': { good: { v1: 'v1', v2: 'v2' }, wrong: ['2', 'v3'] },
  'lading.notifications.maxevents': { good: { '500': 500 }, wrong: ['0', 'many'] },
  'lading.notifications.maxage': { good: { '1h': 3_600_000 }, wrong: ['0', 'old'] },
  version: { good: { '0.1': '0.1', '"0.1"': '0.1' }, wrong: ['0.2', '1', 'latest'] },
  'log.level': { good: { debug: 'debug', ERROR: 'error' }, wrong: ['foo', 'trace', '3', '[]'] },
  'log.formatter': { good: { text: 'text', json: 'json', logstash: 'logstash' }, wrong: ['xml', '1'] },
  'log.fields': {
    good: {
      '{service: registry, n: 3, none: }': { service: 'registry', n: '3', none: '' },
      '{a: {b: [c]}}': { a: '{"b":["c"]}' },
    },
    wrong: ['service', '[a]'],
  },
  'log.accesslog.disabled': { good: { true: true, no: false }, wrong: ['maybe', '1', '{}'] },
  'storage.filesystem.rootdirectory': { good: { '/srv/x': '/srv/x', './x': './x' }, wrong: ['""', '5', '[/a]'] },
  'storage.inmemory': { good: { '': true, '{}': true, '{a: b}': true }, wrong: ['yes please', '[]'] },
  'storage.delete.enabled': { good: { true: true, off: false, '"True"': true }, wrong: ['perhaps', '0'] },
  'storage.redirect.disable': { good: { true: true, no: false }, wrong: ['never'] },
  'storage.maintenance.uploadpurging.enabled': { good: { true: true, off: false }, wrong: ['sometimes', '1'] },
  'storage.maintenance.uploadpurging.age': {
    good: { '168h': 604_800_000, '0': 0, '8760h': 31_536_000_000, '3600000000000': 3_600_000 },
    wrong: ['7d', '-1h', 'old', '{}'],
  },
  'storage.maintenance.uploadpurging.interval': {
    good: { '24h': 86_400_000, '1000h': 3_600_000_000 },
    wrong: ['0', '0s', '-1h', 'daily'],
  },
  'storage.maintenance.uploadpurging.dryrun': { good: { true: true, no: false }, wrong: ['wet'] },
  'storage.maintenance.readonly.enabled': { good: { true: true, off: false, '"True"': true }, wrong: ['nearly', '1', '[]'] },
  'compatibility.schema1.enabled': { good: { true: true, off: false }, wrong: ['schema2', '1'] },
  'compatibility.schema1.signingkeyfile': { good: { '/etc/key.json': '/etc/key.json' }, wrong: ['""', '5', '{}'] },
  'lading.schema1.strictnames': { good: { true: true, no: false }, wrong: ['very'] },
  'auth.htpasswd.realm': {
    good: { 'My registry': 'My registry', '"5"': '5' },
    wrong: ['5', '""', '[a]', '"a\\nb"'],
    beside: HTPASSWD,
  },
  'auth.htpasswd.path': { good: { '/etc/htpasswd': '/etc/htpasswd' }, wrong: ['5', '{a: b}'], beside: HTPASSWD },
  'auth.token.realm': {
    good: { 'https://auth.example/token': 'https://auth.example/token' },
    wrong: ['5', '[a]'],
    beside: TOKEN,
  },
  'auth.token.service': { good: { 'registry.example': 'registry.example' }, wrong: ['5', '{}'], beside: TOKEN },
  'auth.token.issuer': { good: { 'Auth server': 'Auth server' }, wrong: ['true', '""'], beside: TOKEN },
  'auth.token.rootcertbundle': { good: { '/etc/bundle.pem': '/etc/bundle.pem' }, wrong: ['5', '[a]'], beside: TOKEN },
  'auth.token.jwks': { good: { '/etc/keys.json': '/etc/keys.json' }, wrong: ['5', '{keys: []}'], beside: TOKEN },
  'auth.token.signingalgorithms': {
    good: { '[ES256, RS256]': ['ES256', 'RS256'], '[]': [...SIGNING_ALGORITHMS] },
    wrong: ['ES256', '[none]', '[ES256, none]', '[HS1]', '[es256]', '{}'],
    beside: TOKEN,
  },
  'auth.token.autoredirect': { good: { true: true, no: false }, wrong: ['always'], beside: TOKEN },
  'auth.token.autoredirectpath': { good: { '/token': '/token' }, wrong: ['token', '5'], beside: TOKEN },
  'lading.tarsum.labels': {
    good: { '[]': [], '[tarsum.v1+sha256, tarsum+sha512]': ['tarsum.v1+sha256', 'tarsum+sha512'] },
    wrong: ['tarsum.v1+sha256', '[sha256]', '[tarsum.v0+sha256]', '[3]'],
  },
  'lading.tarsum.maxbytes': { good: { '1': 1, '10737418240': 10_737_418_240 }, wrong: ['0', '-1', '1.5', '10GiB'] },
  'lading.tarsum.maxratio': { good: { '1000': 1000 }, wrong: ['0', 'high'] },
  'lading.tarsum.maxentries': { good: { '50000': 50_000 }, wrong: ['0', 'many'] },
  'lading.tarsum.timeout': { good: { '90s': 90_000, '0': 0 }, wrong: ['soon', '-1s'] },
  'http.net': { good: { tcp: 'tcp' }, wrong: ['udp', 'unixgram', '5'] },
  'http.addr': {
    good: {
      ':5001': { host: undefined, port: 5001 },
      '127.0.0.1:0': { host: '127.0.0.1', port: 0 },
      '"[::1]:5000"': { host: '::1', port: 5000 },
      'registry.example:65535': { host: 'registry.example', port: 65535 },
    },
    wrong: ['5000', 'localhost', ':65536', 'http://localhost:5000', '"::1:5000"', ':-1', 'unix:///run/x.sock', '/run/'],
  },
  'http.tls.certificate': { good: { '/etc/cert.pem': '/etc/cert.pem' }, wrong: ['5', '[a]'], beside: TLS },
  'http.tls.key': { good: { '/etc/key.pem': '/etc/key.pem' }, wrong: ['5', '{}'], beside: TLS },
  'http.tls.clientcas': { good: { '[/a, /b]': ['/a', '/b'] }, wrong: ['/a', '[]', '[5]'], beside: TLS },
  'http.tls.clientauth': {
    good: { 'request-client-cert': 'request-client-cert', 'require-any-client-cert': 'require-any-client-cert' },
    wrong: ['true', 'require'],
    beside: TLS,
  },
  'http.tls.minimumtls': { good: { 'tls1.3': 'TLSv1.3', 'tls1.2': 'TLSv1.2' }, wrong: ['tls1.0', 'tls1.1', '1.2'], beside: TLS },
  'http.tls.ciphersuites': {
    good: { '[TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]': ['ECDHE-RSA-AES128-GCM-SHA256'], '[]': [] },
    wrong: ['TLS_AES_128_GCM_SHA256', '[ECDHE-RSA-AES128-GCM-SHA256]', '[ALL]'],
    beside: TLS,
  },
  'http.host': {
    good: {
      'https://registry.example': 'https://registry.example',
      'http://a:5000/': 'http://a:5000',
      'https://registry.example/images/': 'https://registry.example/images',
      'https://registry.example/images/cut-off': 'https://registry.example/images',
    },
    wrong: ['registry.example', 'ftp://registry.example', 'https://a/?b', 'https://name@registry.example/'],
  },
  'http.prefix': {
    good: { '/': '', '/registry/': '/registry', '/a/b-1.c_~': '/a/b-1.c_~' },
    wrong: ['registry/', '/a//b/', '/a/../b/', '/a b/', '/{name}/', '/%2F/', '5'],
  },
  'http.relativeurls': { good: { true: true, false: false }, wrong: ['sometimes'] },
  'http.headers': {
    good: { '{X-A: [b, c], X-D: e, X-E: }': { 'X-A': ['b', 'c'], 'X-D': ['e'], 'X-E': [] } },
    wrong: [
      'X-A',
      '{"X A": [b]}',
      '{Content-Length: ["5"]}',
      '{transfer-encoding: chunked}',
      '{X-A: ["b\\nc"]}',
      '{X-A: {b: c}}',
    ],
  },
  'http.draintimeout': {
    good: { '30s': 30_000, '1h30m': 5_400_000, '500000000': 500, '0': 0 },
    wrong: ['soon', '"30"', '-5s', '1000h'],
  },
  'http.debug.addr': { good: { 'localhost:5001': { host: 'localhost', port: 5001 } }, wrong: ['5001'] },
  'http.debug.prometheus.enabled': { good: { true: true, off: false }, wrong: ['often'] },
  'http.debug.prometheus.path': { good: { '/figures': '/figures' }, wrong: ['figures', '3'] },
  'health.storagedriver.enabled': { good: { true: true, off: false }, wrong: ['maybe'] },
  'health.storagedriver.interval': { good: { '5s': 5000, '0': 10_000 }, wrong: ['-1s', 'often', '1000h'] },
  'health.storagedriver.threshold': { good: { '3': 3, '0': 0, '-1': 0 }, wrong: ['1.5', 'three'] },
  'health.file': {
    good: {
      '[]': [],
      '[{file: /srv/down, interval: 1s}]': [{ file: '/srv/down', interval: 1000, threshold: 0 }],
      '[{file: down, threshold: 3}]': [{ file: 'down', interval: 10_000, threshold: 3 }],
    },
    wrong: ['/srv/down', '{a: b}', '5'],
  },
  'health.http': {
    good: {
      '[{uri: "http://h/x", headers: {A: [b]}, statuscode: 204, timeout: 3s, interval: 1s, threshold: 2}]': [
        { uri: 'http://h/x', headers: { A: ['b'] }, statuscode: 204, timeout: 3000, interval: 1000, threshold: 2 },
      ],
      '[{uri: "https://h"}]': [{ uri: 'https://h', headers: {}, statuscode: 200, timeout: 0, interval: 10_000, threshold: 0 }],
    },
    wrong: ['/srv/down', '{a: b}', '5'],
  },
  'health.tcp': {
    good: {
      '[{addr: "h:1", threshold: 1}]': [
        { addr: { host: 'h', port: 1, text: 'h:1' }, interval: 10_000, timeout: 0, threshold: 1 },
      ],
    },
    wrong: ['/srv/down', '{a: b}', '5'],
  },
  'validation.enabled': { good: { true: true, off: false }, wrong: ['sometimes'] },
  'validation.disabled': { good: { true: true, no: false }, wrong: ['sometimes'] },
  'validation.manifests.urls.allow': {
    good: { '[]': [], "['^https?://([^/]+\\.)*example\\.com/', '']": ['^https?://([^/]+\\.)*example\\.com/', ''] },
    wrong: ['^https://', '[5]', "['(']", "['(?=a)']", "['(a)\\1']", '[a**]', "['a{1000}{1000}']"],
  },
  'validation.manifests.urls.deny': { good: { '[a, b]': ['a', 'b'] }, wrong: ["['[']"] },
  'validation.manifests.indexes.platforms': { good: { all: 'all', None: 'none', list: 'list' }, wrong: ['some', 'true'] },
  'validation.manifests.indexes.platformlist': {
    good: { '[{os: linux, architecture: amd64}]': [{ os: 'linux', architecture: 'amd64' }], '[]': [] },
    wrong: ['linux', '{os: linux}', '5'],
  },
  'policy.repository.classes': { good: { '[image, plugin]': ['image', 'plugin'], '[]': [] }, wrong: ['image', '[chart]'] },
  'catalog.maxentries': { good: { '50': 50, '0': 1000, '-1': 1000 }, wrong: ['many', '1.5'] },
  'tags.maxtags': { good: { '50': 50, '0': 1000 }, wrong: ['many', '1.5'] },
  ...STORE_SAMPLES,
};
