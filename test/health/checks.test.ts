/** Each kind of check against what it looks at. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileCheck, httpCheck, shownUri, storageCheck, tcpCheck } from '../../src/health/checks.js';
import { textFiles } from '../support/text-files.js';

const { folder } = textFiles();
/** A name and a password, as they stand in a URL. */
const USER = 'me:hid%40den';
const NEVER = new AbortController().signal;

/** Runs with a server that answers with this status, and tells what it was asked. */
async function withServer(status: number, run: (port: number, asked: IncomingMessage[]) => Promise<void>): Promise<void> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await run((server.address() as AddressInfo).port, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A loopback port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createTcpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a check of a file', () => {
  it('fails while the file is there', async () => {
    const file = join(folder, 'down');
    const run = fileCheck(file);
    await run(NEVER);
    writeFileSync(file, '');
    await assert.rejects(run(NEVER), /^Error: file exists$/);
    rmSync(file);
    await run(NEVER);
  });

  it('fails when nobody can tell', async () => {
    writeFileSync(join(folder, 'no-folder'), '');
    await assert.rejects(fileCheck(join(folder, 'no-folder/down'))(NEVER), /cannot be looked at: ENOTDIR/);
  });
});

describe('a check by HTTP', () => {
  it('asks by HEAD, with headers and with credentials that stand in the URL', () =>
    withServer(204, async (port, asked) => {
      const question = { headers: { 'X-Probe': ['a', 'b'] }, statusCode: 204 };
      await httpCheck({ ...question, uri: `http://127.0.0.1:${port}/state?deep=1` })(NEVER);
      await httpCheck({ ...question, uri: `http://${USER}@127.0.0.1:${port}/` })(NEVER);
      assert.deepEqual(
        asked.map(({ method, url, headers }) => [method, url, headers['x-probe'], headers.authorization]),
        [
          ['HEAD', '/state?deep=1', 'a, b', undefined],
          ['HEAD', '/', 'a, b', `Basic ${Buffer.from('me:hid@den').toString('base64')}`],
        ],
      );
    }));

  it('fails by another status and when nobody answers, and tells no secret', async () => {
    const secret = { headers: { Authorization: ['Bearer hidden'] }, statusCode: 200 };
    await withServer(500, (port) =>
      assert.rejects(httpCheck({ ...secret, uri: `http://${USER}@127.0.0.1:${port}/` })(NEVER), (error) => {
        assert.equal(String(error), 'Error: downstream service returned unexpected status: 500');
        return true;
      }),
    );
    const port = await closedPort();
    await assert.rejects(httpCheck({ ...secret, uri: `http://${USER}@127.0.0.1:${port}/?t=hidden` })(NEVER), (error) => {
      assert.match(String(error), /^Error: error while checking: ECONNREFUSED$/);
      assert.doesNotMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /hid/);
      return true;
    });
  });

  it('is named by its URL, without what may be secret', () => {
    assert.equal(shownUri(`https://${USER}@h:8443/a?token=t#f`), 'https://h:8443/a?...');
    assert.equal(shownUri('http://h/a'), 'http://h/a');
  });
});

describe('a check by TCP', () => {
  it('succeeds where somebody takes connections, and fails where nobody does', async () => {
    await withServer(200, (port) => tcpCheck({ host: '127.0.0.1', port })(NEVER));
    const port = await closedPort();
    await assert.rejects(tcpCheck({ host: '127.0.0.1', port })(NEVER), /^Error: connection failed: ECONNREFUSED$/);
  });
});

describe('a check of the store', () => {
  it('fails when the store does not answer, and keeps what it says for the log', async () => {
    await storageCheck(async () => undefined)(NEVER);
    await assert.rejects(storageCheck(() => Promise.reject(new Error('/srv/hidden')))(NEVER), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.message, 'the store does not answer');
      assert.match(String(error.cause), /hidden/);
      return true;
    });
  });
});
