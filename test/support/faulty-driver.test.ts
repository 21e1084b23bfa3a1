import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { collectPages } from '../../src/core/pages.js';
import { DriverError, type StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { type Call, failAlways, failOnce, faulty, type Injection } from './faulty-driver.js';
import { pathOf } from './stored-paths.js';

const PATH = pathOf('/a/b');
const CONTENT = Buffer.from('content');

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function holds(driver: StorageDriver): Promise<string[]> {
  return (await collectPages(driver.walk(pathOf('/a')))).map((entry) => entry.name);
}

async function fails(call: Promise<unknown>, fault: string): Promise<void> {
  await assert.rejects(call, (error) => error instanceof DriverError && error.fault === fault);
}

describe('a faulty driver', () => {
  it('fails before the effect, and only the call that was planned', async () => {
    const store = createMemoryDriver();
    const driver = faulty(store, failOnce(2, { fault: 'no-space' }, 'put'));
    await driver.put(pathOf('/a/1'), CONTENT);
    await fails(driver.put(pathOf('/a/2'), CONTENT), 'no-space');
    await driver.put(pathOf('/a/3'), CONTENT);
    assert.deepEqual(await holds(store), ['1', '3']);
  });

  it('fails after the effect', async () => {
    const store = createMemoryDriver();
    const driver = faulty(store, failAlways('put', { fault: 'unavailable', when: 'after' }));
    await fails(driver.put(PATH, CONTENT), 'unavailable');
    assert.deepEqual(await store.read(PATH), CONTENT);
  });

  it('names each call to the plan, with its paths', async () => {
    const calls: Call[] = [];
    const driver = faulty(createMemoryDriver(), (call) => {
      calls.push(call);
      return undefined;
    });
    await driver.put(PATH, CONTENT);
    await driver.move(PATH, pathOf('/a/c'));
    assert.deepEqual(calls, [
      { number: 1, operation: 'put', paths: ['/a/b'] },
      { number: 2, operation: 'move', paths: ['/a/b', '/a/c'] },
    ]);
  });

  const half: Injection = { fault: 'failed', when: 'during' };

  it('stores half of the first piece of a write', async () => {
    for (const source of [pieces('0123', '4567'), Readable.from([Buffer.from('0123'), Buffer.from('4567')])]) {
      const store = createMemoryDriver();
      const driver = faulty(store, failAlways('write', half));
      const writer = await driver.append(PATH, 0);
      await fails(writer.write(source), 'failed');
      assert.equal(writer.size, 2);
      await writer.close();
      assert.equal((await store.read(PATH)).toString(), '01');
    }
  });

  it('removes half of the objects', async () => {
    const store = createMemoryDriver();
    const driver = faulty(store, (call) => (call.operation.startsWith('remove') ? half : undefined));
    const paths = ['1', '2', '3', '4'].map((name) => pathOf(`/a/${name}`));
    for (const path of paths) await store.put(path, CONTENT);
    await fails(driver.remove(paths), 'failed');
    assert.deepEqual(await holds(store), ['3', '4']);
    await fails(driver.removeTree(pathOf('/a')), 'failed');
    assert.deepEqual(await holds(store), ['4']);
  });

  it('ends a list after its first page, and a read after its first piece', async () => {
    const store = createMemoryDriver();
    for (let i = 0; i < 1001; i++) await store.put(pathOf(`/a/${i}`), CONTENT);
    const driver = faulty(store, (call) => (['walk', 'chunks'].includes(call.operation) ? half : undefined));
    let entries = 0;
    const walk = async (): Promise<void> => {
      for await (const page of driver.walk(pathOf('/a'))) entries += page.length;
    };
    await fails(walk(), 'failed');
    assert.equal(entries, 1000);

    const reader = await driver.open(pathOf('/a/1'));
    const seen: Buffer[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of reader.chunks()) seen.push(Buffer.from(chunk));
    };
    await fails(read(), 'failed');
    assert.deepEqual(seen, [CONTENT]);
  });

  it('frees what a call had opened that fails after its effect', async () => {
    const closed: string[] = [];
    const store = createMemoryDriver();
    await store.put(PATH, CONTENT);
    const watched: StorageDriver = {
      ...store,
      open: async (path, options) => ({ ...(await store.open(path, options)), close: async () => void closed.push('reader') }),
      append: async (path, at, options) => ({
        ...(await store.append(path, at, options)),
        close: async () => void closed.push('writer'),
      }),
    };
    const driver = faulty(watched, () => ({ fault: 'failed', when: 'after' }));
    await fails(driver.open(PATH), 'failed');
    await fails(driver.append(PATH, CONTENT.length), 'failed');
    assert.deepEqual(closed, ['reader', 'writer']);
  });
});
