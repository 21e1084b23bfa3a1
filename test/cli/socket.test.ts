/** `lading serve` on a Unix socket, and below a prefix: what it says of itself, and that what it says works. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { textFiles } from '../support/text-files.js';
import { run, start } from './command.js';

const { folder, fileWith } = textFiles();
const posix = process.platform === 'win32' ? 'platform: there are no files of sockets' : false;
const curl = spawnSync('curl', ['--version']).status === 0 ? posix : 'curl is not installed';
let sockets = 0;
const place = (): string => join(folder, `${++sockets}.sock`);

const configured = (http: string): string => fileWith(`version: 0.1\nstorage: inmemory\nhttp: {${http}}\n`);

/** Runs curl with what the server has to say about itself; resolves to what it prints. */
function curlWith(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('curl', ['-sS', '--max-time', '60', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.on('error', reject);
    child.on('close', () => resolve(out));
  });
}

describe('lading serve on a socket', () => {
  it('says where it is, is asked and pushed to there, and takes its file away', { skip: curl }, async () => {
    const socket = place();
    const server = start(['serve', configured(`net: unix, addr: ${socket}`)]);
    const [, url = '', ask = ''] = await server.seen(/listening on (\S+)".*ask="([^"]+)"/);
    assert.equal(url, `unix:${socket}`);
    assert.equal(ask, `curl --unix-socket ${socket} http://localhost/v2/_catalog`);
    const [, ...args] = ask.split(' ');
    assert.deepEqual(JSON.parse(await curlWith(...args)), { repositories: [] });
    const file = fileWith('bytes on a socket');
    const upload = `http://localhost/v2/a/blobs/uploads/?digest=${digestOf(Buffer.from('bytes on a socket'))}`;
    const pushed = await curlWith(
      '--unix-socket',
      socket,
      '-X',
      'POST',
      '--data-binary',
      `@${file}`,
      '-w',
      '%header{location}',
      upload,
    );
    assert.match(pushed, /^http:\/\/localhost\/v2\/a\/blobs\/sha256:/);
    assert.deepEqual(JSON.parse(await curlWith(...args)), { repositories: ['a'] });
    server.signal('SIGTERM');
    assert.equal((await server.ended).code, 0);
    assert.ok(!existsSync(socket));
  });

  it('starts again after it was killed, and not beside another server', { skip: posix }, async () => {
    const socket = place();
    const file = configured(`net: unix, addr: ${socket}`);
    const killed = start(['serve', file]);
    await killed.seen(/listening on/);
    const second = await run(['serve', file]);
    assert.equal(second.code, 1);
    assert.match(second.err, /is taken: another program listens there/);
    killed.signal('SIGKILL');
    await killed.ended;
    assert.ok(existsSync(socket));
    const third = start(['serve', file]);
    await third.seen(/listening on/);
    third.signal('SIGTERM');
    assert.equal((await third.ended).code, 0);
  });

  it('is chosen on the command line too, relative to the working folder', { skip: posix }, async () => {
    const server = start(['serve', '--addr', './here.sock'], { cwd: folder });
    const [, url] = await server.seen(/listening on (\S+)"/);
    assert.equal(url, `unix:${join(folder, 'here.sock')}`);
    server.signal('SIGTERM');
    await server.ended;
  });

  it('leaves what is no socket alone', { skip: posix }, async () => {
    const path = place();
    writeFileSync(path, 'mine');
    const { code, err } = await run(['serve', configured(`net: unix, addr: ${path}`)]);
    assert.equal(code, 1);
    assert.match(err, /is there already, and is no socket/);
  });
});

describe('lading serve below a prefix', () => {
  it('says where the API is', async () => {
    const server = start(['serve', configured('addr: "127.0.0.1:0", prefix: /some/registry/')]);
    const [, url = '', ask = ''] = await server.seen(/listening on (\S+)".*ask="([^"]+)"/);
    assert.equal(ask, `curl ${url}/some/registry/v2/_catalog`);
    assert.equal((await fetch(`${url}/some/registry/v2/`)).status, 200);
    assert.equal((await fetch(`${url}/v2/`)).status, 404);
    server.signal('SIGTERM');
    assert.equal((await server.ended).code, 0);
  });
});
