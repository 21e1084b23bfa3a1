/** Files and flags in, a checked configuration out, or every fault with its place. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ConfigurationError } from '../../src/config/configuration-error.js';
import { HARMLESS, IGNORED, REFUSED } from '../../src/config/foreign.js';
import { isKey, KEYS, type Key, REQUIRED } from '../../src/config/keys.js';
import { defaultConfiguration, examineConfiguration, loadConfiguration, type Sources } from '../../src/config/load.js';
import { isList, type Row } from '../../src/config/rows.js';
import { VALUES } from '../../src/config/values.js';
import { textFiles } from '../support/text-files.js';
import { IMAGE_FILE } from './image-file.js';
import { SAMPLES } from './samples.js';

const { folder, fileWith } = textFiles();

const loaded = (text: string, sources: Sources = {}) => loadConfiguration({ file: fileWith(text), ...sources });

/** The faults with which a file is refused, without the folder in which it is. */
async function faultsOf(text: string, sources: Sources = {}): Promise<readonly string[]> {
  const file = fileWith(text);
  const error = await loadConfiguration({ file, ...sources }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConfigurationError, `${text} was taken`);
  return error.faults.map((fault) => fault.replace(file, 'config.yml'));
}

const REQUIRED_KEYS: readonly string[] = Object.values(REQUIRED).flat(2);

/** What a fault says that ought to stand there. */
function expectedFor(key: Key): string {
  const row: Row = KEYS[key];
  return isList(row) ? 'a list of sections' : VALUES[row.type].expected;
}

/** A file with one key; the second value is the line on which it stands. */
function fileOf(key: string, value: string): readonly [text: string, line: number] {
  const lines = key.split('.').map((part, depth) => `${'  '.repeat(depth)}${part}:`);
  const { beside, above } = isKey(key) ? SAMPLES[key] : {};
  const depth = lines.length - 1;
  lines[depth] += ` ${value}`;
  for (const [name, other] of Object.entries(beside ?? {}))
    if (!key.endsWith(`.${name}`)) lines.push(`${'  '.repeat(depth)}${name}: ${other}`);
  for (const [name, other] of Object.entries(above ?? {})) lines.push(`${'  '.repeat(depth - 1)}${name}: ${other}`);
  return key === 'version' ? [lines.join('\n'), 1] : [['version: 0.1', ...lines].join('\n'), depth + 2];
}

/** What a start with drivers that are to come does not get past. */
const isOfDriverToCome = (fault: string): boolean => fault.includes(' cannot be used yet: ');

describe('every key of the configuration', () => {
  for (const [key, { good, wrong }] of Object.entries(SAMPLES)) {
    assert.ok(isKey(key));
    it(`${key} is read`, async () => {
      for (const [text, value] of Object.entries(good)) {
        const { configuration, warnings, faults } = await examineConfiguration({ file: fileWith(fileOf(key, text)[0]) });
        assert.deepEqual(configuration[key], value, text);
        assert.deepEqual([...warnings, ...faults.filter((fault) => !isOfDriverToCome(fault))], [], text);
      }
    });

    it(`${key} is refused with file, line and what was expected`, async () => {
      for (const text of wrong) {
        const [file, line] = fileOf(key, text);
        const faults = (await faultsOf(file)).filter((fault) => !isOfDriverToCome(fault));
        assert.equal(faults.length, 1, `${text}: ${faults.join()}`);
        assert.match(faults[0] ?? '', new RegExp(`^config\\.yml:${line}: ${key.replaceAll('.', '\\.')} is `), text);
        assert.ok(faults[0]?.endsWith(`; expected ${expectedFor(key)}`), faults[0]);
      }
    });

    it(`${key} without a value counts as absent`, async () => {
      if (key === 'version' || key === 'storage.inmemory' || REQUIRED_KEYS.includes(key)) return;
      if (key === 'http.tls.certificate' || key === 'http.tls.key') return;
      const { configuration } = await examineConfiguration({ file: fileWith(fileOf(key, '')[0]) });
      assert.deepEqual(configuration[key], (await loaded('version: 0.1')).configuration[key]);
    });
  }
});

