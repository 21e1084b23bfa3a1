/** No key of registry:2, of any version, is without an answer: it is honoured, ignored with a warning, or refused. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mayStand } from '../../src/config/collect.js';

/** Sections of registry:2's documentation, each with its keys; a list is `[]`. */
const DOCUMENTED: Readonly<Record<string, string>> = {
  version: '',
  log: 'level formatter fields accesslog.disabled hooks reportcaller',
  loglevel: '',
  'storage.filesystem': 'rootdirectory maxthreads',
  'storage.s3':
    'bucket region accesskey secretkey regionendpoint forcepathstyle encrypt keyid secure skipverify v4auth chunksize multipartcopychunksize multipartcopymaxconcurrency multipartcopythresholdsize rootdirectory storageclass objectacl useragent usedualstack accelerate usefipsendpoint loglevel redirectendpoint',
  'storage.s3aws': 'bucket region chunksize loglevel',
  'storage.gcs': 'bucket keyfile credentials rootdirectory chunksize maxconcurrency',
  'storage.azure':
    'accountname accountkey container realm rootdirectory credentials.type credentials.clientid credentials.tenantid credentials.secret max_retries retry_delay serviceurl',
  storage:
    'inmemory swift oss delete.enabled redirect.disable cache.blobdescriptor cache.layerinfo cache.blobdescriptorsize tag.concurrencylimit maintenance.readonly.enabled',
  'storage.maintenance.uploadpurging': 'enabled age interval dryrun',
  auth: 'silly.realm silly.service htpasswd.realm htpasswd.path',
  'auth.token': 'realm service issuer rootcertbundle autoredirect jwks signingalgorithms autoredirectpath',
  middleware: 'registry repository storage',
  http: 'addr net host prefix secret relativeurls draintimeout headers debug.addr debug.prometheus.enabled debug.prometheus.path http2.disabled h2c.enabled',
  'http.tls':
    'certificate key clientcas minimumtls ciphersuites clientauth letsencrypt.cachefile letsencrypt.email letsencrypt.hosts letsencrypt.directoryurl',
  notifications: 'events.includereferences endpoints',
  redis:
    'addr password db dialtimeout readtimeout writetimeout pool.maxidle pool.maxactive pool.idletimeout addrs username clientname mastername poolsize tls.certificate tls.key tls.rootcas',
  health: 'storagedriver.enabled storagedriver.interval storagedriver.threshold',
  proxy: 'remoteurl username password ttl exec.command exec.lifetime cachewritetimeout',
  catalog: 'maxentries',
  tags: 'maxtags',
  compatibility: 'schema1.signingkeyfile schema1.enabled',
  validation:
    'enabled disabled manifests.urls.allow manifests.urls.deny manifests.indexes.platforms manifests.indexes.platformlist',
  reporting: 'bugsnag.apikey newrelic.licensekey',
};

describe('the keys of registry:2', () => {
  for (const [section, names] of Object.entries(DOCUMENTED)) {
    it(`all have an answer: ${section}`, () => {
      for (const name of names.split(' ')) {
        const path = [...section.split('.'), ...(name === '' ? [] : name.split('.'))];
        assert.ok(mayStand(path), path.join('.'));
      }
    });
  }
});
