/** A server that is given another configuration: what it follows at once, what it says, and that a fault changes nothing. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { hashSync } from '@node-rs/bcrypt';
import { SignJWT } from 'jose';
import { createReloader } from '../../src/compose/reload.js';
import { type Running, startConfigured } from '../../src/compose/start.js';
import { ConfigurationError } from '../../src/config/configuration-error.js';
import { loadConfiguration } from '../../src/config/load.js';
import { createLogger } from '../../src/log/logger.js';
import { type Certified, certify } from '../support/certified.js';
import { textFiles } from '../support/text-files.js';

const { fileWith, folder } = textFiles();
const pemOf = ({ privateKey }: Certified): string => privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

interface Served extends Running {
  /** What was logged since the last call. */
  lines(): string;
  follow(text: string): Promise<void>;
}

async function start(test: TestContext, text: string): Promise<Served> {
  const configurationOf = async (more: string) => {
    const { configuration } = await loadConfiguration({ file: fileWith(`version: 0.1\n${more}`), addr: '127.0.0.1:0' });
    return configuration;
  };
  let written = '';
  const target = {
    write(piece: string) {
      written += piece;
    },
    flush: () => undefined,
  };
  const configuration = await configurationOf(text);
  const running = await startConfigured(configuration, createLogger({ level: configuration['log.level'], target }));
  test.after(() => running.close());
  const lines = (): string => {
    running.logger.close();
    const all = written;
    written = '';
    return all;
  };
  return { ...running, lines, follow: async (more) => running.reload(await configurationOf(more), 'SIGHUP') };
}

const MEMORY = 'storage: inmemory';

describe('a configuration that is followed', () => {
  it('changes what can change at once, and names it; the rest needs a restart, and is named too', async (test) => {
    const { url, follow, lines } = await start(test, `${MEMORY}\nhttp: {headers: {X-A: [secret-1]}}`);
    await follow(
      `storage: {inmemory: , delete: {enabled: true}}\nhttp: {headers: {X-B: [secret-2]}, draintimeout: 1s}\nlog: {formatter: json}`,
    );
    const said = lines();
    assert.match(said, /"changed":"http\.draintimeout http\.headers storage\.delete\.enabled"/);
    assert.match(said, /"level":"warn".*"keys":"log\.formatter","msg":"these keys have changed, and need a restart"/);
    assert.doesNotMatch(said, /secret/);
    const { headers } = await fetch(`${url}/v2/`);
    assert.deepEqual([headers.get('x-a'), headers.get('x-b')], [null, 'secret-2']);
    const allow = (await fetch(`${url}/v2/a/manifests/t`, { method: 'OPTIONS' })).headers.get('allow');
    assert.equal(allow, 'GET, HEAD, PUT, DELETE, OPTIONS');
  });

  it('says so when nothing has changed', async (test) => {
    const { follow, lines } = await start(test, MEMORY);
    await follow(MEMORY);
    assert.match(lines(), /"trigger":"SIGHUP","msg":"the configuration was read again: nothing that can change has"/);
  });

  it('changes the level of the log, and says so at whichever of the two levels shows it', async (test) => {
    const { url, logger, follow, lines } = await start(test, MEMORY);
    await follow(`${MEMORY}\nlog: {level: error}`);
    assert.match(lines(), /"changed":"log\.level"/);
    logger.warn('not to be seen');
    await fetch(`${url}/v2/`);
    assert.equal(lines(), '');
    await follow(`${MEMORY}\nlog: {level: debug, accesslog: {disabled: true}}`);
    assert.match(lines(), /"changed":"log\.accesslog\.disabled log\.level"/);
    await fetch(`${url}/v2/`);
    logger.debug('to be seen');
    assert.match(lines(), /^\{"level":"debug".*"to be seen"\}\n$/);
  });

  it('makes the registry read-only and writable again, and says when no write is left', async (test) => {
    const { url, follow, lines } = await start(test, MEMORY);
    const begin = async (): Promise<number> => (await fetch(`${url}/v2/a/blobs/uploads/`, { method: 'POST' })).status;
    const readOnly = 'storage: {inmemory: , maintenance: {readonly: {enabled: true}}}';
    assert.equal(await begin(), 202);
    await follow(readOnly);
    assert.equal(await begin(), 405);
    assert.match(lines(), /writes that had begun may end[\s\S]*no write is under way any more/);
    await follow(MEMORY);
    assert.equal(await begin(), 202);
    assert.match(lines(), /the registry takes writes again/);
  });

  it('does not make a registry writable that was started to be read', async (test) => {
    const { url, follow, lines } = await start(test, 'storage: {inmemory: , maintenance: {readonly: true}}');
    await follow(MEMORY);
    assert.match(lines(), /"keys":"storage\.maintenance\.readonly\.enabled","msg":"these keys have changed, and need a restart"/);
    assert.equal((await fetch(`${url}/v2/a/blobs/uploads/`, { method: 'POST' })).status, 405);
  });

  it('never drops who may do what: that needs a restart', async (test) => {
    const users = fileWith(`ann:${hashSync('x', 4)}`);
    const { url, follow, lines } = await start(test, `${MEMORY}\nauth: {htpasswd: {realm: r, path: ${users}}}`);
    await follow(MEMORY);
    assert.match(lines(), /"keys":"auth\.htpasswd\.realm auth\.htpasswd\.path"/);
    assert.equal((await fetch(`${url}/v2/`)).status, 401);
  });

  it('is nothing to a server that stops', async (test) => {
    const { follow, close, lines } = await start(test, MEMORY);
    const closed = close();
    await follow(`${MEMORY}\nlog: {level: debug}`);
    await closed;
    assert.equal(lines(), '');
  });
});

