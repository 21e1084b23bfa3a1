/** Signals: before a call, and in the middle of a stream. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { isAbort } from '../../../src/core/errors.js';
import { at, bytes, fails, type On, patterned, signalled, TOP } from './store.js';

const aborted = (call: Promise<unknown>): Promise<void> => assert.rejects(call, (error) => isAbort(error));

export function abortCases(on: On): void {
  it(
    'refuses each call whose signal has fired, and does nothing',
    on(async ({ driver }) => {
      await driver.put(at('a'), bytes('content'));
      const signal = AbortSignal.abort(new Error('the client is gone'));
      const take = async (pages: AsyncIterable<unknown>): Promise<void> => {
        for await (const _page of pages) assert.fail('a page');
      };
      await aborted(driver.read(at('a'), { signal }));
      await aborted(driver.open(at('a'), { signal }));
      await aborted(driver.stat(at('a'), { signal }));
      await aborted(driver.put(at('b'), bytes('x'), { signal }));
      await aborted(driver.touch(at('a'), { signal }));
      await aborted(driver.move(at('a'), at('b'), { signal }));
      await aborted(driver.remove([at('a')], { signal }));
      await aborted(driver.remove([at('a')], { signal, ifMatch: bytes('content') }));
      await aborted(driver.removeFolder(TOP, { signal }));
      await aborted(driver.removeTree(TOP, { signal }));
      await aborted(driver.makeFolder(at('c'), { signal }));
      await aborted(driver.append(at('d'), 0, { signal }));
      await aborted(driver.appended(at('a'), { signal }));
      await aborted(driver.settle([at('a')], { signal }));
      await aborted(take(driver.list(TOP, { signal })));
      await aborted(take(driver.walk(TOP, { signal })));
      assert.equal((await driver.read(at('a'))).toString(), 'content');
      for (const name of ['b', 'c', 'd']) await fails(driver.stat(at(name)), 'not-found');
    }),
  );

  it(
    'ends a read in the middle, and frees its handle',
    on(async ({ driver }) => {
      await driver.put(at('a'), patterned(5 << 20));
      const stop = new AbortController();
      const reader = await driver.open(at('a'), { signal: stop.signal });
      let pieces = 0;
      const read = async (): Promise<void> => {
        for await (const _piece of reader.chunks()) if (++pieces === 2) stop.abort();
      };
      await aborted(read());
      assert.equal(pieces, 2);
      await reader.close();
    }),
  );

  it(
    'frees the handle of a read that is left early',
    on(async ({ driver }) => {
      await driver.put(at('a'), patterned(5 << 20));
      const reader = await driver.open(at('a'));
      for await (const _piece of reader.chunks()) break;
      await reader.close();
      const unread = await driver.open(at('a'));
      await unread.close();
    }),
  );

  it(
    'ends a write in the middle, keeps what arrived, and does not wait for a source that hangs',
    on(async ({ driver }) => {
      const hanging = (arrived: () => void) =>
        async function* (): AsyncGenerator<Uint8Array> {
          yield bytes('arrived');
          arrived();
          await new Promise(() => undefined);
        };
      for (const wrap of [
        (source: AsyncIterable<Uint8Array>) => source,
        (source: AsyncIterable<Uint8Array>) => Readable.from(source),
      ]) {
        const stop = new AbortController();
        const arrived = signalled();
        const writer = await driver.append(at('a'), 0);
        const source = wrap(hanging(arrived.go)());
        const writing = aborted(writer.write(source, { signal: stop.signal }));
        await arrived.promise;
        stop.abort();
        await writing;
        await writer.close();
        if (source instanceof Readable) source.destroy();
        const left = await driver.appended(at('a'));
        assert.ok(left === 7 || left === 0, `${left} bytes`);
        assert.equal(left, writer.size);
        await driver.remove([at('a')]);
      }
    }),
  );

  it(
    'ends a list and a walk between pages',
    on(async ({ driver }) => {
      const names = Array.from({ length: 1001 }, (_, i) => `f/n${i}`);
      for (const name of names) await driver.put(at(name), bytes('x'), { volatile: true });
      for (const open of [driver.list, driver.walk]) {
        const stop = new AbortController();
        const take = async (): Promise<void> => {
          for await (const _page of open(at('f'), { signal: stop.signal })) stop.abort();
        };
        await aborted(take());
      }
    }),
  );
}