describe('a configuration', () => {
  it('is not needed: a folder, port 5000, this machine alone, deletes allowed', async () => {
    const { configuration, warnings } = await loadConfiguration();
    assert.deepEqual(configuration['http.addr'], { host: '127.0.0.1', port: 5000 });
    assert.equal(configuration['storage.filesystem.rootdirectory'], './data');
    assert.equal(configuration['storage.inmemory'], undefined);
    assert.equal(configuration['storage.delete.enabled'], true);
    assert.deepEqual(warnings, []);
    assert.deepEqual(configuration, defaultConfiguration());
  });

  it('that is a file has the defaults of registry:2', async () => {
    const { configuration } = await loaded('version: 0.1');
    assert.deepEqual(configuration['http.addr'], { host: undefined, port: 5000 });
    assert.equal(configuration['storage.filesystem.rootdirectory'], '/var/lib/registry');
    assert.equal(configuration['storage.delete.enabled'], false);
    assert.deepEqual(configuration['http.headers'], {});
  });

  it('gives way to the command line', async () => {
    const text = 'version: 0.1\nhttp:\n  addr: :5000\nstorage: inmemory';
    const { configuration } = await loaded(text, { addr: '127.0.0.1:7000', root: '/srv/other' });
    assert.deepEqual(configuration['http.addr'], { host: '127.0.0.1', port: 7000 });
    assert.equal(configuration['storage.filesystem.rootdirectory'], '/srv/other');
    assert.equal(configuration['storage.inmemory'], undefined);
  });

  it('refuses a wrong flag', async () => {
    assert.match(String(await faultsOf('version: 0.1', { addr: 'here' })), /^--addr is "here"; expected host:port/);
    assert.match(String(await faultsOf('version: 0.1', { root: '' })), /^--root is empty/);
  });

  it('is refused with all of its faults at once', async () => {
    const text = 'version: 0.1\nlog:\n  level: foo\nhttp:\n  addr: here\nstorage:\n  delete:\n    enabled: maybe\n';
    assert.deepEqual(
      (await faultsOf(text)).map((fault) => fault.split(' is ')[0]),
      ['config.yml:3: log.level', 'config.yml:5: http.addr', 'config.yml:8: storage.delete.enabled'],
    );
  });

  it('names keys that are not known, with their lines, and starts', async () => {
    const text = 'version: 0.1\nhttp:\n  colour: red\nspelling:\n  a: b\nhttp.addr: :6000\n';
    const file = fileWith(text);
    const { configuration, warnings } = await loadConfiguration({ file });
    assert.deepEqual(warnings, [
      `${file}:3: http.colour is not known, and has no effect`,
      `${file}:4: spelling is not known, and has no effect`,
      `${file}:6: http.addr is not known, and has no effect`,
    ]);
    assert.deepEqual(configuration['http.addr'], { host: undefined, port: 5000 });
  });

  it('has a version', async () => {
    assert.match(String(await faultsOf('http:\n  addr: :5000')), /^config\.yml has no version; expected 0\.1/);
    assert.match(String(await faultsOf('version:\nhttp:\n  addr: :5000')), /^config\.yml has no version/);
  });

  it('is a mapping, in a file that can be read', async () => {
    for (const text of ['', '- a\n- b', 'text']) assert.match(String(await faultsOf(text)), /holds no configuration/, text);
    await assert.rejects(
      loadConfiguration({ file: join(folder, 'none.yml') }),
      /none\.yml cannot be read: there is no such file/,
    );
    await assert.rejects(loadConfiguration({ file: folder }), /cannot be read: EISDIR/);
  });

  it('is YAML, without a key twice, and without aliases that multiply', async () => {
    assert.match(String(await faultsOf('version: 0.1\nhttp: {addr: :5000')), /^config\.yml:2/);
    assert.match(
      String(await faultsOf('version: 0.1\nlog:\n  level: info\n  level: debug')),
      /^config\.yml:4: Map keys must be unique/,
    );
    const bomb = ['version: 0.1', 'a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, inner] of ['ba', 'cb', 'dc', 'ed'].map((pair) => [...pair])) {
      bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${inner}`).join(', ')}]`);
    }
    assert.match(String(await faultsOf(bomb.join('\n'))), /^config\.yml: Excessive alias count/);
  });

  it('may use anchors and merges', async () => {
    const text = 'version: 0.1\nx: &log\n  level: debug\nlog:\n  <<: *log\n  formatter: json\n';
    const { configuration } = await loaded(text);
    assert.deepEqual([configuration['log.level'], configuration['log.formatter']], ['debug', 'json']);
  });

  it('names one storage driver that is there', async () => {
    assert.equal((await loaded('version: 0.1\nstorage: inmemory')).configuration['storage.inmemory'], true);
    const two = 'version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /a\n  inmemory:\n';
    assert.deepEqual(await faultsOf(two), ['config.yml:5: storage has filesystem and inmemory; expected one of them']);
    assert.match(
      String(await faultsOf('version: 0.1\nstorage:\n  tape: {}')),
      /^config\.yml:3: storage\.tape is no storage driver/,
    );
    assert.match(String(await faultsOf('version: 0.1\nstorage: 5')), /^config\.yml:2: storage is 5; expected a section/);
  });

  it('understands the old name of the level', async () => {
    assert.equal((await loaded('version: 0.1\nloglevel: warn')).configuration['log.level'], 'warn');
    assert.match(
      String(await faultsOf('version: 0.1\nloglevel: foo')),
      /^config\.yml:2: loglevel is "foo"; expected error, warn/,
    );
  });
});

