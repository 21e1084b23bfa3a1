/** The registry over TLS: the same answers, and only to those with whom it was agreed upon. */
import assert from 'node:assert/strict';
import { request } from 'node:https';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { digestOf } from '../../src/core/digest.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import type { RequestRecord } from '../../src/http/access-log.js';
import { createServer } from '../../src/http/server.js';
import type { ClientAuth, TlsSettings } from '../../src/http/tls.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { type Certified, certify } from '../support/certified.js';

const ROOT = certify('root', { ca: true });
const SERVER = certify('localhost', { issuer: ROOT });
const CLIENT = certify('client', { issuer: ROOT });
const STRANGER = certify('client', { issuer: certify('root', { ca: true }) });

const pemOf = ({ privateKey }: Certified): string => privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const SETTINGS: TlsSettings = { cert: SERVER.pem, key: pemOf(SERVER), minVersion: 'TLSv1.2', ciphers: [] };

async function start(test: TestContext, tls: Partial<TlsSettings> = {}) {
  const registry = createRegistry(openStores(createMemoryDriver()));
  const records: RequestRecord[] = [];
  const server = createServer({
    registry,
    tls: { ...SETTINGS, ...tls },
    settings: { drainMs: 500, relativeUrls: false },
    log: (record) => void records.push(record),
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  test.after(async () => {
    await server.close();
    await registry.close();
  });
  const port = Number(new URL(url).port);
  const send = (method: string, path: string, options: ConnectionOptions = {}, body = '') =>
    new Promise<{ status: number; location: string | undefined; text: string; cipher: string }>((resolve, reject) => {
      const all = { ca: ROOT.pem, servername: 'localhost', host: '127.0.0.1', port, agent: false, ...options };
      const outgoing = request(
        { ...all, method, path, headers: { host: `localhost:${port}`, 'content-length': body.length } },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8');
          incoming.on('data', (piece: string) => {
            text += piece;
          });
          const cipher = (incoming.socket as ReturnType<typeof connectTls>).getCipher().name;
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 0, location: incoming.headers.location, text, cipher }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return { server, url, port, send, records };
}

const shown = (one: Certified): ConnectionOptions => ({ cert: one.pem, key: pemOf(one) });

describe('a server over TLS', () => {
  it('takes and gives content, and names itself by https', async (test) => {
    const { send, url, port } = await start(test);
    assert.match(url, /^https:\/\/127\.0\.0\.1:\d+$/);
    const digest = digestOf(Buffer.from('hello'));
    const pushed = await send('POST', `/v2/a/blobs/uploads/?digest=${digest}`, {}, 'hello');
    assert.deepEqual([pushed.status, pushed.location], [201, `https://localhost:${port}/v2/a/blobs/${digest}`]);
    const pulled = await send('GET', `/v2/a/blobs/${digest}`);
    assert.deepEqual([pulled.status, pulled.text], [200, 'hello']);
  });

  it('cuts off who speaks no TLS, and goes on', async (test) => {
    const { send, port, records } = await start(test);
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('GET /v2/ HTTP/1.1\r\nHost: h\r\n\r\n'));
      socket.on('data', (piece) => {
        text += piece.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });
    assert.doesNotMatch(answer, /HTTP\/1\.1 200/);
    assert.equal((await send('GET', '/v2/')).status, 200);
    assert.deepEqual(
      records.map(({ status }) => status),
      [200],
    );
  });

  it('answers a malformed request on a connection that is agreed upon', async (test) => {
    const { port } = await start(test);
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: ROOT.pem }, () =>
        socket.write('nonsense\r\n\r\n'),
      );
      socket.on('data', (piece: Buffer) => {
        text += piece.toString('latin1');
      });
      socket.on('close', () => resolve(text));
    });
    assert.match(answer, /^HTTP\/1\.1 400 /);
  });

  it('speaks no older version than is set', async (test) => {
    const { send } = await start(test, { minVersion: 'TLSv1.3' });
    assert.equal((await send('GET', '/v2/')).status, 200);
    await assert.rejects(send('GET', '/v2/', { maxVersion: 'TLSv1.2' }));
    const { send: sendOlder } = await start(test);
    assert.equal((await sendOlder('GET', '/v2/', { maxVersion: 'TLSv1.2' })).status, 200);
    await assert.rejects(
      sendOlder('GET', '/v2/', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    );
  });

  it('uses the cipher suites that are set, and in TLS 1.3 those that belong to it', async (test) => {
    const { send } = await start(test, { ciphers: ['ECDHE-ECDSA-AES256-GCM-SHA384'] });
    const older = { maxVersion: 'TLSv1.2' } as const;
    assert.equal((await send('GET', '/v2/', older)).cipher, 'ECDHE-ECDSA-AES256-GCM-SHA384');
    await assert.rejects(send('GET', '/v2/', { ...older, ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }));
    assert.match((await send('GET', '/v2/')).cipher, /^TLS_/);
  });

  const none: ConnectionOptions = {};
  for (const [clientAuth, mayNone, mayStranger] of [
    [undefined, true, true],
    ['request-client-cert', true, true],
    ['require-any-client-cert', false, true],
    ['verify-client-cert-if-given', true, false],
    ['require-and-verify-client-cert', false, false],
  ] as const satisfies readonly (readonly [ClientAuth | undefined, boolean, boolean])[]) {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      it(`lets in by certificate whom it should: ${clientAuth ?? 'nothing is asked'}, ${maxVersion}`, async (test) => {
        const { send, records } = await start(test, { clientAuth, ca: [ROOT.pem] });
        const isServed = (options: ConnectionOptions): Promise<boolean> =>
          send('GET', '/v2/', { ...options, maxVersion }).then(
            ({ status }) => status === 200,
            () => false,
          );
        assert.equal(await isServed(shown(CLIENT)), true);
        assert.equal(await isServed(none), mayNone);
        assert.equal(await isServed(shown(STRANGER)), mayStranger);
        assert.equal(records.filter(({ status }) => status === 200).length, 1 + Number(mayNone) + Number(mayStranger));
      });
    }
  }

  it('stops while connections are open, handshakes that never end among them', async (test) => {
    const { server, port, send } = await start(test);
    const silent = connect(port, '127.0.0.1');
    silent.on('error', () => undefined);
    test.after(() => silent.destroy());
    assert.equal((await send('GET', '/v2/')).status, 200);
    await server.close();
    await assert.rejects(send('GET', '/v2/'));
  });

  it('lets nobody in by a session of before its authorities were changed', async (test) => {
    const { server, port, send } = await start(test, { ca: [ROOT.pem], clientAuth: 'require-and-verify-client-cert' });
    const session = await new Promise<Buffer>((resolve, reject) => {
      const socket = connectTls({ ca: ROOT.pem, servername: 'localhost', host: '127.0.0.1', port, ...shown(CLIENT) });
      socket.on('error', reject);
      // In TLS 1.3 sessions come after the handshake.
      socket.on('session', (bytes) => {
        socket.destroy();
        resolve(bytes);
      });
      socket.write('GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n');
    });
    assert.equal((await send('GET', '/v2/', { ...shown(CLIENT), session })).status, 200);
    server.change({ settings: {}, tls: { ...SETTINGS, ca: [certify('root', { ca: true }).pem] } });
    await assert.rejects(send('GET', '/v2/', { ...shown(CLIENT), session }));
    server.change({ settings: {}, tls: { ...SETTINGS, ca: [ROOT.pem] } });
    assert.equal((await send('GET', '/v2/', { ...shown(CLIENT), session })).status, 200);
  });
});
