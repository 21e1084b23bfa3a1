/** `lading serve`: how it starts, what it says, and how it ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf } from '../../src/core/digest.js';
import { freePort, LADING_MAIN } from '../clients/server.js';
import { run, start } from './command.js';

const folder = mkdtempSync(join(tmpdir(), 'lading-serve-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;

/** An empty folder to run in. */
function place(): string {
  const path = join(folder, String(++folders));
  mkdirSync(path);
  return path;
}

const LISTENING = /listening on (http:\/\/[\w.:[\]]+)/;
const ANY_PORT = ['--addr', '127.0.0.1:0'];

describe('lading serve', () => {
  it('serves a folder below the current one, lets delete, and says where it is and how to push', async () => {
    const cwd = place();
    const server = start(['serve', ...ANY_PORT], { cwd });
    const [line, url = ''] = await server.seen(new RegExp(`${LISTENING.source}.*\n`));
    assert.ok(line.includes(`data=${join(cwd, 'data')}`), line);
    assert.match(line, /push="skopeo copy .* docker:\/\/localhost:\d+\/busybox"/);
    assert.equal((await fetch(`${url}/v2/`)).status, 200);
    const body = Buffer.from('a blob');
    const pushed = await fetch(`${url}/v2/a/blobs/uploads/?digest=${digestOf(body)}`, { method: 'POST', body });
    assert.equal(pushed.status, 201);
    assert.equal((await fetch(`${url}/v2/a/blobs/${digestOf(body)}`, { method: 'DELETE' })).status, 202);
    assert.ok(existsSync(join(cwd, 'data/docker/registry/v2/blobs')));
    assert.match(await (await fetch(`${url}/metrics`)).text(), /registry_http_requests_total\{.*handler="blob".*\} 1/);
    server.signal('SIGTERM');
    const { code, out } = await server.ended;
    assert.equal(code, 0);
    assert.match(out, /msg=stopping signal=SIGTERM/);
    assert.match(out, /msg="response completed".*vars\.name=a/);
  });

  it('goes on with what is in its folder', async () => {
    const cwd = place();
    const body = Buffer.from('kept');
    for (const method of ['POST', 'GET']) {
      const server = start(['serve', '--root', 'store', ...ANY_PORT], { cwd });
      const [, url = ''] = await server.seen(LISTENING);
      const target =
        method === 'POST' ? `${url}/v2/a/blobs/uploads/?digest=${digestOf(body)}` : `${url}/v2/a/blobs/${digestOf(body)}`;
      const answer = await fetch(target, method === 'POST' ? { method, body } : {});
      assert.equal(answer.status, method === 'POST' ? 201 : 200);
      if (method === 'GET') assert.equal(await answer.text(), 'kept');
      server.signal('SIGINT');
      assert.equal((await server.ended).code, 0);
    }
  });

  it('reads the configuration that it is given, or that the environment names', async () => {
    const cwd = place();
    writeFileSync(
      join(cwd, 'c.yml'),
      'version: 0.1\nlog: {formatter: json}\nstorage: inmemory\nhttp: {addr: "127.0.0.1:0", colour: red}\n',
    );
    const given = [
      [['serve', 'c.yml'], {}],
      [['serve'], { REGISTRY_CONFIGURATION_PATH: 'c.yml' }],
    ] as const;
    for (const [args, env] of given) {
      const server = start(args, { cwd, env: { ...env, REGISTRY_STORAGE_DELETE_ENABLED: 'true' } });
      const [, data = ''] = await server.seen(/"data":"([^"]*)"/);
      assert.equal(data, 'memory: gone when it stops');
      server.signal('SIGTERM');
      const { out } = await server.ended;
      assert.match(out, /"level":"warn".*c\.yml:4: http\.colour is not known, and has no effect/);
    }
  });

  it('refuses a wrong configuration with file, line and what was expected, and does nothing', async () => {
    const cwd = place();
    writeFileSync(join(cwd, 'c.yml'), 'version: 0.1\nlog:\n  level: loud\nstorage:\n  filesystem:\n    rootdirectory: store\n');
    const { code, out, err } = await run(['serve', 'c.yml'], { cwd });
    assert.equal(code, 2);
    assert.equal(err, 'lading: c.yml:3: log.level is "loud"; expected error, warn, info or debug\n');
    assert.equal(out, '');
    assert.equal(existsSync(join(cwd, 'store')), false);
  });

  it('refuses a variable of the environment that is wrong', async () => {
    const { code, err } = await run(['serve', ...ANY_PORT], { cwd: place(), env: { REGISTRY_LOG_LEVEL: 'loud' } });
    assert.equal(code, 2);
    assert.match(err, /^lading: REGISTRY_LOG_LEVEL in the environment: log\.level is "loud"; expected/);
  });

  it('says what to do when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    assert.ok(typeof address === 'object' && address !== null);
    const { code, err } = await run(['serve', '--addr', `127.0.0.1:${address.port}`], { cwd: place() });
    other.close();
    assert.equal(code, 1);
    assert.match(
      err,
      new RegExp(`^lading: 127\\.0\\.0\\.1:${address.port} is taken: .* --addr 127\\.0\\.0\\.1:${address.port + 1}, or stop`),
    );
  });

  it('says what is wrong with a folder that cannot be one', async () => {
    const cwd = place();
    writeFileSync(join(cwd, 'file'), '');
    for (const root of ['file', 'file/below']) {
      const { code, err } = await run(['serve', '--root', root, ...ANY_PORT], { cwd });
      assert.equal(code, 1, root);
      assert.match(err, new RegExp(`^lading: ${join(cwd, 'file')}.*no folder`));
      assert.equal(err.split('\n').length, 2);
    }
  });

  it('does not start on a folder in which it may not write', {
    skip: process.getuid?.() === 0 && 'platform: root may write everywhere',
  }, async () => {
    const cwd = place();
    mkdirSync(join(cwd, 'store'));
    chmodSync(join(cwd, 'store'), 0o555);
    // One that was handed over without what is in it.
    mkdirSync(join(cwd, 'handed/docker/registry/v2/repositories'), { recursive: true });
    chmodSync(join(cwd, 'handed/docker/registry/v2/repositories'), 0o555);
    for (const root of ['store', 'store/below', 'handed']) {
      const { code, err } = await run(['serve', '--root', root, ...ANY_PORT], { cwd });
      assert.equal(code, 1);
      assert.match(
        err,
        /^lading: .*(?:store|repositories).* may not be used by this user \(uid \d+\)\. Choose another folder with --root/,
      );
    }
  });

  it('lets requests that run end when it is stopped, and takes no new ones', async () => {
    const server = start(['serve', ...ANY_PORT], { cwd: place() });
    const [, url = ''] = await server.seen(LISTENING);
    const body = Buffer.from('slow but whole');
    const slow = request(`${url}/v2/a/blobs/uploads/?digest=${digestOf(body)}`, {
      method: 'POST',
      headers: { 'Content-Length': body.length, Expect: '100-continue' },
    });
    const answered = once(slow, 'response');
    slow.flushHeaders();
    await once(slow, 'continue');
    slow.write(body.subarray(0, 4));
    server.signal('SIGTERM');
    await server.seen(/msg=stopping/);
    await assert.rejects(fetch(`${url}/v2/`));
    slow.end(body.subarray(4));
    const [response] = await answered;
    assert.equal(response.statusCode, 201);
    response.resume();
    assert.equal((await server.ended).code, 0);
  });

  it('stops when its log cannot be written', { skip: existsSync('/dev/full') ? false : 'platform: no /dev/full' }, async () => {
    const full = openSync('/dev/full', 'w');
    const port = await freePort();
    const child = spawn(process.execPath, [LADING_MAIN, 'serve', '--root', place(), '--addr', `127.0.0.1:${port}`], {
      stdio: ['ignore', full, 'ignore'],
    });
    closeSync(full);
    const ended = once(child, 'exit');
    const answers = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/v2/`).then(
        (answer) => answer.ok,
        () => false,
      );
    while (child.exitCode === null && !(await answers())) await delay(20);
    // The log is written in blocks, a moment later.
    await delay(200);
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    assert.deepEqual(await ended, [0, null]);
    clearTimeout(late);
  });

  it('ends at once at a second signal', async () => {
    const server = start(['serve', ...ANY_PORT], { cwd: place() });
    const [, url = ''] = await server.seen(LISTENING);
    const hanging = request(`${url}/v2/a/blobs/uploads/?digest=${digestOf(Buffer.from('x'))}`, {
      method: 'POST',
      headers: { 'Content-Length': 9, Expect: '100-continue' },
    });
    hanging.on('error', () => undefined);
    hanging.flushHeaders();
    await once(hanging, 'continue');
    server.signal('SIGTERM');
    await server.seen(/msg=stopping/);
    server.signal('SIGINT');
    assert.equal((await server.ended).code, 1);
    hanging.destroy();
  });
});