describe('access control', () => {
  const wanted = 'method of authentication; expected htpasswd or token';
  const htpasswd = '{realm: r, path: /p}';

  it('that is half said stops the start: it must not pass for none', async () => {
    for (const text of ['auth: htpasswd', 'auth: {htpasswd: }', 'auth: {htpasswd: {}}']) {
      const faults = await faultsOf(`version: 0.1\n${text}`);
      assert.deepEqual(faults, ['config.yml:2: auth.htpasswd has no realm', 'config.yml:2: auth.htpasswd has no path'], text);
    }
    assert.deepEqual(await faultsOf('version: 0.1\nauth: {htpasswd: {realm: r}}'), ['config.yml:2: auth.htpasswd has no path']);
    assert.deepEqual(await faultsOf('version: 0.1\nauth: {htpasswd: {realm: r, path: 5}}'), [
      'config.yml:2: auth.htpasswd.path is a number; expected the path of a file',
    ]);
  });

  it('by tokens has a place to get them, both names and a key', async () => {
    const token = { realm: 'https://auth.example/token', service: 's', issuer: 'i', jwks: '/k' };
    const missing = { realm: 'realm', service: 'service', issuer: 'issuer', jwks: 'rootcertbundle or jwks' };
    for (const [key, what] of Object.entries(missing)) {
      const text = JSON.stringify({ ...token, [key]: undefined });
      assert.deepEqual(await faultsOf(`version: 0.1\nauth: {token: ${text}}`), [`config.yml:2: auth.token has no ${what}`]);
    }
    const both = JSON.stringify({ ...token, rootcertbundle: '/b' });
    assert.equal((await loaded(`version: 0.1\nauth: {token: ${both}}`)).configuration['auth.token.rootcertbundle'], '/b');
    assert.equal((await faultsOf('version: 0.1\nauth: token')).length, 4);
  });

  it('that lets anybody in stops the start, however it is written', async () => {
    for (const text of ['auth: silly', 'auth: {silly: }', 'auth: {silly: {realm: r, service: s}}']) {
      const [fault = ''] = await faultsOf(`version: 0.1\n${text}`);
      assert.match(fault, /^config\.yml:2: auth\.silly cannot be honoured: it lets in whoever /, text);
    }
  });

  it('of a kind that is not known stops the start', async () => {
    assert.deepEqual(await faultsOf('version: 0.1\nauth: {oidc: {}}'), [`config.yml:2: auth.oidc is no ${wanted}`]);
    assert.deepEqual(await faultsOf('version: 0.1\nauth: bob:open sesame'), [`config.yml:2: auth names no ${wanted}`]);
  });

  it('is none where it asks for none', async () => {
    for (const text of ['', 'auth:', 'auth: {}', 'auth: none', 'auth: {None: }']) {
      const { configuration, warnings } = await loaded(`version: 0.1\n${text}`);
      assert.deepEqual([configuration['auth.htpasswd.path'], ...warnings], [undefined], text);
    }
  });

  it('comes from the environment as well, where two methods are one too many', async () => {
    const environment = {
      REGISTRY_AUTH: 'htpasswd',
      REGISTRY_AUTH_HTPASSWD_REALM: 'My realm',
      REGISTRY_AUTH_HTPASSWD_PATH: '/p',
    };
    const { configuration } = await loadConfiguration({ environment });
    assert.deepEqual([configuration['auth.htpasswd.realm'], configuration['auth.htpasswd.path']], ['My realm', '/p']);
    const off = await loaded(`version: 0.1\nauth: {htpasswd: ${htpasswd}}`, { environment: { REGISTRY_AUTH: 'none' } });
    assert.equal(off.configuration['auth.htpasswd.path'], undefined);
    const two = { REGISTRY_AUTH_TOKEN: '{realm: r, service: s, issuer: i, jwks: /k}' };
    assert.deepEqual(await faultsOf(`version: 0.1\nauth: {htpasswd: ${htpasswd}}`, { environment: two }), [
      'REGISTRY_AUTH_TOKEN in the environment: auth has htpasswd and token; expected one of them',
    ]);
  });

  it('shows no value in a fault: it might be a password', async () => {
    const secret = 'open-sesame';
    for (const text of [
      `auth: ${secret}`,
      `auth: [${secret}]`,
      `auth: {htpasswd: ${secret}}`,
      `auth: {htpasswd: {realm: [${secret}], path: {x: ${secret}}}}`,
      `auth: {htpasswd: {realm: r, path: /p, password: ${secret}}, silly: ${secret}}`,
    ]) {
      assert.doesNotMatch(String(await faultsOf(`version: 0.1\n${text}`)), new RegExp(secret), text);
    }
  });
});

