/**
 * Real servers with every secret that a configuration may hold, asked with good and bad credentials in every place of a
 * request: nothing of it is printed, logged, shown at the debug address or said in an error.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { hashSync } from '@node-rs/bcrypt';
import { certify } from '../support/certified.js';
import { secretsIn } from '../support/secrets.js';
import { textFiles } from '../support/text-files.js';
import { ISSUER, SERVICE, startTokenServer } from '../support/token-server.js';
import { type Running, run, start } from './command.js';

const { folder, fileWith } = textFiles();
const LISTENING = /listening on (https?):\/\/127\.0\.0\.1:(\d+)/;
const DEBUG = /"?debug"?[^\n]*?http:\/\/127\.0\.0\.1:(\d+)/;

const S = {
  password: 'open-password-11',
  wrong: 'open-wrong-22',
  http: 'open-http-33',
  header: 'open-header-44',
  userinfo: 'open-userinfo-55',
  query: 'open-query-66',
  body: 'open-body-77',
  redis: 'open-redis-88',
  proxy: 'open-proxy-99',
  s3: 'open-storage-00',
  bearer: 'open-bearer-12',
};
const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const basic = (password: string): string => `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;

/** What a server is, to whoever asks it. */
interface Asked {
  readonly port: number;
  readonly tls: ConnectionOptions | undefined;
}

