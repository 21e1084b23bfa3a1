import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAbort } from '../../src/core/errors.js';
import { checked, isStoragePath } from '../../src/driver/checked.js';
import { DriverError, type StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { at, bytes, pieces } from '../suites/driver/store.js';

/** A driver whose calls all fail with this error. */
function failing(error: Error): StorageDriver {
  const fail = async (): Promise<never> => {
    throw error;
  };
  // biome-ignore lint/correctness/useYield: it fails before its first page.
  async function* pages(): AsyncGenerator<never> {
    throw error;
  }
  const driver = createMemoryDriver();
  const calls = { read: fail, open: fail, stat: fail, put: fail, touch: fail, move: fail, remove: fail, removeFolder: fail };
  return {
    ...driver,
    ...calls,
    removeTree: fail,
    makeFolder: fail,
    append: fail,
    appended: fail,
    settle: fail,
    list: pages,
    walk: pages,
  };
}

async function errorsOf(driver: StorageDriver): Promise<unknown[]> {
  const calls = [
    driver.read(at('a')),
    driver.open(at('a')),
    driver.stat(at('a')),
    driver.put(at('a'), bytes('x')),
    driver.touch(at('a')),
    driver.move(at('a'), at('b')),
    driver.remove([at('a')]),
    driver.removeFolder(at('a')),
    driver.removeTree(at('a')),
    driver.makeFolder(at('a')),
    driver.append(at('a'), 0),
    driver.appended(at('a')),
    driver.settle([at('a')]),
    driver.list(at('a'))[Symbol.asyncIterator]().next(),
    driver.walk(at('a'))[Symbol.asyncIterator]().next(),
  ];
  return (await Promise.allSettled<unknown>(calls)).map((outcome) =>
    outcome.status === 'rejected' ? outcome.reason : undefined,
  );
}

describe('a checked driver', () => {
  it('tells any error of the driver as failed, with the path and the cause', async () => {
    const cause = new RangeError('of the driver');
    for (const error of await errorsOf(checked(failing(cause)))) {
      assert.ok(error instanceof DriverError);
      assert.equal(error.fault, 'failed');
      assert.equal(error.path, at('a'));
      assert.equal(error.cause, cause);
    }
  });

  it('passes on faults and aborts as they are', async () => {
    const own = new DriverError('no-space', 'put', '/elsewhere');
    for (const error of await errorsOf(checked(failing(own)))) assert.equal(error, own);
    const abort = new DOMException('aborted', 'AbortError');
    for (const error of await errorsOf(checked(failing(abort)))) assert.ok(isAbort(error));
  });

  it('tells errors of readers and of commits, and leaves those of a source to who gave it', async () => {
    const cause = new RangeError('of the driver');
    const memory = createMemoryDriver();
    await memory.put(at('a'), bytes('content'));
    const driver = checked({
      ...memory,
      open: async (path) => ({
        ...(await memory.open(path)),
        // biome-ignore lint/correctness/useYield: it fails before its first piece.
        async *chunks() {
          throw cause;
        },
      }),
      append: async (path, offset) => ({ ...(await memory.append(path, offset)), commit: () => Promise.reject(cause) }),
    });
    const told = (error: unknown): boolean => error instanceof DriverError && error.fault === 'failed' && error.cause === cause;
    const reader = await driver.open(at('a'));
    await assert.rejects(reader.chunks()[Symbol.asyncIterator]().next(), told);
    const writer = await driver.append(at('b'), 0);
    await assert.rejects(writer.commit(), told);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces('some');
      throw cause;
    }
    await assert.rejects(writer.write(broken()), (error) => error === cause);
  });
});

describe('the spelling of paths', () => {
  it('takes letters, digits and . _ - in parts of up to 255, and no part that is . or ..', () => {
    for (const path of ['/a', '/A/b.c/_d-e', '/...', '/.a', `/${'x'.repeat(255)}`]) assert.ok(isStoragePath(path), path);
    for (const path of ['', '/', 'a', '/a/', '//a', '/.', '/a/../b', '/a b', '/ä', `/${'x'.repeat(256)}`]) {
      assert.ok(!isStoragePath(path), path);
    }
  });
});