describe('where to listen', () => {
  const http = (text: string) => `version: 0.1\nhttp: ${text}\n`;
  const placeOf = async (text: string, sources?: Sources) => (await loaded(http(text), sources)).configuration['http.addr'];

  it('is the path of a socket where net says so', async () => {
    assert.deepEqual(await placeOf('{net: unix, addr: /run/lading.sock}'), { socket: '/run/lading.sock' });
    assert.deepEqual(await placeOf('{net: unix, addr: ./lading.sock}'), { socket: './lading.sock' });
    assert.deepEqual(await placeOf('{net: tcp, addr: ":5001"}'), { host: undefined, port: 5001 });
  });

  it('is of the kind that net says, or nothing is opened', async () => {
    const noSocket = 'http.net is unix; expected the path of a socket in http.addr, with a slash in it, such as ./lading.sock';
    assert.deepEqual(await faultsOf(http('{net: unix, addr: ":5000"}')), [`config.yml:2: ${noSocket}`]);
    assert.deepEqual(await faultsOf(http('{net: unix}')), [`config.yml:2: ${noSocket}`]);
    assert.match(
      (await faultsOf(http('{net: unix, addr: lading.sock}')))[0] ?? '',
      /^config\.yml:2: http\.addr is "lading\.sock"/,
    );
    const noNet = 'http.addr is the path of a socket; expected http.net: unix beside it';
    assert.deepEqual(await faultsOf(http('{addr: /run/lading.sock}')), [`config.yml:2: ${noNet}`]);
    assert.match((await faultsOf(http(`{net: unix, addr: /run/${'x'.repeat(103)}}`)))[0] ?? '', /at most 107 bytes$/);
  });

  it('is what the command line says, whatever the file has', async () => {
    const both = async (text: string, addr: string) => {
      const { configuration } = await loaded(http(text), { addr });
      return [configuration['http.net'], configuration['http.addr']];
    };
    assert.deepEqual(await both('{net: unix, addr: /run/lading.sock}', ':1'), ['tcp', { host: undefined, port: 1 }]);
    assert.deepEqual(await both('{addr: ":5000"}', './x.sock'), ['unix', { socket: './x.sock' }]);
  });
});

