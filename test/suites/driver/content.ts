/** Whole objects and ranges: put, read, open, stat. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { pathOf } from '../../support/stored-paths.js';
import { at, bytes, drain, fails, type On, patterned } from './store.js';

const SIZES = [0, 1, 8191, 8192, 8193, 65_537, (1 << 20) - 1, 1 << 20, (2 << 20) + 3];

export function contentCases(on: On): void {
  it(
    'gives back what was put, of any size',
    on(async ({ driver }) => {
      for (const size of SIZES) {
        const content = patterned(size);
        await driver.put(at('a'), content);
        assert.ok((await driver.read(at('a'))).equals(content), `read ${size}`);
        const reader = await driver.open(at('a'));
        assert.equal(reader.size, size);
        assert.deepEqual(reader.range, { start: 0, end: size });
        assert.ok((await drain(reader)).equals(content), `open ${size}`);
        assert.equal((await driver.stat(at('a'))).size, size);
      }
    }),
  );

  it(
    'keeps its own copy of what was put',
    on(async ({ driver }) => {
      const content = bytes('before');
      await driver.put(at('a'), content);
      content.fill('x');
      assert.equal((await driver.read(at('a'))).toString(), 'before');
    }),
  );

  it(
    'reads any range, cut to the object',
    on(async ({ driver }) => {
      const size = (1 << 20) + 100;
      const content = patterned(size);
      await driver.put(at('a'), content);
      for (const [start, end] of [
        [0, 1],
        [0, size],
        [1, 1],
        [size - 1, size],
        [size, size + 5],
        [size + 5, size + 9],
        [512 * 1024 - 1, 512 * 1024 + 1],
        [3, 1 << 20],
        [10, Number.MAX_SAFE_INTEGER],
      ] as const) {
        const reader = await driver.open(at('a'), { range: { start, end } });
        assert.equal(reader.size, size);
        assert.deepEqual(reader.range, { start: Math.min(start, size), end: Math.min(end, size) });
        assert.ok((await drain(reader)).equals(content.subarray(start, end)), `${start}-${end}`);
      }
    }),
  );

  it(
    'tells name, size and time of an object',
    on(async ({ driver }) => {
      const before = Date.now();
      await driver.put(at('folder/a'), bytes('content'));
      const { modified, ...entry } = await driver.stat(at('folder/a'));
      assert.deepEqual(entry, { path: at('folder/a'), name: 'a', folder: false, size: 7 });
      // Clocks of a file system may tick some milliseconds behind.
      if (modified) assert.ok(Math.abs(modified.getTime() - before) < 60_000, modified.toISOString());
    }),
  );

  it(
    'answers not-found for what is missing, for a folder and below an object',
    on(async ({ driver }) => {
      await driver.put(at('folder/object'), bytes('content'));
      for (const path of [at('missing'), at('missing/below'), at('folder'), at('folder/object/below'), at('folder/object2')]) {
        await fails(driver.read(path), 'not-found');
        await fails(driver.open(path), 'not-found');
        await fails(driver.stat(path), 'not-found');
        await fails(driver.touch(path), 'not-found');
        await fails(driver.appended(path), 'not-found');
        await fails(driver.append(path, 1), 'not-found');
        await fails(driver.move(path, at('target')), 'not-found');
        await fails(driver.remove([path], { ifMatch: bytes('content') }), 'not-found');
      }
      await fails(driver.stat(at('target')), 'not-found');
    }),
  );

  it(
    'refuses an object where a folder is, and below an object, and leaves everything as it was',
    on(async ({ driver }) => {
      await driver.put(at('folder/object'), bytes('content'));
      if (!driver.features.folders) return;
      for (const path of [at('folder'), at('folder/object/below'), at('folder/object/far/below')]) {
        await fails(driver.put(path, bytes('other')), 'condition-failed');
        await fails(driver.put(path, bytes('other'), { ifAbsent: true }), 'condition-failed');
        await fails(driver.append(path, 0), 'condition-failed');
        if (path !== at('folder')) await fails(driver.makeFolder(path), 'condition-failed');
      }
      await fails(driver.makeFolder(at('folder/object')), 'condition-failed');
      const names: string[] = [];
      for await (const page of driver.list(at('folder'))) names.push(...page.map((entry) => entry.name));
      assert.deepEqual(names, ['object']);
      assert.equal((await driver.read(at('folder/object'))).toString(), 'content');
    }),
  );

  it(
    'keeps apart names that begin with one another',
    on(async ({ driver }) => {
      const names = ['a/b', 'a-b', 'a.b', 'ab', 'a_b', 'a-', 'a.', 'A', 'a0', '.a', '-', '_', '...', 'a..b', '0'];
      for (const name of names) await driver.put(at(name), bytes(name));
      for (const name of names) assert.equal((await driver.read(at(name))).toString(), name);
      await driver.remove([at('a-b'), at('a/b')]);
      for (const name of names) {
        if (name === 'a-b' || name === 'a/b') await fails(driver.read(at(name)), 'not-found');
        else assert.equal((await driver.read(at(name))).toString(), name);
      }
    }),
  );

  it(
    'takes names of 255 characters and a path of many parts',
    on(async ({ driver }) => {
      const path = at(['x'.repeat(255), ...Array.from({ length: 12 }, (_, i) => `${i}`.repeat(100)), 'y'.repeat(255)].join('/'));
      await driver.put(path, bytes('deep'));
      assert.equal((await driver.read(path)).toString(), 'deep');
      await driver.put(path, bytes('deeper'), { ifMatch: bytes('deep') });
      assert.equal((await driver.stat(path)).size, 6);
    }),
  );

  it(
    'refuses every path that is not spelled as a path',
    on(async ({ driver }) => {
      const odd = [
        '',
        '/',
        't/a',
        '/t/',
        '//t',
        '/t//a',
        '/t/.',
        '/t/..',
        '/t/../u',
        '/t/a b',
        '/t/a\0',
        '/t/é',
        '/t/a\n',
        '/t/%2e',
      ];
      odd.push(`/t/${'x'.repeat(256)}`, '/t/a\\b', '/t/a:b', '/t/~');
      for (const text of odd) {
        const path = pathOf(text);
        const ok = at('fine');
        await fails(driver.read(path), 'invalid-path');
        await fails(driver.open(path), 'invalid-path');
        await fails(driver.stat(path), 'invalid-path');
        await fails(driver.put(path, bytes('x')), 'invalid-path');
        await fails(driver.touch(path), 'invalid-path');
        await fails(driver.move(path, ok), 'invalid-path');
        await fails(driver.move(ok, path), 'invalid-path');
        await fails(driver.remove([ok, path]), 'invalid-path');
        await fails(driver.removeFolder(path), 'invalid-path');
        await fails(driver.removeTree(path), 'invalid-path');
        await fails(driver.makeFolder(path), 'invalid-path');
        await fails(driver.append(path, 0), 'invalid-path');
        await fails(driver.appended(path), 'invalid-path');
        await fails(driver.settle([ok, path]), 'invalid-path');
        await fails(driver.list(path)[Symbol.asyncIterator]().next(), 'invalid-path');
        await fails(driver.walk(path)[Symbol.asyncIterator]().next(), 'invalid-path');
        assert.equal(driver.stamp(path), undefined);
      }
    }),
  );

  it(
    'shows readers the old object or the new one, never a part, while it is overwritten',
    on(async ({ driver, second = driver }) => {
      const versions = Array.from({ length: 12 }, (_, i) => Buffer.alloc(40_000 + i * 1000, i));
      await driver.put(at('a'), versions[0] ?? bytes(''));
      let writing = true;
      const read = async (from: typeof driver): Promise<void> => {
        while (writing) {
          const content = await from.read(at('a'));
          assert.ok(versions[content[0] ?? 0]?.equals(content), `${content.length} bytes of version ${content[0]}`);
        }
      };
      const readers = [read(driver), read(second), read(driver)];
      try {
        for (const version of versions) await driver.put(at('a'), version);
      } finally {
        writing = false;
      }
      await Promise.all(readers);
    }),
  );

  it(
    'lets a reader that has opened an object read it to its end, whatever happens to the path',
    on(async ({ driver }) => {
      const content = patterned(3 << 20);
      for (const change of [
        () => driver.put(at('a'), bytes('other')),
        () => driver.remove([at('a')]),
        () => driver.move(at('a'), at('b')),
        () => driver.removeTree(at('a')),
      ]) {
        await driver.put(at('a'), content);
        const reader = await driver.open(at('a'));
        await change();
        assert.ok((await drain(reader)).equals(content));
      }
    }),
  );

  it(
    'ends a read with an error when the reader is closed meanwhile, and closes as often as one likes',
    on(async ({ driver }) => {
      await driver.put(at('a'), patterned(4 << 20));
      const reader = await driver.open(at('a'));
      const reading = async (): Promise<void> => {
        for await (const _chunk of reader.chunks()) await reader.close();
      };
      await fails(reading(), 'failed');
      await reader.close();
    }),
  );

  it(
    'keeps a piece that was handed out until the piece after the next one is asked for',
    on(async ({ driver }) => {
      const content = patterned((3 << 20) + 17);
      await driver.put(at('a'), content);
      const reader = await driver.open(at('a'));
      let last: { piece: Uint8Array; from: number } | undefined;
      let from = 0;
      for await (const piece of reader.chunks()) {
        assert.ok(piece.length <= 1 << 20);
        if (last) assert.ok(content.subarray(last.from, from).equals(last.piece));
        last = { piece, from };
        from += piece.length;
      }
      assert.equal(from, content.length);
    }),
  );
}
