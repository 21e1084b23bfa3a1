/** The file of a Unix socket: who may take its place, and who may not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { listenAt } from '../../src/http/listen.js';
import { textFiles } from '../support/text-files.js';

const { folder } = textFiles();
const posix = process.platform === 'win32' ? 'platform: there are no files of sockets' : false;
let sockets = 0;
const place = (): string => join(folder, `${++sockets}.sock`);

/** Listens there until the test has ended, or is closed. */
async function listen(test: TestContext, socket: string): Promise<() => Promise<void>> {
  const server = createServer((_, response) => response.end('here'));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  test.after(close);
  assert.equal(await listenAt(server, { socket }), `unix:${socket}`);
  return close;
}

function ask(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, agent: false }, (answer) => {
      answer.setEncoding('utf8').on('data', resolve);
    });
    asked.on('error', reject).end();
  });
}

/** What a server leaves behind that is killed. */
function leaveBehind(socket: string): void {
  const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script, socket]);
  assert.ok(statSync(socket).isSocket());
}

describe('the file of a socket', { skip: posix }, () => {
  it('is made, and gone when the server has stopped', async (test) => {
    const socket = place();
    const close = await listen(test, socket);
    assert.equal(await ask(socket), 'here');
    await close();
    assert.ok(!existsSync(socket));
  });

  it('is open to those whom the umask lets in', async (test) => {
    const before = process.umask(0o027);
    test.after(() => process.umask(before));
    const socket = place();
    await listen(test, socket);
    assert.equal(statSync(socket).mode & 0o777, 0o750);
  });

  it('takes the place of one that was left behind', async (test) => {
    const socket = place();
    leaveBehind(socket);
    await listen(test, socket);
    assert.equal(await ask(socket), 'here');
  });

  it('stays with the one who listens', async (test) => {
    const socket = place();
    await listen(test, socket);
    await assert.rejects(listen(test, socket), { message: `${socket} is taken: another program listens there` });
    assert.equal(await ask(socket), 'here');
  });

  it('never takes the place of anything else', async (test) => {
    const [file, sub, link, target] = [place(), place(), place(), place()];
    writeFileSync(file, 'kept');
    mkdirSync(sub);
    leaveBehind(target);
    symlinkSync(target, link);
    for (const taken of [file, sub, link])
      await assert.rejects(listen(test, taken), { message: `${taken} is there already, and is no socket` });
    assert.equal(readFileSync(file, 'utf8'), 'kept');
    assert.ok(statSync(target).isSocket());
  });

  it('is not made in a folder that is not there', async (test) => {
    const socket = join(folder, 'nowhere', 'x.sock');
    await assert.rejects(listen(test, socket), {
      message: `the socket ${socket} cannot be made: ${join(folder, 'nowhere')} is not there`,
    });
  });
});