/** Sends bytes as they are; the whole answer. Whatever becomes of the connection is an answer too. */
async function sendRaw({ port, tls }: Asked, text: string): Promise<string> {
  const socket = tls ? connectTls({ ...tls, port, host: '127.0.0.1' }) : connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (piece: Buffer) => {
    answer += piece.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.setTimeout(5_000, () => socket.destroy());
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

/** Requests with secrets where they belong, and where they do not. */
function requests(authorizations: readonly string[]): readonly string[] {
  const user = `ann:${S.userinfo}`;
  const targets = [
    '/v2/',
    `/v2/?token=${S.query}`,
    `/nowhere?access_token=${S.query}`,
    `/v2/a/manifests/v1?${S.query}`,
    `/v2/_catalog?n=1&password=${S.query}&last=b`,
    `http://${user}@h/v2/`,
    `http://${user}@h/nowhere?key=${S.query}`,
  ];
  const end = (authorization: string): string => `Host: h\r\nConnection: close\r\nAuthorization: ${authorization}\r\n`;
  return authorizations.flatMap((authorization) => [
    ...targets.map((target) => `GET ${target} HTTP/1.1\r\n${end(authorization)}\r\n`),
    `OPTIONS /v2/?token=${S.query} HTTP/1.1\r\n${end(authorization)}\r\n`,
    `PUT /v2/a/manifests/v1 HTTP/1.1\r\n${end(authorization)}Content-Length: ${S.body.length}\r\n\r\n${S.body}`,
    `PUT /v2/a/manifests/v1?x=${S.query} HTTP/1.1\r\n${end(authorization)}Content-Type: ${IMAGE}\r\nContent-Length: ${S.body.length + 14}\r\n\r\n{"config":"${S.body}",}`,
    `POST /v2/a/blobs/uploads/?digest=nonsense&token=${S.query} HTTP/1.1\r\n${end(authorization)}Content-Length: ${S.body.length}\r\n\r\n${S.body}`,
    `GET /v2/ HTTP/1.1\r\n${end(authorization)}Cookie: session=${S.query}\r\nX-Api-Key: ${S.query}\r\nProxy-Authorization: Basic ${S.query}\r\n\r\n`,
    `BAD\x01 ${S.query} HTTP/1.1\r\n${end(authorization)}\r\n`,
  ]);
}

/** Asks all of it, ends the server, and looks through everything that came out. */
async function assertSilent(
  server: Running,
  asked: Asked,
  debugPort: number,
  authorizations: readonly string[],
  more: readonly string[],
) {
  const said: string[] = [];
  for (const request of requests(authorizations)) said.push(await sendRaw(asked, request));
  assert.ok(said.some((answer) => answer.startsWith('HTTP/1.1 200')) && said.some((answer) => answer.startsWith('HTTP/1.1 401')));
  for (const path of ['/metrics', '/debug/health', '/debug/vars', `/nowhere?token=${S.query}`, '/debug/pprof/'])
    said.push(await (await fetch(`http://127.0.0.1:${debugPort}${path}`)).text());
  server.signal('SIGTERM');
  const { code, out, err } = await server.ended;
  assert.equal(code, 0, err);
  assert.match(out, /response completed/);
  assert.deepEqual(secretsIn([out, err, ...said].join('\n'), [...Object.values(S), ...more]), []);
}

const sections = (http: string): string => `version: 0.1
log: {level: debug}
storage: {filesystem: {rootdirectory: ${join(folder, 'data')}}}
http: {addr: "127.0.0.1:0", secret: ${S.http}, debug: {addr: "127.0.0.1:0", prometheus: {enabled: true}}${http}}
redis: {addr: "127.0.0.1:1", password: ${S.redis}}
health: {http: [{uri: "http://ann:${S.userinfo}@127.0.0.1:1/?key=${S.query}", headers: {Authorization: [${S.header}]}, interval: 20ms, threshold: 1000000}]}
`;

async function ports(server: Running): Promise<readonly [number, number]> {
  const [, , port] = await server.seen(LISTENING);
  const [, debug] = await server.seen(DEBUG);
  return [Number(port), Number(debug)];
}

describe('no secret is told', () => {
  it('by a server with TLS and htpasswd', { timeout: 120_000 }, async (test) => {
    const users = fileWith(`ann:${hashSync(S.password, 5).replace('$2b$', '$2y$')}\n`);
    const own = certify('localhost');
    const key = own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const file = fileWith(
      `${sections(`, tls: {certificate: ${fileWith(own.pem)}, key: ${fileWith(key)}}`)}auth: {htpasswd: {realm: r, path: ${users}}}\n`,
    );
    const server = start(['serve', file], { env: { REGISTRY_PROXY_PASSWORD: S.proxy, REGISTRY_SOMETHING: S.s3 } });
    test.after(() => server.signal('SIGKILL'));
    const [port, debug] = await ports(server);
    const tls = { ca: own.pem, servername: 'localhost' };
    const keyLine = key.split('\n')[1] ?? '';
    await assertSilent(
      server,
      { port, tls },
      debug,
      [basic(S.password), basic(S.wrong), `Bearer ${S.bearer}`, `Basic ${S.wrong}`],
      [keyLine],
    );
  });

  it('by a server that believes a token server', { timeout: 120_000 }, async (test) => {
    const tokens = await startTokenServer({ ann: { password: S.password, may: ['repository:a:pull,push'] } });
    test.after(() => tokens.close());
    const bundle = fileWith(tokens.authority.pem);
    const auth = `auth: {token: {realm: "${tokens.realm}", service: ${SERVICE}, issuer: ${ISSUER}, rootcertbundle: ${bundle}}}\n`;
    const server = start(['serve', fileWith(sections('') + auth)]);
    test.after(() => server.signal('SIGKILL'));
    const [port, debug] = await ports(server);
    const asking = await fetch(`${tokens.realm}?service=${SERVICE}&scope=repository:a:pull,push`, {
      headers: { authorization: basic(S.password) },
    });
    const { token } = (await asking.json()) as { token: string };
    const broken = `${token.slice(0, -4)}AAAA`;
    const parts = token.split('.').slice(1);
    await assertSilent(
      server,
      { port, tls: undefined },
      debug,
      [`Bearer ${token}`, `Bearer ${broken}`, `Bearer ${S.bearer}`, basic(S.wrong)],
      parts,
    );
  });

  it('by a start that is refused, and by a look at the configuration', { timeout: 60_000 }, async () => {
    const file = fileWith(`version: 0.2
storage: {s3: {bucket: b, region: r, accesskey: [${S.s3}], secretkey: ${S.s3}}}
http: {secret: [${S.http}], host: "https://ann:${S.userinfo}@h/"}
proxy: {remoteurl: "https://ann:${S.proxy}@h/", password: ${S.proxy}}
redis: {password: ${S.redis}}
notifications: {endpoints: [{name: a, url: "https://ann:${S.userinfo}@h/?token=${S.query}", headers: {Authorization: [${S.header}]}}]}
auth: {htpasswd: ${S.password}}
`);
    const env = { REGISTRY_STORAGE_S3_SECRETKEY: `[${S.s3}]`, REGISTRY_REDIS_PASSWORD: S.redis };
    for (const args of [
      ['serve', file],
      ['config', 'check', file],
      ['config', 'check', '--json', file],
    ]) {
      const { code, out, err } = await run(args, { env });
      assert.equal(code, 2, err);
      assert.match(out + err, /proxy/);
      assert.deepEqual(secretsIn(out + err, Object.values(S)), []);
    }
  });
});
