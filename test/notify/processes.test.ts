/** Real processes on real folders: what is told survives them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { freePort, LADING_MAIN, type RunningServer, startServer } from '../clients/server.js';
import { createHttpClient, pathOf } from '../support/http-client.js';
import { describeBytes } from '../support/images.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Received, type Receiver, startReceiver } from './receiver.js';

const SECRET = 'open-sesame';

interface Place {
  readonly root: string;
  readonly log: string;
  serve(): Promise<RunningServer>;
}

/** A folder, and servers on it that tell the receiver. */
async function place(test: TestContext, receiver: Receiver, more: object = {}): Promise<Place> {
  const folder = await temporaryFolder();
  const servers: RunningServer[] = [];
  test.after(async () => {
    for (const server of servers) await server.stop('SIGKILL');
    await receiver.close();
    await folder.remove();
  });
  const root = join(folder.path, 'data');
  const log = join(folder.path, 'log');
  return {
    root,
    log,
    async serve() {
      const port = await freePort();
      const file = join(folder.path, `config-${port}.yml`);
      const endpoint = {
        name: 'one',
        url: `http://user:${SECRET}@127.0.0.1:${receiver.port}/hook?token=${SECRET}`,
        headers: { 'X-Secret': [SECRET] },
        timeout: '10s',
        ...more,
      };
      const config = {
        version: '0.1',
        storage: { filesystem: { rootdirectory: root }, delete: { enabled: true } },
        http: { addr: `127.0.0.1:${port}` },
        notifications: { endpoints: [endpoint] },
      };
      writeFileSync(file, JSON.stringify(config));
      const server = await startServer({ command: process.execPath, args: [LADING_MAIN, 'serve', file], port, log });
      servers.push(server);
      return server;
    },
  };
}

async function pushBlob({ address }: RunningServer, name: string, content: string): Promise<void> {
  const client = createHttpClient(`http://${address}`);
  try {
    const { headers } = await client.send('POST', `/v2/${name}/blobs/uploads/`);
    const target = `${pathOf(headers.location ?? '')}?digest=${describeBytes(content).digest}`;
    assert.equal((await client.send('PUT', target, { body: content })).status, 201);
  } finally {
    client.close();
  }
}

const digestsOf = (received: readonly Received[], name: string): readonly unknown[] =>
  received.flatMap(({ events }) =>
    events.filter(({ target }) => target.repository === name).map(({ target }) => target['digest']),
  );

const digests = (contents: readonly string[]): readonly string[] => contents.map((content) => describeBytes(content).digest);
const contents = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix} ${index}`);

describe('notifications of real processes', () => {
  it('of pushes that were answered survive a process that is killed, in their order', async (test) => {
    const receiver = await startReceiver('hang');
    const { serve, log } = await place(test, receiver);
    const pushed = contents('before', 8);
    const first = await serve();
    for (const content of pushed) await pushBlob(first, 'a/b', content);
    await first.stop('SIGKILL');
    const tried = receiver.received.length;
    assert.ok(tried <= 1, 'one is tried at a time');
    receiver.answer = 200;
    const second = await serve();
    await pushBlob(second, 'a/b', 'after');
    const all = [...pushed, 'after'];
    const received = await receiver.until((come) => new Set(digestsOf(come, 'a/b')).size === all.length);
    assert.deepEqual(digestsOf(received.slice(tried), 'a/b'), digests(all));
    await second.stop();
    assert.ok(!readFileSync(log, 'utf8').includes(SECRET));
  });

  it('of several processes on one store are each sent once, and those of one that is killed by another', async (test) => {
    const receiver = await startReceiver();
    const { serve, root } = await place(test, receiver);
    const [one, other] = [await serve(), await serve()];
    const [mine, yours] = [contents('one', 6), contents('other', 6)];
    await Promise.all([
      (async () => {
        for (const content of mine) await pushBlob(one, 'of/one', content);
      })(),
      (async () => {
        for (const content of yours) await pushBlob(other, 'of/other', content);
      })(),
    ]);
    await receiver.count(12);
    assert.deepEqual(digestsOf(receiver.received, 'of/one'), digests(mine));
    assert.deepEqual(digestsOf(receiver.received, 'of/other'), digests(yours));

    receiver.answer = 503;
    await pushBlob(one, 'of/one', 'left behind');
    await one.stop('SIGKILL');
    const tried = receiver.received.length;
    receiver.answer = 200;
    const received = await receiver.count(tried + 1);
    assert.deepEqual(digestsOf(received.slice(tried), 'of/one'), digests(['left behind']));
    await other.stop();
    const left = readdirSync(join(root, 'docker/registry/v2'));
    assert.ok(!left.includes('_outbox'), 'nothing is left to be sent');
  });

  it('wait for the next process when one is stopped, which does not take long', async (test) => {
    const receiver = await startReceiver('hang');
    const { serve } = await place(test, receiver);
    const first = await serve();
    const pushed = contents('waiting', 5);
    for (const content of pushed) await pushBlob(first, 'a', content);
    await first.stop('SIGTERM');
    receiver.answer = 200;
    const tried = receiver.received.length;
    const second = await serve();
    const received = await receiver.until((come) => new Set(digestsOf(come.slice(tried), 'a')).size === 5);
    assert.deepEqual(digestsOf(received.slice(tried), 'a'), digests(pushed));
    await second.stop();
  });
});
