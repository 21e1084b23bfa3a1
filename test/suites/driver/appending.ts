/** Growing objects: writers, their offsets, and more than one of them. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { appendAll, at, bytes, fails, type On, outcomeOf, patterned, pieces, signalled } from './store.js';

export function appendCases(on: On): void {
  it(
    'appends pieces of any size, from a stream and from any other source',
    on(async ({ driver }) => {
      const content = patterned((3 << 20) + 11);
      const cuts = [0, 0, 1, 2, 70_000, 70_000, 1 << 20, (2 << 20) + 5, content.length];
      const cut = cuts.slice(1).map((end, i) => content.subarray(cuts[i], end));
      for (const source of [pieces(...cut), Readable.from(cut.filter((piece) => piece.length > 0))]) {
        const writer = await driver.append(at('a'), 0);
        const seen: Buffer[] = [];
        assert.equal(await writer.write(source, { tap: (piece) => void seen.push(Buffer.from(piece)) }), content.length);
        assert.equal(writer.size, content.length);
        await writer.commit();
        assert.ok(Buffer.concat(seen).equals(content));
        assert.ok((await driver.read(at('a'))).equals(content));
        await driver.remove([at('a')]);
      }
    }),
  );

  it(
    'copies what a source reuses',
    on(async ({ driver }) => {
      const buffer = Buffer.alloc(1000);
      async function* reusing(): AsyncGenerator<Uint8Array> {
        for (let i = 0; i < 300; i++) yield buffer.fill(i);
      }
      const writer = await driver.append(at('a'), 0);
      await writer.write(reusing());
      await writer.commit();
      const found = await driver.read(at('a'));
      for (let i = 0; i < 300; i++) assert.ok(found.subarray(i * 1000, (i + 1) * 1000).equals(Buffer.alloc(1000, i)), `${i}`);
    }),
  );

  it(
    'keeps what was written for a later writer, in the same process or another',
    on(async ({ driver, second = driver }) => {
      const first = await driver.append(at('u/data'), 0);
      await first.write(pieces('hello '));
      await first.close();
      await first.close();
      assert.equal(await second.appended(at('u/data')), 6);
      const next = await second.append(at('u/data'), 6);
      assert.equal(next.size, 6);
      assert.equal(await next.write(pieces('wo', '', 'rld')), 5);
      await next.commit();
      await next.close();
      assert.equal((await driver.read(at('u/data'))).toString(), 'hello world');
      assert.equal(await driver.appended(at('u/data')), 11);
    }),
  );

  it(
    'commits an object without bytes, and one to which nothing more was written',
    on(async ({ driver }) => {
      const empty = await driver.append(at('empty'), 0);
      await empty.commit();
      assert.equal((await driver.stat(at('empty'))).size, 0);
      const writer = await driver.append(at('a'), 0);
      await writer.write(pieces('content'));
      await writer.close();
      await (await driver.append(at('a'), 7)).commit({ volatile: true });
      assert.equal((await driver.read(at('a'))).toString(), 'content');
    }),
  );

  it(
    'refuses to append anywhere but at the end, and changes nothing by it',
    on(async ({ driver, second = driver }) => {
      await fails(driver.append(at('a'), 5), 'not-found');
      await fails(driver.appended(at('a')), 'not-found');
      await appendAll(driver, at('a'), 0, bytes('12345'));
      for (const offset of [0, 1, 4, 6, 5_000_000_000]) {
        await fails(driver.append(at('a'), offset), 'conflict');
        await fails(second.append(at('a'), offset), 'conflict');
      }
      assert.equal((await driver.read(at('a'))).toString(), '12345');
    }),
  );

  it(
    'lets a running writer go on when another one asks for the wrong offset',
    on(async ({ driver }) => {
      const writer = await driver.append(at('a'), 0);
      await writer.write(pieces('123'));
      await fails(driver.append(at('a'), 2), 'conflict');
      await writer.write(pieces('45'));
      await writer.commit();
      assert.equal((await driver.read(at('a'))).toString(), '12345');
    }),
  );

  it(
    'stores what arrived before the source failed, and passes its error on',
    on(async ({ driver }) => {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield bytes('arrived');
        throw new RangeError('the connection is gone');
      }
      for (const source of [broken(), Readable.from(broken(), { objectMode: false })]) {
        const writer = await driver.append(at('a'), 0);
        await assert.rejects(writer.write(source), RangeError);
        assert.equal(writer.size, 7);
        await writer.close();
        assert.equal(await driver.appended(at('a')), 7);
        await driver.remove([at('a')]);
      }
    }),
  );

  it(
    'passes on what the tap throws, and stores no piece that it did not like',
    on(async ({ driver }) => {
      const tap = (piece: Uint8Array): void => {
        if (piece[0] === 'x'.charCodeAt(0)) throw new RangeError('not this one');
      };
      for (const source of [pieces('good', 'xbad', 'more'), Readable.from([bytes('good'), bytes('xbad'), bytes('more')])]) {
        const writer = await driver.append(at('a'), 0);
        await assert.rejects(writer.write(source, { tap }), RangeError);
        await writer.close();
        assert.equal((await driver.read(at('a'))).toString(), 'good');
        await driver.remove([at('a')]);
      }
    }),
  );

  it(
    'lets the later of two writers take over, and ends the earlier one with conflict',
    on(async ({ driver }) => {
      const started = signalled();
      const resumed = signalled();
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield bytes('lost');
        started.go();
        await resumed.promise;
        yield bytes('more');
      }
      const earlier = await driver.append(at('a'), 0);
      const writing = outcomeOf(earlier.write(slow()));
      await started.promise;
      const size = await driver.appended(at('a'));
      const later = await driver.append(at('a'), size);
      await later.write(pieces('won'));
      resumed.go();
      assert.equal(await writing, 'conflict');
      await fails(earlier.commit(), 'conflict');
      await earlier.close();
      await later.commit();
      assert.equal((await driver.read(at('a'))).toString().slice(size), 'won');
    }),
  );

  it(
    'answers both a commit and a writer that would take over at the same time',
    on(async ({ driver }) => {
      for (let round = 0; round < 20; round++) {
        const earlier = await driver.append(at('a'), 0);
        await earlier.write(pieces('12345'));
        const committing = outcomeOf(earlier.commit().then(() => 'done'));
        for (let turns = 0; turns < round; turns++) await new Promise((go) => setImmediate(go));
        const later = await driver.append(at('a'), 5);
        await later.write(pieces('6'));
        assert.ok(['done', 'conflict'].includes(await committing));
        await later.close();
        await earlier.close();
        await driver.remove([at('a')]);
      }
    }),
  );

  it(
    'ends a writer with conflict when another driver has written to its object',
    on(async ({ driver, second = driver }) => {
      const first = await driver.append(at('a'), 0);
      await first.write(pieces('12345'));
      await appendAll(second, at('a'), 5, bytes('6789'));
      await fails(first.write(pieces('abc')), 'conflict');
      await fails(first.commit(), 'conflict');
      await first.close();
      assert.equal((await driver.read(at('a'))).toString(), '123456789');
    }),
  );

  it(
    'ends a writer with conflict when its object is removed, replaced or moved away',
    on(async ({ driver, second = driver }) => {
      for (const change of [
        () => second.remove([at('u/a')]),
        () => second.removeTree(at('u')),
        () => second.put(at('u/a'), bytes('12345')),
        () => second.move(at('u/a'), at('blob')),
      ]) {
        const writer = await driver.append(at('u/a'), 0);
        await writer.write(pieces('12345'));
        await change();
        await fails(writer.write(pieces('678')), 'conflict');
        await fails(writer.commit(), 'conflict');
        await writer.close();
        for (const path of [at('u/a'), at('blob')]) {
          const left = await outcomeOf(driver.read(path));
          assert.ok(left === 'not-found' || left.toString() === '12345', `${path}: ${left}`);
        }
        await driver.removeTree(at('u'));
      }
    }),
  );

  it(
    'takes no write after the end',
    on(async ({ driver }) => {
      const writer = await driver.append(at('a'), 0);
      await writer.write(pieces('12345'));
      await writer.commit();
      await fails(writer.write(pieces('6')), 'failed');
      await fails(writer.commit(), 'failed');
      await writer.close();
      assert.equal((await driver.read(at('a'))).toString(), '12345');
    }),
  );

  it(
    'runs many writers at once, each with its own bytes',
    on(async ({ driver, second = driver }) => {
      const contents = Array.from({ length: 10 }, (_, i) => patterned(300_000 + i * 1000, i + 1));
      await Promise.all(contents.map((content, i) => appendAll(i % 2 ? driver : second, at(`${i}/data`), 0, content)));
      for (const [i, content] of contents.entries()) assert.ok((await driver.read(at(`${i}/data`))).equals(content), `${i}`);
    }),
  );
}
