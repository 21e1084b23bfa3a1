/** Lists and walks: order, pages, and where they start. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { collectPages } from '../../../src/core/pages.js';
import type { Entry, ListEntriesOptions, StorageDriver } from '../../../src/driver/driver.js';
import { pathOf } from '../../support/stored-paths.js';
import { at, bytes, type On, TOP } from './store.js';

const ODD_NAMES = [
  'a',
  'a-b',
  'a.b',
  'ab',
  'a_b',
  'aB',
  'A',
  'a0',
  'a-',
  'a.',
  '-a',
  '.a',
  '_a',
  '0',
  '00',
  '9',
  '10',
  'Z',
  'z',
  '~',
];

async function listAll(driver: StorageDriver, folder = TOP, options: ListEntriesOptions = {}): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const page of driver.list(folder, options)) {
    assert.ok(page.length > 0, 'an empty page');
    all.push(...page);
  }
  return all;
}

const names = (entries: readonly Entry[]): string[] => entries.map((entry) => entry.name);

async function fill(driver: StorageDriver, folder: string, count: number): Promise<string[]> {
  const made = Array.from({ length: count }, (_, i) => `n${i}`);
  const putOne = async (from: number): Promise<void> => {
    for (let i = from; i < count; i += 4) await driver.put(at(`${folder}/n${i}`), bytes('x'), { volatile: true });
  };
  await Promise.all([putOne(0), putOne(1), putOne(2), putOne(3)]);
  return made.sort();
}

/** Paths of one to three parts that sort oddly, of which none is a folder of another. */
const pathSets = fc
  .uniqueArray(
    fc
      .array(fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '_', 'B', '0'), minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 3,
      })
      .filter((parts) => parts.every((part) => part !== '.' && part !== '..'))
      .map((parts) => parts.join('/')),
    { maxLength: 25 },
  )
  .map((paths) => paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`))));

/** What a list of the folder shows, by the plain words of the contract. */
function childrenOf(paths: readonly string[], folder: string): { name: string; folder: boolean }[] {
  const below = paths.filter((path) => folder === '' || path.startsWith(`${folder}/`));
  const rests = below.map((path) => (folder === '' ? path : path.slice(folder.length + 1)));
  const unique = new Map(rests.map((rest) => [rest.split('/')[0] ?? '', rest.includes('/')]));
  return [...unique].map(([name, isFolder]) => ({ name, folder: isFolder })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function walked(paths: readonly string[], folder = ''): string[] {
  return childrenOf(paths, folder).flatMap(({ name, folder: isFolder }) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    return isFolder ? walked(paths, path) : [path];
  });
}

export function listingCases(on: On): void {
  it(
    'lists in byte order what sorts oddly, from any start',
    on(async ({ driver }) => {
      const made = ODD_NAMES.filter((name) => name !== '~');
      for (const name of made) await driver.put(at(name === 'a' ? 'a/below' : name), bytes(name), { volatile: true });
      const sorted = [...made].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
      assert.deepEqual(names(await listAll(driver)), sorted);
      for (const after of ['', '+', 'a', 'a-', 'a-b', 'a-a', 'a/', 'aa', 'zz', '~', ...made]) {
        assert.deepEqual(
          names(await listAll(driver, TOP, { after })),
          sorted.filter((name) => name > after),
          `after ${after}`,
        );
      }
    }),
  );

  it(
    'tells folders from objects, and the sizes of objects',
    on(async ({ driver }) => {
      await driver.put(at('folder/object'), bytes('x'));
      await driver.put(at('object'), bytes('content'));
      const [folder, object] = await listAll(driver);
      assert.deepEqual(
        { ...folder, modified: undefined },
        { path: at('folder'), name: 'folder', folder: true, size: 0, modified: undefined },
      );
      assert.deepEqual(
        { ...object, modified: undefined },
        { path: at('object'), name: 'object', folder: false, size: 7, modified: undefined },
      );
    }),
  );

  it(
    'tells when the names of a folder last changed, where it is asked to and has folders',
    on(async ({ driver }) => {
      const before = Date.now();
      await driver.put(at('f/folder/object'), bytes('x'));
      const time = async (folderTimes: boolean) => (await listAll(driver, at('f'), { folderTimes }))[0]?.modified?.getTime();
      assert.equal(await time(false), undefined);
      const first = await time(true);
      if (!driver.features.folders) return assert.equal(first, undefined);
      // File systems keep times by a clock of their own, which ticks a little behind.
      assert.ok(first !== undefined && first > before - 2000 && first <= Date.now() + 2000);
      // The clock of a file system ticks now and then, and what falls into one tick has one time.
      let emptied = first;
      for (let tries = 0; tries < 1000 && emptied <= first; tries++) {
        await pause(10);
        await driver.put(at('f/folder/object'), bytes('a'));
        await driver.remove([at('f/folder/object')]);
        emptied = (await time(true)) ?? 0;
      }
      assert.ok(emptied > first);
      await driver.removeFolder(at('f/folder'));
      assert.equal(await time(true), undefined);
    }),
  );

  it(
    'lists nothing for what is missing and for an object',
    on(async ({ driver }) => {
      await driver.put(at('object'), bytes('x'));
      for (const path of [at('missing'), at('object'), at('object/below')]) {
        assert.deepEqual(await listAll(driver, path), []);
        assert.deepEqual(await collectPages(driver.walk(path)), []);
      }
    }),
  );

  it(
    'lists whole at the edges of pages',
    on(async ({ driver }) => {
      for (const count of [0, 1, 999, 1000, 1001]) {
        const made = await fill(driver, `f${count}`, count);
        const folder = at(`f${count}`);
        assert.deepEqual(names(await listAll(driver, folder)), made);
        assert.deepEqual(names(await collectPages(driver.walk(folder))), made);
        for (const limit of [0, 1, 999, 1000, 1001]) {
          assert.deepEqual(names(await listAll(driver, folder, { limit })), made.slice(0, limit), `${count}, at most ${limit}`);
        }
        for (const start of [0, count - 2, count - 1].filter((index) => index >= 0)) {
          const after = made[start] ?? '';
          assert.deepEqual(names(await listAll(driver, folder, { after })), made.slice(start + 1), `${count}, after ${after}`);
          assert.deepEqual(names(await listAll(driver, folder, { after, limit: 1 })), made.slice(start + 1, start + 2));
        }
      }
    }),
  );

  it(
    'sees each change at once, also in a folder that was listed before',
    on(async ({ driver, second = driver, age }) => {
      await driver.put(at('f/a'), bytes('x'));
      age();
      for (let i = 0; i < 5; i++) {
        assert.deepEqual(names(await listAll(driver, at('f'))), ['a']);
        await second.put(at('f/b'), bytes('x'));
        assert.deepEqual(names(await listAll(driver, at('f'))), ['a', 'b']);
        await second.remove([at('f/b')]);
        age();
      }
    }),
  );

  it(
    'lists and walks any set of paths as a sorted model does, from any start and to any limit',
    on(async ({ driver }) => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          pathSets,
          fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '0'), maxLength: 3 }),
          fc.nat(6),
          async (paths, after, limit) => {
            const folder = `r${++run}`;
            for (const path of paths) await driver.put(at(`${folder}/${path}`), bytes(path), { volatile: true });
            const folders = new Set([
              '',
              ...paths.flatMap((path) => path.split('/').map((_, i, all) => all.slice(0, i).join('/'))),
            ]);
            for (const inner of folders) {
              const path = pathOf(inner === '' ? at(folder) : `${at(folder)}/${inner}`);
              const expected = childrenOf(paths, inner);
              const shown = (entries: readonly Entry[]) =>
                entries.map(({ name, folder: isFolder }) => ({ name, folder: isFolder }));
              assert.deepEqual(shown(await listAll(driver, path)), expected);
              assert.deepEqual(
                shown(await listAll(driver, path, { after, limit })),
                expected.filter(({ name }) => name > after).slice(0, limit),
              );
              for (const { name } of expected.slice(0, 3)) {
                assert.deepEqual(
                  shown(await listAll(driver, path, { after: name })),
                  expected.filter((child) => child.name > name),
                );
              }
            }
            const all = await collectPages(driver.walk(at(folder)));
            assert.deepEqual(
              all.map((entry) => entry.path),
              walked(paths).map((path) => `${at(folder)}/${path}`),
            );
          },
        ),
        { numRuns: 25 },
      );
    }),
  );

  it(
    'walks in the order of names on each level, with pages that cross folders',
    on(async ({ driver }) => {
      const made: string[] = [];
      for (const folder of ['a', 'a-b', 'ab'])
        made.push(...(await fill(driver, folder, 400)).map((name) => `${at(folder)}/${name}`));
      await driver.put(at('a.b'), bytes('x'));
      const pages: number[] = [];
      const all: string[] = [];
      for await (const page of driver.walk(TOP)) {
        pages.push(page.length);
        all.push(...page.map((entry) => entry.path));
      }
      assert.deepEqual(all, [...made.slice(0, 400), ...made.slice(400, 800), at('a.b'), ...made.slice(800)]);
      assert.ok(pages.every((length) => length > 0));
    }),
  );

  it(
    'can be left in the middle of a list and of a walk',
    on(async ({ driver }) => {
      await fill(driver, 'f', 30);
      await fill(driver, 'g', 30);
      for await (const _page of driver.list(at('f'))) break;
      for await (const _page of driver.walk(TOP)) break;
    }),
  );
}
