/** Files as they are found beside real registries: each is taken as it is, or refused for what nobody could do without. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Configuration } from '../../src/config/keys.js';
import { examineConfiguration } from '../../src/config/load.js';
import { textFiles } from '../support/text-files.js';
import { IMAGE_FILE } from './image-file.js';

const { fileWith } = textFiles();

/** A file, and what is made of it. */
interface Case {
  readonly text: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly values?: Partial<Configuration>;
  /** What warnings are about, in order. */
  readonly warned?: readonly string[];
  /** How faults begin, without their places. */
  readonly faults?: readonly RegExp[];
}

const S3 = { bucket: 'images', region: 'eu-west-1' };

const CASES: Readonly<Record<string, Case>> = {
  'the image of 2.8': {
    text: IMAGE_FILE,
    values: {
      'storage.filesystem.rootdirectory': '/var/lib/registry',
      'storage.delete.enabled': false,
      'http.headers': { 'X-Content-Type-Options': ['nosniff'] },
      'log.fields': { service: 'registry' },
    },
    warned: ['storage.cache.blobdescriptor'],
  },
  'the image of 3.x': {
    text: `version: 0.1
log:
  level: debug
  fields: {service: registry, environment: development}
storage:
  delete: {enabled: true}
  cache: {blobdescriptor: inmemory}
  filesystem: {rootdirectory: /var/lib/registry}
  tag: {concurrencylimit: 8}
http:
  addr: :5000
  debug: {addr: ":5001", prometheus: {enabled: true, path: /metrics}}
health:
  storagedriver: {enabled: true, interval: 10s, threshold: 3}
`,
    values: { 'log.level': 'debug', 'storage.delete.enabled': true, 'http.debug.prometheus.enabled': true },
    warned: ['storage.cache.blobdescriptor', 'storage.tag.concurrencylimit'],
  },
  'a registry of a company, behind a proxy, with passwords': {
    text: `version: 0.1
log:
  accesslog: {disabled: true}
  level: warn
  formatter: json
  hooks:
    - type: mail
      disabled: true
      levels: [panic]
      options: {smtp: {addr: mail.example.com:25, username: u, password: p}, from: a@example.com, to: [b@example.com]}
storage:
  filesystem: {rootdirectory: /srv/registry, maxthreads: 100}
  delete: {enabled: true}
  redirect: {disable: true}
  maintenance:
    uploadpurging: {enabled: true, age: 72h, interval: 12h, dryrun: false}
auth:
  htpasswd: {realm: Registry Realm, path: /auth/htpasswd}
http:
  addr: 127.0.0.1:5000
  host: https://registry.example.com
  secret: asecretforlocaldevelopment
  relativeurls: false
  draintimeout: 60s
`,
    values: {
      'log.formatter': 'json',
      'storage.redirect.disable': true,
      'storage.maintenance.uploadpurging.age': 259_200_000,
      'auth.htpasswd.realm': 'Registry Realm',
      'http.draintimeout': 60_000,
    },
    warned: ['log.hooks', 'storage.filesystem.maxthreads'],
  },
  'Redis of 2.8': {
    text: `version: 0.1
storage: {filesystem: {}, cache: {blobdescriptor: redis}}
redis: {addr: redis:6379, password: p, db: 0, dialtimeout: 10ms, pool: {maxidle: 16, maxactive: 64, idletimeout: 300s}}
`,
    warned: ['storage.cache.blobdescriptor', 'redis'],
  },
  'Redis of 3.x': {
    text: `version: 0.1
storage: {filesystem: {}, cache: {blobdescriptor: redis, blobdescriptorsize: 20000}}
redis: {addrs: [redis:6379], password: p, maxidleconns: 16, poolsize: 64, connmaxidletime: 300s, tls: {certificate: /c, key: /k}}
`,
    warned: ['storage.cache.blobdescriptor', 'storage.cache.blobdescriptorsize', 'redis'],
  },
  'a bucket, from variables alone': {
    text: 'version: 0.1\nstorage: {filesystem: {rootdirectory: /var/lib/registry}, delete: {enabled: true}}\n',
    environment: {
      REGISTRY_STORAGE: 's3',
      REGISTRY_STORAGE_S3_BUCKET: 'images',
      REGISTRY_STORAGE_S3_REGION: 'eu-west-1',
      REGISTRY_STORAGE_S3_ACCESSKEY: 'AK',
      REGISTRY_STORAGE_S3_SECRETKEY: '0123',
      REGISTRY_STORAGE_S3_ENCRYPT: 'true',
    },
    values: {
      'storage.s3.bucket': 'images',
      'storage.s3.encrypt': true,
      'storage.s3.chunksize': 10_485_760,
      'storage.delete.enabled': false,
    },
    faults: [/^storage\.s3 cannot be used yet: /],
  },
  'a bucket beside the folder of the image': {
    text: 'version: 0.1\nstorage: {filesystem: {rootdirectory: /var/lib/registry}}\n',
    environment: { REGISTRY_STORAGE_S3_BUCKET: 'images', REGISTRY_STORAGE_S3_REGION: 'eu-west-1' },
    faults: [/^storage has filesystem and s3; expected one of them$/, /^storage\.s3 cannot be used yet: /],
  },
  "a bucket of one's own, under the old name": {
    text: `version: 0.1\nstorage: {s3aws: ${JSON.stringify({ ...S3, regionendpoint: 'http://minio:9000', secure: false })}}\n`,
    values: { 'storage.s3.regionendpoint': 'http://minio:9000', 'storage.s3.secure': false },
    faults: [/^storage\.s3aws cannot be used yet: /],
  },
  'a container of Azure, by a secret that is not there': {
    text: 'version: 0.1\nstorage: {azure: {accountname: a, container: c, credentials: {type: client_secret, clientid: i, tenantid: t}}}',
    faults: [/^storage\.azure\.credentials\.secret is missing, /, /^storage\.azure cannot be used yet: /],
  },
  'one key of two, and a key file beside credentials': {
    text: `version: 0.1
storage:
  s3: {bucket: b, region: r, accesskey: a}
  gcs: {bucket: b, keyfile: /k, credentials: {client_email: a, private_key: k}}
`,
    warned: ['storage.s3', 'storage.gcs.credentials'],
    faults: [/^storage has s3 and gcs/, /^storage\.s3 cannot/, /^storage\.gcs cannot/],
  },
  'a cache of another registry': {
    text: 'version: 0.1\nstorage: {filesystem: {}}\nproxy: {remoteurl: https://registry-1.docker.io, username: u, password: p, ttl: 168h}\n',
    faults: [/^proxy cannot be honoured: /],
  },
  'certificates that ought to be fetched': {
    text: 'version: 0.1\nstorage: {filesystem: {}}\nhttp: {tls: {letsencrypt: {cachefile: /c, email: a@example.com, hosts: [r.example.com]}}}',
    faults: [/^http\.tls\.letsencrypt cannot be honoured: certificates are not fetched here/],
  },
  'a Service of Kubernetes that is called registry': {
    text: 'version: 0.1\nstorage: {filesystem: {}}\n',
    environment: {
      REGISTRY_PORT: 'tcp://10.0.0.1:5000',
      REGISTRY_PORT_5000_TCP: 'tcp://10.0.0.1:5000',
      REGISTRY_PORT_5000_TCP_ADDR: '10.0.0.1',
      REGISTRY_PORT_5000_TCP_PORT: '5000',
      REGISTRY_PORT_5000_TCP_PROTO: 'tcp',
      REGISTRY_SERVICE_HOST: '10.0.0.1',
      REGISTRY_SERVICE_PORT: '5000',
      REGISTRY_STORAGE_DELETE_ENABLED: 'true',
    },
    values: { 'storage.delete.enabled': true },
    warned: [
      'variables of the environment that are not known, and have no effect: REGISTRY_PORT, REGISTRY_PORT_5000_TCP, REGISTRY_PORT_5000_TCP_ADDR, REGISTRY_PORT_5000_TCP_PORT, REGISTRY_PORT_5000_TCP_PROTO, REGISTRY_SERVICE_HOST, REGISTRY_SERVICE_PORT',
    ],
  },
  'middleware, switched on and off': {
    text: `version: 0.1
storage: {filesystem: {}}
middleware:
  storage: [{name: cloudfront, disabled: true, options: {baseurl: https://x}}]
  registry: [{name: mine}]
  repository: []
`,
    faults: [/^middleware\.registry cannot be honoured: /],
  },
  'stores that went away': {
    text: 'version: 0.1\nstorage: swift\n',
    faults: [/^storage\.swift cannot be honoured: /],
  },
};

describe('a file of a real registry', () => {
  for (const [what, { text, environment = {}, values = {}, warned = [], faults = [] }] of Object.entries(CASES)) {
    it(`is answered: ${what}`, async () => {
      const file = fileWith(text);
      const found = await examineConfiguration({ file, environment });
      for (const [key, value] of Object.entries(values))
        assert.deepEqual(found.configuration[key as keyof Configuration], value, key);
      const withoutPlace = (sentence: string): string => sentence.replace(/^(?:\S+:\d+|\S+ in the environment): /, '');
      const warnings = found.warnings.map(withoutPlace);
      assert.deepEqual(
        warnings.map((warning, index) => warning.slice(0, warned[index]?.length)),
        warned,
        warnings.join('\n'),
      );
      assert.equal(found.faults.length, faults.length, found.faults.join('\n'));
      for (const [index, pattern] of faults.entries()) assert.match(withoutPlace(found.faults[index] ?? ''), pattern);
    });
  }
});