describe('reloads that overlap', () => {
  /** A reloader whose first look at the files of `auth` takes as long as the test says. */
  const slow = async () => {
    const configurationOf = async (text: string) => {
      const { configuration } = await loadConfiguration({ file: fileWith(`version: 0.1\n${MEMORY}\n${text}`) });
      return configuration;
    };
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let looks = 0;
    const put: unknown[] = [];
    const nothing = (): void => undefined;
    const reloader = createReloader({
      configuration: await configurationOf(''),
      tls: undefined,
      server: { change: ({ settings }) => void put.push(settings.catalogMaxEntries), writesEnded: async () => undefined },
      auth: {
        name: 'htpasswd',
        async reread() {
          if (looks++ === 0) await opened;
          return { changed: [], apply: nothing };
        },
      },
      logger: { info: nothing, warn: nothing, adjust: nothing },
      purging: { follow: async () => undefined, stop: async () => undefined },
    });
    const reloadTo = async (entries: number) => {
      const wanted = await configurationOf(`catalog: {maxentries: ${entries}}`);
      return () => reloader.reload(wanted, 'SIGHUP');
    };
    return { reloader, toFirst: await reloadTo(11), toSecond: await reloadTo(12), put, open };
  };
  /** Long enough for what does not wait to get far. */
  const aWhile = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };

  it('are put in place in the order in which they were asked for', async () => {
    const { toFirst, toSecond, put, open } = await slow();
    const both = [toFirst(), toSecond()];
    await aWhile();
    open();
    await Promise.all(both);
    assert.deepEqual(put, [11, 12]);
  });

  it('are not put in place any more when the server stops while they are checked', async () => {
    const { reloader, toFirst, put, open } = await slow();
    const running = toFirst();
    await aWhile();
    reloader.stop();
    open();
    await running;
    assert.deepEqual(put, []);
  });
});