describe('TLS', () => {
  it('that is half said stops the start: nobody is to be answered in the clear', async () => {
    const faults = (text: string) => faultsOf(`version: 0.1\nhttp: {tls: {${text}}}`);
    assert.deepEqual(await faults('certificate: /c'), ['config.yml:2: http.tls has no key']);
    assert.deepEqual(await faults('key: /k'), ['config.yml:2: http.tls has no certificate']);
    assert.equal((await faults('clientcas: [/a]')).length, 2);
    assert.equal((await faults('minimumtls: tls1.3')).length, 2);
    for (const clientauth of ['verify-client-cert-if-given', 'require-and-verify-client-cert']) {
      assert.deepEqual(await faults(`certificate: /c, key: /k, clientauth: ${clientauth}`), [
        'config.yml:2: http.tls has no clientcas, by which certificates of clients could be verified',
      ]);
    }
    assert.deepEqual((await loaded('version: 0.1\nhttp: {tls: {}}')).warnings, []);
  });
});

describe('what registry:2 has and lading has not', () => {
  for (const key of Object.keys(REFUSED)) {
    it(`${key} stops the start, but not without a value`, async () => {
      const [text, line] = fileOf(key, '{enabled: true, remoteurl: x, endpoints: [x]}');
      const faults = await faultsOf(text);
      assert.ok(
        faults.some((fault) => fault.startsWith(`config.yml:${line}: ${key} cannot be honoured: `)),
        faults.join(),
      );
      if (REFUSED[key]?.evenEmpty) assert.equal((await faultsOf(fileOf(key, '')[0])).length, 1);
      else assert.deepEqual((await loaded(fileOf(key, '{}')[0])).warnings, []);
    });
  }

  it('is let pass where it asks for nothing', async () => {
    const text = `version: 0.1
http: { net: tcp, prefix: / }
proxy: { remoteurl: '' }
storage: { maintenance: { readonly: { enabled: false } } }
validation: { disabled: true }`;
    assert.deepEqual((await loaded(text)).warnings, []);
  });

  it('is let pass without a word where nobody will miss it', async () => {
    for (const key of HARMLESS) assert.deepEqual((await loaded(fileOf(key, '{a: b}')[0])).warnings, [], key);
  });

  for (const [key, why] of Object.entries(IGNORED)) {
    it(`${key} gets a warning with its line, where it asks for anything`, async () => {
      const store = key.startsWith('storage.s3.') ? `    bucket: b\n    region: r\n` : '';
      const warningsOf = async (value: string) => {
        const [text, line] = fileOf(key, value);
        const file = fileWith(`${text}\n${store}`);
        const { warnings } = await examineConfiguration({ file });
        return [warnings.map((warning) => warning.replace(file, 'config.yml')), line] as const;
      };
      const [warnings, line] = await warningsOf('some');
      assert.deepEqual(warnings, [`config.yml:${line}: ${key} has no effect: ${why}`]);
      for (const nothing of ['', 'false', '{}']) assert.deepEqual((await warningsOf(nothing))[0], [], nothing);
    });
  }

  it('does not keep the configuration of its image from being used', async () => {
    const { configuration, warnings } = await loaded(IMAGE_FILE);
    assert.match(String(warnings), /^[^,]*:7: storage\.cache\.blobdescriptor has no effect: [^,]*, which are always on$/);
    assert.deepEqual(configuration['log.fields'], { service: 'registry' });
    assert.deepEqual(configuration['http.headers'], { 'X-Content-Type-Options': ['nosniff'] });
  });
});
