/** Variables of the environment override keys of the file, as registry:2 has it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Key } from '../../src/config/keys.js';
import { examineConfiguration, loadConfiguration } from '../../src/config/load.js';

const folder = mkdtempSync(join(tmpdir(), 'lading-environment-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'config.yml');
writeFileSync(
  file,
  `version: 0.1
log: { level: warn }
storage:
  filesystem: { rootdirectory: /srv/registry }
  delete: { enabled: false }
http:
  addr: :5000
  headers: { X-Content-Type-Options: [nosniff], X-Other: [kept] }
`,
);

const loadedWith = (environment: Readonly<Record<string, string>>) => loadConfiguration({ file, environment });

async function valueWith(key: Key, environment: Readonly<Record<string, string>>): Promise<unknown> {
  const { configuration, warnings } = await loadedWith(environment);
  assert.deepEqual(warnings, []);
  return configuration[key];
}

describe('a variable of the environment', () => {
  it('overrides a key of the file', async () => {
    assert.equal(await valueWith('storage.delete.enabled', { REGISTRY_STORAGE_DELETE_ENABLED: 'true' }), true);
    assert.equal(await valueWith('log.level', { REGISTRY_LOG_LEVEL: 'debug' }), 'debug');
    assert.equal(await valueWith('log.level', { REGISTRY_LOGLEVEL: 'debug' }), 'debug');
    assert.deepEqual(await valueWith('http.addr', { REGISTRY_HTTP_ADDR: ':5001' }), { host: undefined, port: 5001 });
    assert.deepEqual(await valueWith('http.addr', { REGISTRY_HTTP_ADDR: '[::1]:5001' }), { host: '::1', port: 5001 });
    assert.equal(await valueWith('http.draintimeout', { REGISTRY_HTTP_DRAINTIMEOUT: '1h30m' }), 5_400_000);
    assert.equal(await valueWith('catalog.maxentries', { REGISTRY_CATALOG_MAXENTRIES: '5' }), 5);
  });

  it('is enough without a file', async () => {
    const environment = { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/srv/x' };
    const { configuration } = await loadConfiguration({ environment });
    assert.equal(configuration['storage.filesystem.rootdirectory'], '/srv/x');
    assert.equal(configuration['storage.delete.enabled'], true);
  });

  it('gives way to the command line', async () => {
    const environment = { REGISTRY_HTTP_ADDR: ':5001' };
    const { configuration } = await loadConfiguration({ file, environment, addr: ':5002' });
    assert.deepEqual(configuration['http.addr'], { host: undefined, port: 5002 });
  });

  it('may set a whole section, before what is below it', async () => {
    const headers = { REGISTRY_HTTP_HEADERS: '{X-Foo: [bar]}' };
    assert.deepEqual(await valueWith('http.headers', headers), { 'X-Foo': ['bar'] });
    const storage = { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/b', REGISTRY_STORAGE: '{filesystem: {rootdirectory: /a}}' };
    assert.equal(await valueWith('storage.filesystem.rootdirectory', storage), '/b');
    assert.equal(await valueWith('storage.inmemory', { REGISTRY_STORAGE: 'inmemory' }), true);
    assert.equal(
      await valueWith('storage.delete.enabled', { REGISTRY_STORAGE: 'inmemory', REGISTRY_STORAGE_DELETE_ENABLED: 'on' }),
      true,
    );
  });

  it('finds names of headers and fields however they are written', async () => {
    assert.deepEqual(await valueWith('http.headers', { 'REGISTRY_HTTP_HEADERS_X-CONTENT-TYPE-OPTIONS': '[none]' }), {
      'X-Content-Type-Options': ['none'],
      'X-Other': ['kept'],
    });
    assert.deepEqual(await valueWith('log.fields', { REGISTRY_LOG_FIELDS_SERVICE: 'here' }), { service: 'here' });
  });

  it('says nothing when it is empty', async () => {
    assert.equal(await valueWith('log.level', { REGISTRY_LOG_LEVEL: '' }), 'warn');
  });

  it('stops the start when its value is wrong, and is named', async () => {
    await assert.rejects(
      loadedWith({ REGISTRY_LOG_LEVEL: 'foo' }),
      /^ConfigurationError: REGISTRY_LOG_LEVEL in the environment: log\.level is "foo"; expected error, warn, info or debug$/,
    );
    await assert.rejects(loadedWith({ REGISTRY_LOG: '{level: foo}' }), /REGISTRY_LOG in the environment: log\.level is "foo"/);
    await assert.rejects(loadedWith({ REGISTRY_HTTP_ADDR: '5000' }), /REGISTRY_HTTP_ADDR in the environment: http\.addr is 5000/);
  });

  it('stops the start when it asks for what is not there, and shows no secret', async () => {
    await assert.rejects(
      loadedWith({ REGISTRY_AUTH_HTPASSWD_PATH: '/p' }),
      /REGISTRY_AUTH_HTPASSWD_PATH in the environment: auth\.htpasswd has no realm/,
    );
    const s3 = loadedWith({ REGISTRY_STORAGE_S3_SECRETKEY: 'hush' });
    await assert.rejects(
      s3,
      (error: Error) =>
        /SECRETKEY in the environment: storage\.s3 has no bucket/.test(error.message) && !error.message.includes('hush'),
    );
  });

  it('cannot add a second storage driver', async () => {
    await assert.rejects(
      loadedWith({ REGISTRY_STORAGE_INMEMORY: '{}' }),
      /REGISTRY_STORAGE_INMEMORY in the environment: storage has filesystem and inmemory/,
    );
  });

  it('leaves faults of the file with their lines', async () => {
    const wrong = join(folder, 'wrong.yml');
    writeFileSync(wrong, 'version: 0.1\nhttp:\n  addr: here\n  relativeurls: maybe\n');
    const load = loadConfiguration({ file: wrong, environment: { REGISTRY_HTTP_ADDR: ':5000' } });
    await assert.rejects(load, (error: Error) => error.message.startsWith(`${wrong}:4: http.relativeurls is "maybe"`));
  });

  it('that is not known gets one warning for all, as Kubernetes sets some', async () => {
    const { warnings } = await loadedWith({
      REGISTRY_PORT: 'tcp://10.0.0.1:5000',
      REGISTRY_PORT_5000_TCP: 'tcp://10.0.0.1:5000',
      REGISTRY_SERVICE_HOST: '10.0.0.1',
      REGISTRY_STORGE_DELETE_ENABLED: 'true',
    });
    assert.deepEqual(warnings, [
      'variables of the environment that are not known, and have no effect: REGISTRY_PORT, REGISTRY_PORT_5000_TCP, ' +
        'REGISTRY_SERVICE_HOST, REGISTRY_STORGE_DELETE_ENABLED',
    ]);
  });

  it('of the version has no effect: images set one of their own', async () => {
    const { configuration, warnings } = await loadedWith({ REGISTRY_VERSION: '2.8.3' });
    assert.equal(configuration.version, '0.1');
    assert.match(String(warnings), /no effect: REGISTRY_VERSION$/);
  });

  it("may have Go's name of a field, or that of the file", async () => {
    for (const name of ['TRUSTKEY', 'SIGNINGKEYFILE'])
      assert.equal(
        await valueWith('compatibility.schema1.signingkeyfile', { [`REGISTRY_COMPATIBILITY_SCHEMA1_${name}`]: '/k' }),
        '/k',
      );
  });

  it('reaches an item of a list by its number, and one more', async () => {
    const environment = {
      REGISTRY_HTTP_TLS_CERTIFICATE: '/c',
      REGISTRY_HTTP_TLS_KEY: '/k',
      ...Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`REGISTRY_HTTP_TLS_CLIENTCAS_${index}`, `/ca${index}`])),
    };
    const files = await valueWith('http.tls.clientcas', environment);
    assert.deepEqual(
      files,
      Array.from({ length: 11 }, (_, index) => `/ca${index}`),
    );
    const changed = { ...environment, REGISTRY_HTTP_TLS_CLIENTCAS: '[/a, /b]', REGISTRY_HTTP_TLS_CLIENTCAS_1: '/other' };
    const few = Object.fromEntries(Object.entries(changed).filter(([name]) => !/_(?:0|[2-9]|10)$/.test(name)));
    assert.deepEqual(await valueWith('http.tls.clientcas', few), ['/a', '/other']);
  });

  it('with a number that no item has stops the start, and changes nothing else', async () => {
    const tls = { REGISTRY_HTTP_TLS_CERTIFICATE: '/c', REGISTRY_HTTP_TLS_KEY: '/k' };
    await assert.rejects(loadedWith({ ...tls, REGISTRY_HTTP_TLS_CLIENTCAS_1: '/a' }), {
      message:
        'REGISTRY_HTTP_TLS_CLIENTCAS_1 in the environment: http.tls.clientcas has no item 1; expected a number from 0 to 0',
    });
    await assert.rejects(
      loadedWith({ ...tls, REGISTRY_HTTP_TLS_CLIENTCAS: '[/a]', REGISTRY_HTTP_TLS_CLIENTCAS_NAME: '/a' }),
      /http\.tls\.clientcas has no item name; expected a number from 0 to 1$/,
    );
  });

  it('makes a map where there is none, in lower case', async () => {
    assert.deepEqual(await valueWith('log.fields', { REGISTRY_LOG_FIELDS_DataCenter: 'x', REGISTRY_LOG_FIELDS_B: '5' }), {
      datacenter: 'x',
      b: '5',
    });
  });

  it('replaces all of storage by a name, with what is below it', async () => {
    const { configuration } = await loadedWith({ REGISTRY_STORAGE: 'inmemory' });
    assert.equal(configuration['storage.inmemory'], true);
    const s3 = { REGISTRY_STORAGE: 's3', REGISTRY_STORAGE_S3_BUCKET: 'b', REGISTRY_STORAGE_S3_REGION: 'eu-central-1' };
    await assert.rejects(loadedWith(s3), {
      message:
        'REGISTRY_STORAGE in the environment: storage.s3 cannot be used yet: data is kept in a folder (storage.filesystem) or in memory (storage.inmemory)',
    });
    const { configuration: read } = await examineConfiguration({ file, environment: s3 });
    assert.deepEqual([read['storage.s3.bucket'], read['storage.s3.region']], ['b', 'eu-central-1']);
  });

  it('of another program is left alone', async () => {
    const environment = {
      REGISTRY_AUTH_FILE: '/x',
      REGISTRY_CONFIGURATION_PATH: '/y',
      HTTP_ADDR: 'z',
      registry_log_level: 'foo',
    };
    assert.equal(await valueWith('log.level', environment), 'warn');
  });

  it('cannot reach what every object has', async () => {
    const { configuration } = await loadedWith({ REGISTRY_CONSTRUCTOR_PROTOTYPE_X: '1', REGISTRY___PROTO___X: '1' });
    assert.equal(configuration['log.level'], 'warn');
    assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
  });
});