describe('files that a configuration names', () => {
  const [old, renewed] = [certify('localhost'), certify('localhost')];
  const seenBy = (url: string, agent: false | undefined = false) =>
    new Promise<string>((resolve, reject) => {
      get(`${url}/v2/`, { rejectUnauthorized: false, agent }, (answer) => {
        const socket = answer.socket as import('node:tls').TLSSocket;
        resolve(socket.getPeerX509Certificate()?.toString() ?? '');
        answer.resume();
      }).on('error', reject);
    });
  const headerSeenBy = (url: string) =>
    new Promise<unknown>((resolve, reject) => {
      get(`${url}/v2/`, { rejectUnauthorized: false, agent: false }, (answer) => {
        resolve(answer.headers['x-new']);
        answer.resume();
      }).on('error', reject);
    });
  const serveTls = async (test: TestContext, more = '') => {
    const [cert, key] = [fileWith(old.pem), fileWith(pemOf(old))];
    const text = `${MEMORY}\nhttp: {tls: {certificate: ${cert}, key: ${key}}}\n${more}`;
    return { text, cert, key, ...(await start(test, text)) };
  };

  it('are read again: new connections see the new certificate', async (test) => {
    const { url, text, cert, key, follow, lines, files } = await serveTls(test);
    assert.deepEqual(files(), [cert, key]);
    assert.equal(await seenBy(url), old.pem);
    writeFileSync(cert, renewed.pem);
    writeFileSync(key, pemOf(renewed));
    await follow(text);
    assert.equal(await seenBy(url), renewed.pem);
    const said = lines();
    assert.match(said, /"changed":"http\.tls\.certificate http\.tls\.key"/);
    assert.doesNotMatch(said, /BEGIN|PRIVATE/);
  });

  it('keep all that was before when one of them is wrong, whichever else is right', async (test) => {
    const users = fileWith(`ann:${hashSync('x', 4)}`);
    const { url, text, cert, key, follow, lines } = await serveTls(test, `auth: {htpasswd: {realm: r, path: ${users}}}`);
    const wrong: readonly (readonly [RegExp, () => void])[] = [
      [/http\.tls cannot be used: .*values mismatch/, () => writeFileSync(cert, renewed.pem)],
      [/http\.tls cannot be used/, () => writeFileSync(cert, renewed.pem.slice(0, 100))],
      [/http\.tls cannot be used: ENOENT/, () => rmSync(cert)],
      [
        /auth\.htpasswd: the htpasswd file: it is empty/,
        () => {
          writeFileSync(cert, renewed.pem);
          writeFileSync(key, pemOf(renewed));
          writeFileSync(users, '');
        },
      ],
    ];
    const wanted = `${text}\nlog: {level: debug}\ncatalog: {maxentries: 3}`.replace(
      'http: {',
      'http: {headers: {X-New: [yes]}, ',
    );
    for (const [fault, change] of wrong) {
      change();
      await assert.rejects(follow(wanted), (error) => {
        assert.ok(error instanceof ConfigurationError);
        assert.match(error.message, fault);
        return true;
      });
      assert.equal(await seenBy(url), old.pem);
      assert.equal(await headerSeenBy(url), undefined);
    }
    assert.equal(lines().includes('was read again'), false);
    writeFileSync(users, `bob:${hashSync('x', 4)}`);
    await follow(text);
    assert.equal(await seenBy(url), renewed.pem);
    assert.match(lines(), /"changed":"auth\.htpasswd\.path http\.tls\.certificate http\.tls\.key"/);
  });

  it('may be named otherwise; whether there is TLS at all needs a restart', async (test) => {
    const { url, text, follow, lines, files } = await serveTls(test);
    const [cert, key] = [join(folder, 'other.crt'), join(folder, 'other.key')];
    writeFileSync(cert, renewed.pem);
    writeFileSync(key, pemOf(renewed));
    await follow(`${MEMORY}\nhttp: {tls: {certificate: ${cert}, key: ${key}, minimumtls: tls1.3}}`);
    assert.equal(await seenBy(url), renewed.pem);
    assert.deepEqual(files(), [cert, key]);
    lines();
    await follow(MEMORY);
    assert.match(lines(), /"keys":"http\.tls\.certificate http\.tls\.key http\.tls\.minimumtls"/);
    assert.equal(await seenBy(url), renewed.pem);
    await follow(`${text}\nlog: {level: warn}`);
    assert.equal(await seenBy(url), old.pem);
  });

  it('have the keys of tokens: those of the new file count, and those of the old one do not', async (test) => {
    const [one, two] = [certify('one'), certify('two')];
    const shown = async (by: Certified): Promise<number> => {
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', x5c: [by.x5c] })
        .setIssuer('i')
        .setAudience('s')
        .setExpirationTime('5m')
        .sign(by.privateKey);
      return (await fetch(`${url}/v2/`, { headers: { authorization: `Bearer ${token}` } })).status;
    };
    const bundle = fileWith(one.pem);
    const text = `${MEMORY}\nauth: {token: {realm: r, service: s, issuer: i, rootcertbundle: ${bundle}}}`;
    const { url, follow, lines, files } = await start(test, text);
    assert.deepEqual(files(), [bundle]);
    assert.deepEqual([await shown(one), await shown(two)], [200, 401]);
    writeFileSync(bundle, two.pem);
    await follow(text);
    assert.deepEqual([await shown(one), await shown(two)], [401, 200]);
    assert.match(lines(), /"changed":"auth\.token\.rootcertbundle"/);
  });
});
