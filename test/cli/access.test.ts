/** Access control of `lading serve`, from the configuration to the log: what is shown to it stands nowhere in its output. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hashSync } from '@node-rs/bcrypt';
import { digestOf } from '../../src/core/digest.js';
import { textFiles } from '../support/text-files.js';
import { ISSUER, SERVICE, startTokenServer } from '../support/token-server.js';
import { type Running, run, start } from './command.js';

const { fileWith } = textFiles();

const LISTENING = /listening on (http:\/\/[\w.:[\]]+)/;
const PASSWORDS = { ann: 'open-sesame', bob: 'open-barley', nobody: 'open-wheat', wrong: 'open-oats' };
const HASHES = [PASSWORDS.ann, PASSWORDS.bob].map((password) => hashSync(password, 5).replace('$2b$', '$2y$'));
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function configured(auth: string, more = ''): string {
  return fileWith(`version: 0.1\nstorage: inmemory\nhttp: {addr: '127.0.0.1:0'}\n${auth}\n${more}`);
}

/** Sends bytes as they are, and waits until the server closes the connection. */
function sendRaw(url: string, text: string): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (piece) => {
      answer += piece.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

/** Faulty in every part of a request in which credentials may stand. */
function hostile(authorization: string): readonly string[] {
  const end = `Host: h\r\nAuthorization: ${authorization}\r\nConnection: close\r\n`;
  const upload = '/v2/a/blobs/uploads/';
  return [
    `GET /v2/ HTTP/1.1\r\n${end}\r\n`,
    `GET /v2/ HTTP/9.9\r\n${end}\r\n`,
    `GET /v2/\x01 HTTP/1.1\r\n${end}\r\n`,
    `GET /v2/ HTTP/1.1\r\n${end}Bad Header\r\n\r\n`,
    `GET /v2/ HTTP/1.1\r\n${end}X: ${'x'.repeat(40_000)}\r\n\r\n`,
    `POST ${upload}?digest=${digestOf(Buffer.from('x'))} HTTP/1.1\r\n${end}Transfer-Encoding: chunked\r\n\r\nzz\r\nAuthorization: ${authorization}\r\n`,
    `POST ${upload} HTTP/1.1\r\n${end}Content-Length: 10\r\n\r\nshort`,
    `PUT /v2/a/manifests/v1 HTTP/1.1\r\n${end}Content-Length: 4\r\n\r\n{"a"GET /v2/ HTTP/1.1\r\nAuthorization: ${authorization}\r\n`,
    `GET http://${PASSWORDS.nobody}:${PASSWORDS.wrong}@h/v2/ HTTP/1.1\r\n${end}\r\n`,
    `CONNECT ${PASSWORDS.nobody}:80 HTTP/1.1\r\n${end}\r\n`,
    `${authorization}\r\n\r\n`,
  ];
}

/** Ends the server, and looks through everything that it has printed. */
async function assertSilent(server: Running, secrets: readonly string[]): Promise<string> {
  server.signal('SIGTERM');
  const { code, out, err } = await server.ended;
  assert.equal(code, 0, err);
  for (const secret of secrets) assert.ok(!(out + err).includes(secret), `the output has ${secret}`);
  return out;
}

const shownTo = (users: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(users).flatMap(([user, password]) => [password, basic(user, password), basic(user, password).slice(6)]);

describe('lading serve with htpasswd', () => {
  for (const formatter of ['text', 'json']) {
    it(`lets in who is in the file, and prints nothing that was shown to it: ${formatter}`, {
      timeout: 240_000,
    }, async (test) => {
      const passwords = fileWith(`ann:${HASHES[0]}\nbob:${HASHES[1]}\nmd5:$apr1$salt$open-md5\n`);
      const auth = `auth: {htpasswd: {realm: My realm, path: ${passwords}}}`;
      const server = start(['serve', configured(auth, `log: {level: debug, formatter: ${formatter}}`)]);
      test.after(() => server.signal('SIGKILL'));
      const [, url = ''] = await server.seen(LISTENING);
      const seen = (pattern: RegExp) => Promise.race([server.seen(pattern).then(() => true), delay(200).then(() => false)]);
      const status = async (authorization?: string, path = '/v2/') =>
        (await fetch(url + path, authorization === undefined ? {} : { headers: { authorization } })).status;
      const stranger = await fetch(`${url}/v2/`);
      assert.equal(stranger.status, 401);
      assert.equal(stranger.headers.get('www-authenticate'), 'Basic realm="My realm"');
      assert.equal(await status(basic('ann', PASSWORDS.ann)), 200);
      assert.equal(await status(basic('ann', PASSWORDS.wrong)), 401);
      assert.equal(await status(basic('nobody', PASSWORDS.nobody)), 401);
      assert.equal(await status(undefined, '/healthz'), 200);
      const [body, headers] = ['a blob', { authorization: basic('bob', PASSWORDS.bob) }];
      const pushed = await fetch(`${url}/v2/a/blobs/uploads/?digest=${digestOf(Buffer.from(body))}`, {
        method: 'POST',
        body,
        headers,
      });
      assert.equal(pushed.status, 201);
      for (const text of [...hostile(basic('ann', PASSWORDS.ann)), ...hostile(basic('ann', PASSWORDS.wrong))])
        await sendRaw(url, text);
      writeFileSync(passwords, `bob:${HASHES[1]}\n${PASSWORDS.wrong}\n`);
      while (!(await seen(/its users are those of before: line 2 is not a name, a colon and a hash/)))
        assert.equal(await status(basic('ann', PASSWORDS.ann)), 200);
      writeFileSync(passwords, `bob:${HASHES[1]}\nnot such a line: open-line\n`);
      while (!(await seen(/was read again/))) await status(basic('bob', PASSWORDS.bob));
      assert.equal(await status(basic('ann', PASSWORDS.ann)), 401);
      const secrets = [
        ...shownTo(PASSWORDS),
        ...HASHES,
        ...HASHES.map((hash) => hash.slice(29)),
        '$2y$',
        'open-md5',
        'open-line',
      ];
      const out = await assertSilent(server, secrets);
      assert.match(out, /auth\.user\.name"?[=:]"?bob/);
      assert.match(out, /err\.detail"?[=:]"?wrong name or password/);
    });
  }

  it('does not start without its file, and says so', async () => {
    const { code, out, err } = await run(['serve', configured('auth: {htpasswd: {realm: r, path: /nowhere/at/all}}')]);
    assert.equal(code, 2);
    assert.match(out + err, /auth\.htpasswd: there is no file \/nowhere\/at\/all; htpasswd -B -c makes one/);
  });
});

describe('lading serve with tokens', () => {
  it('believes the token server, and prints nothing that went between them', { timeout: 240_000 }, async (test) => {
    const users = {
      ann: { password: PASSWORDS.ann, may: ['repository:team/*:pull,push,delete', 'registry:catalog:*'] },
      bob: { password: PASSWORDS.bob, may: ['repository:team/app:pull'] },
      '': { password: '', may: ['repository:public:pull'] },
    };
    const tokens = await startTokenServer(users);
    test.after(() => tokens.close());
    const bundle = fileWith(tokens.authority.pem);
    const auth = `auth: {token: {realm: '${tokens.realm}', service: ${SERVICE}, issuer: ${ISSUER}, rootcertbundle: ${bundle}}}`;
    const server = start(['serve', configured(`${auth}\nlog: {level: debug}`)]);
    test.after(() => server.signal('SIGKILL'));
    const [, url = ''] = await server.seen(LISTENING);

    /** As a client does it: ask, be told what is wanted, get a token for that, ask again. */
    const send = async (user: keyof typeof users, method: string, path: string, body?: string): Promise<Response> => {
      const challenge = (await fetch(url + path, { method, ...(body === undefined ? {} : { body }) })).headers.get(
        'www-authenticate',
      );
      const { realm = '', ...asked } = Object.fromEntries(
        [...(challenge ?? '').matchAll(/(\w+)="([^"]*)"/g)].map((match) => match.slice(1)),
      );
      const query = new URLSearchParams(asked as Record<string, string>);
      const headers = user === '' ? {} : { authorization: basic(user, users[user].password) };
      const { token } = (await (await fetch(`${realm}?${query}`, { headers })).json()) as { token: string };
      return fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body }),
      });
    };
    const digest = digestOf(Buffer.from('a blob'));
    const push = (user: keyof typeof users, name: string) =>
      send(user, 'POST', `/v2/${name}/blobs/uploads/?digest=${digest}`, 'a blob');
    const pull = (user: keyof typeof users, name: string) => send(user, 'GET', `/v2/${name}/blobs/${digest}`);

    assert.equal((await send('bob', 'GET', '/v2/')).status, 200);
    assert.equal((await push('ann', 'team/app')).status, 201);
    assert.equal((await pull('bob', 'team/app')).status, 200);
    const refused = await push('bob', 'team/app');
    assert.equal(refused.status, 401);
    assert.equal(
      refused.headers.get('www-authenticate'),
      `Bearer realm="${tokens.realm}",service="${SERVICE}",scope="repository:team/app:pull,push",error="insufficient_scope"`,
    );
    assert.equal((await pull('', 'team/app')).status, 401);
    assert.equal((await pull('', 'public')).status, 404);
    assert.equal((await send('bob', 'GET', '/v2/_catalog')).status, 401);
    assert.equal((await send('ann', 'GET', '/v2/_catalog')).status, 200);
    const mounted = await send('ann', 'POST', `/v2/team/copy/blobs/uploads/?mount=${digest}&from=team/app`);
    assert.equal(mounted.status, 201);
    assert.ok(tokens.asked.includes('repository:team/app:pull'));

    const [token = ''] = tokens.secrets.filter((secret) => secret.startsWith('eyJ'));
    for (const shown of [`Bearer ${token}`, `Bearer ${token}x`, `Bearer ${token.slice(0, 100)}`, `Basic ${token}`, token])
      for (const text of hostile(shown)) await sendRaw(url, text);
    const parts = tokens.secrets.flatMap((secret) => [secret, ...secret.split('.')]).filter((part) => part.length > 8);
    const out = await assertSilent(server, [...parts, ...shownTo(PASSWORDS), 'eyJ']);
    assert.match(out, /auth\.user\.name=ann/);
    assert.match(out, /err\.detail="the signature of the token is wrong"/);
  });

  it('does not start without a key, and says so', async () => {
    const auth = 'auth: {token: {realm: r, service: s, issuer: i, jwks: /nowhere/at/all}}';
    const { code, out, err } = await run(['serve', configured(auth)]);
    assert.equal(code, 2);
    assert.match(out + err, /auth\.token: jwks is \/nowhere\/at\/all, and there is no such file/);
  });
});
