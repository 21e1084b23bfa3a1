import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { parseDigest } from '../../src/core/digest.js';
import { parseRepositoryName } from '../../src/core/reference.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import type { RegistryEvent } from '../../src/registry/events.js';
import { type BenchOptions, notifierTo } from './bench.js';
import { type Answer, type Received, type Receiver, startReceiver } from './receiver.js';

const DIGEST = parseDigest(`sha256:${'a'.repeat(64)}`);

const event = (repository: string): RegistryEvent => ({
  action: 'delete',
  target: { repository: parseRepositoryName(repository), digest: DIGEST },
});

async function receiverFor(test: TestContext, answer: Answer = 200): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  test.after(() => receiver.close());
  return receiver;
}

async function notifierFor(test: TestContext, receiver: Receiver, endpoint: object = {}, more: BenchOptions = {}) {
  const notifier = notifierTo({ name: 'one', url: receiver.url, ...endpoint }, more);
  test.after(() => notifier.close(0));
  notifier.start();
  return notifier;
}

const names = (received: readonly Received[]): string[] =>
  received.flatMap(({ events }) => events.map(({ target }) => target.repository));

describe('delivery', () => {
  it('goes on in order when a receiver that fails comes back, and tells the log of both', async (test) => {
    const receiver = await receiverFor(test, 500);
    const notifier = await notifierFor(test, receiver);
    await notifier.changed([event('a'), event('b')]);
    await receiver.count(5);
    receiver.answer = 200;
    const tried = receiver.received.length;
    await notifier.changed([event('c')]);
    await receiver.until((all) => names(all).includes('c'));
    assert.deepEqual(names(receiver.received.slice(tried)).slice(-2), ['b', 'c']);
    assert.ok(names(receiver.received.slice(0, tried)).every((name) => name === 'a'));
    assert.deepEqual(
      notifier.lines.map(({ message }) => message),
      ['an endpoint takes no events; it is tried again and again', 'the endpoint takes events again'],
    );
  });

  it('gives up waiting for a receiver that hangs, and tries again', async (test) => {
    const receiver = await receiverFor(test, 'hang');
    const notifier = await notifierFor(test, receiver, { timeoutMs: 50 });
    await notifier.changed([event('a')]);
    await receiver.count(2);
    receiver.answer = (_, response) => void response.writeHead(200).write('never ends');
    const tried = receiver.received.length;
    await notifier.changed([event('b')]);
    await receiver.until((all) => names(all.slice(tried)).includes('b'));
  });

  it('goes on after a receiver that wants to speak something else than HTTP', async (test) => {
    const receiver = await receiverFor(test, (_, response) => {
      response.writeHead(101, { connection: 'Upgrade', upgrade: 'websocket' }).end();
    });
    const notifier = await notifierFor(test, receiver, { timeoutMs: 2_000 });
    await notifier.changed([event('a')]);
    await receiver.count(2);
    receiver.answer = 200;
    const tried = receiver.received.length;
    await notifier.changed([event('b')]);
    await receiver.until((all) => names(all.slice(tried)).includes('b'));
  });

  it('uses one connection for all', async (test) => {
    const receiver = await receiverFor(test);
    const notifier = await notifierFor(test, receiver);
    await notifier.changed(Array.from({ length: 30 }, () => event('a')));
    await receiver.count(30);
    assert.equal(receiver.connections(), 1);
  });

  it('holds only the repository whose event is refused', async (test) => {
    const receiver = await receiverFor(test, ({ events }, response) => {
      response.writeHead(events[0]?.target.repository === 'poison' ? 400 : 200).end();
    });
    const notifier = await notifierFor(test, receiver);
    await notifier.changed([event('poison'), event('poison'), event('fine')]);
    await receiver.until((all) => names(all).includes('fine'));
    assert.deepEqual(names(receiver.received), ['poison', 'poison', 'poison', 'fine']);
    assert.equal(notifier.lines.at(-1)?.fields['repository'], 'poison');
  });

  it('follows a redirect with the same POST, and hands no headers to another host', async (test) => {
    const other = await receiverFor(test);
    const elsewhere = other.url.replace('127.0.0.1', 'localhost');
    const receiver = await receiverFor(test, ({ url }, response) => {
      if (url === '/hook') response.writeHead(301, { location: '/there' }).end();
      else response.writeHead(307, { location: elsewhere }).end();
    });
    const notifier = await notifierFor(test, receiver, { headers: { 'X-Secret': ['s'] } });
    await notifier.changed([event('a')]);
    const [came] = await other.count(1);
    assert.deepEqual(names(came ? [came] : []), ['a']);
    assert.equal(came?.headers['x-secret'], undefined);
    assert.deepEqual(
      receiver.received.map(({ url, headers }) => [url, headers['x-secret']]),
      [
        ['/hook', 's'],
        ['/there', 's'],
      ],
    );
  });

  it('waits with what is new until all that was left behind is taken over, and keeps nobody waiting', async (test) => {
    const receiver = await receiverFor(test);
    const driver = createMemoryDriver();
    const gone = notifierTo({ name: 'one', url: receiver.url }, { driver });
    await gone.changed([event('old')]);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow: StorageDriver = {
      ...driver,
      async move(...asked) {
        await released;
        return driver.move(...asked);
      },
    };
    const notifier = await notifierFor(test, receiver, {}, { driver: slow });
    await notifier.changed([event('new')]);
    assert.deepEqual(receiver.received, []);
    release();
    assert.deepEqual(names(await receiver.count(2)), ['old', 'new']);
  });

  it('tells nothing of what is ignored, and of pulls nobody when all ignore them', async (test) => {
    const receiver = await receiverFor(test);
    const endpoint = { ignoredActions: ['pull', 'delete'], ignoredMediaTypes: ['x/ignored'] };
    const notifier = await notifierFor(test, receiver, endpoint);
    assert.equal(notifier.pulled, undefined);
    const push = (repository: string, mediaType: string): RegistryEvent => ({
      action: 'push',
      target: {
        repository: parseRepositoryName(repository),
        content: { kind: 'manifest', descriptor: { mediaType, digest: DIGEST, size: 1 } },
      },
    });
    await notifier.changed([event('a'), push('b', 'x/ignored'), push('c', 'x/other')]);
    await receiver.count(1);
    assert.deepEqual(names(receiver.received), ['c']);
  });
});
