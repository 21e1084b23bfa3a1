/** SIGHUP and changes of files, to the command as it runs: what is followed, and that nothing ends or breaks by it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { digestOf } from '../../src/core/digest.js';
import { type Certified, certify } from '../support/certified.js';
import { start } from './command.js';

const folder = mkdtempSync(join(tmpdir(), 'lading-reload-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;

const LISTENING = /listening on (https?:\/\/[\w.:[\]]+)/;
const pemOf = ({ privateKey }: Certified): string => privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const [OLD, NEW] = [certify('localhost'), certify('localhost')];

/** A folder with a configuration, and a way to write it anew. */
function place(text: string) {
  const cwd = join(folder, String(++folders));
  mkdirSync(cwd);
  const write = (now: string): void => writeFileSync(join(cwd, 'c.yml'), `version: 0.1\nstorage: inmemory\n${now}`);
  write(text);
  return { cwd, write };
}

function answerOf(outgoing: ClientRequest): Promise<{ readonly status: number; readonly seen: string }> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (answer: IncomingMessage) => {
      const seen = (answer.socket as Partial<TLSSocket>).getPeerX509Certificate?.()?.toString() ?? '';
      answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, seen }));
    });
  });
}

const getOver = (url: string) => answerOf(request(`${url}/v2/`, { rejectUnauthorized: false, agent: false }).end());

describe('lading serve, when SIGHUP comes,', () => {
  const tlsOf = (cwd: string): string => `http: {addr: '127.0.0.1:0', tls: {certificate: ${cwd}/crt, key: ${cwd}/key}}\n`;
  const certifyBy = (cwd: string, one: Certified): void => {
    writeFileSync(join(cwd, 'crt'), one.pem);
    writeFileSync(join(cwd, 'key'), pemOf(one));
  };

  it('shows its new certificate, keeps the old one while the new is wrong, and lets go on what runs', async () => {
    const { cwd, write } = place('');
    write(tlsOf(cwd));
    certifyBy(cwd, OLD);
    const server = start(['serve', 'c.yml'], { cwd });
    const [, url = ''] = await server.seen(LISTENING);
    const upload = request(`${url}/v2/a/blobs/uploads/?digest=${digestOf(Buffer.from('hello'))}`, {
      method: 'POST',
      rejectUnauthorized: false,
      agent: false,
      headers: { 'content-length': 5 },
    });
    const pushed = answerOf(upload);
    await new Promise<void>((resolve) => upload.write('hel', () => resolve()));
    writeFileSync(join(cwd, 'key'), 'no key');
    write(`${tlsOf(cwd)}log: {level: debug}`);
    server.signal('SIGHUP');
    await server.seen(
      /level=error msg="the configuration cannot be used, so all of it stays as it was" trigger=SIGHUP fault=.*http\.tls/,
    );
    assert.equal((await getOver(url)).seen, OLD.pem);
    certifyBy(cwd, NEW);
    server.signal('SIGHUP');
    await server.seen(
      /msg="the configuration was read again" trigger=\w+ changed="http\.tls\.certificate http\.tls\.key log\.level"/,
    );
    assert.equal((await getOver(url)).seen, NEW.pem);
    upload.end('lo');
    const { status, seen } = await pushed;
    assert.deepEqual([status, seen], [201, OLD.pem]);
    server.signal('SIGTERM');
    const { code, out, err } = await server.ended;
    assert.equal(code, 0);
    assert.doesNotMatch(out + err, /PRIVATE|BEGIN/);
  });

  it('goes on, however often and however early it comes, and when it comes while it stops', async () => {
    const { cwd } = place("http: {addr: '127.0.0.1:0'}\n");
    // As soon as the command's own code runs, and then again and again until it listens.
    const preload = join(cwd, 'early.cjs');
    writeFileSync(
      preload,
      `const again = () => { process.kill(process.pid, 'SIGHUP'); if (performance.now() < 3000) setTimeout(again, 3); };\nsetImmediate(again);\n`,
    );
    const server = start(['serve', 'c.yml'], { cwd, env: { NODE_OPTIONS: `--require ${preload}` } });
    const [, url = ''] = await server.seen(LISTENING);
    server.signal('SIGHUP');
    await server.seen(/msg="the configuration was read again: nothing that can change has" trigger=SIGHUP/);
    const upload = plainRequest(`${url}/v2/a/blobs/uploads/?digest=${digestOf(Buffer.from('hello'))}`, {
      method: 'POST',
      agent: false,
      headers: { 'content-length': 5, expect: '100-continue' },
    });
    const pushed = answerOf(upload);
    await new Promise<void>((resolve) => upload.on('continue', resolve).flushHeaders());
    server.signal('SIGTERM');
    await server.seen(/msg=stopping/);
    for (let times = 0; times < 20; times++) server.signal('SIGHUP');
    upload.end('hello');
    assert.equal((await pushed).status, 201);
    for (let times = 0; times < 20; times++) server.signal('SIGHUP');
    assert.equal((await server.ended).code, 0);
  });

  it('reads nothing again that came through a pipe, and what it names all the same', async () => {
    const { cwd } = place('');
    const server = start(['serve', '/dev/null'], { cwd });
    assert.equal((await server.ended).code, 2);
    const bare = start(['serve', '--root', 'data', '--addr', '127.0.0.1:0'], { cwd });
    await bare.seen(LISTENING);
    bare.signal('SIGHUP');
    await bare.seen(/nothing that can change has/);
    bare.signal('SIGTERM');
    assert.equal((await bare.ended).code, 0);
  });
});

describe('lading serve, when a file changes,', () => {
  it('follows by itself, as Kubernetes and editors change them, and says what is wrong', async () => {
    const { cwd, write } = place('');
    for (const [version, one] of [
      ['1', OLD],
      ['2', NEW],
    ] as const) {
      mkdirSync(join(cwd, version));
      writeFileSync(join(cwd, version, 'tls.crt'), one.pem);
      writeFileSync(join(cwd, version, 'tls.key'), pemOf(one));
    }
    symlinkSync('1', join(cwd, '..data'));
    for (const name of ['tls.crt', 'tls.key']) symlinkSync(`..data/${name}`, join(cwd, name));
    const text = `http: {addr: '127.0.0.1:0', tls: {certificate: ${cwd}/tls.crt, key: ${cwd}/tls.key}}\n`;
    write(text);
    const server = start(['serve', 'c.yml'], { cwd });
    const [, url = ''] = await server.seen(LISTENING);
    symlinkSync('2', join(cwd, '..data_tmp'));
    renameSync(join(cwd, '..data_tmp'), join(cwd, '..data'));
    await server.seen(/msg="the configuration was read again" trigger=files changed="http\.tls\.certificate http\.tls\.key"/);
    assert.equal((await getOver(url)).seen, NEW.pem);
    write(`${text}log: {level: loud}`);
    await server.seen(
      /level=error msg="the configuration cannot be used, so all of it stays as it was" trigger=files fault="c\.yml:4: log\.level/,
    );
    write(`${text}log: {level: debug}`);
    await server.seen(/msg="the configuration was read again" trigger=files changed=log\.level/);
    server.signal('SIGTERM');
    assert.equal((await server.ended).code, 0);
  });
});
