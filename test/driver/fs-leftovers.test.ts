/** What crashes and people leave in the folder: temporary files, empty links, folders half made, symbolic links, odd names. */
import assert from 'node:assert/strict';
import { access, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { collectPages } from '../../src/core/pages.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { at, bytes, fails, outcomeOf, TOP } from '../suites/driver/store.js';
import { pathOf } from '../support/stored-paths.js';
import { onFolder } from './fs-store.js';

const TEMPORARY = '.lading-0123456789abcdef.tmp';
const HOUR_MS = 3600_000;

const there = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function namesIn(driver: StorageDriver, folder = TOP): Promise<string[]> {
  return (await collectPages(driver.list(folder))).map((entry) => entry.name);
}

/** A folder outside of the store. */
async function elsewhere(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lading-elsewhere-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('a temporary file that a crash has left', () => {
  it('is shown by no list and no walk', () =>
    onFolder(async (driver, root) => {
      await driver.put(at('f/a'), bytes('x'));
      await writeFile(`${root}${at('f')}/${TEMPORARY}`, 'half');
      assert.deepEqual(await namesIn(driver, at('f')), ['a']);
      assert.equal((await collectPages(driver.walk(TOP))).length, 1);
    }));

  it('is removed by a list once it is older than a day, and no sooner', () =>
    onFolder(async (driver, root) => {
      await driver.put(at('f/a'), bytes('x'));
      const file = `${root}${at('f')}/${TEMPORARY}`;
      await writeFile(file, 'half');
      const setAge = (hours: number): Promise<void> => {
        const time = new Date(Date.now() - hours * HOUR_MS);
        return utimes(file, time, time);
      };
      await setAge(23);
      await namesIn(driver, at('f'));
      assert.ok(await there(file));
      await setAge(25);
      // Nothing has changed in the folder, and a listing of it may be remembered: another driver looks afresh.
      await namesIn(await createFsDriver({ root }), at('f'));
      assert.ok(!(await there(file)));
    }));

  it('keeps its folder from being removed as empty, and goes with the tree', () =>
    onFolder(async (driver, root) => {
      await driver.makeFolder(at('f'));
      await writeFile(`${root}${at('f')}/${TEMPORARY}`, 'half');
      assert.equal(await driver.removeFolder(at('f')), false);
      await driver.removeTree(at('f'));
      assert.deepEqual(await namesIn(driver), []);
    }));
});

describe('an object without bytes and a folder half made', () => {
  it('are what they are: an empty object, an empty folder', () =>
    onFolder(async (driver, root) => {
      await mkdir(`${root}${at('tags/latest/current')}`, { recursive: true });
      await writeFile(`${root}${at('tags/latest/current/link')}`, '');
      await mkdir(`${root}${at('half')}`);
      assert.equal((await driver.read(at('tags/latest/current/link'))).length, 0);
      assert.deepEqual(await namesIn(driver), ['half', 'tags']);
      await driver.put(at('half/way/a'), bytes('x'));
      await driver.put(at('tags/latest/current/link'), bytes('x'), { ifMatch: bytes('') });
    }));
});

describe('the names that the driver keeps for itself', () => {
  it('are refused as paths', () =>
    onFolder(async (driver) => {
      for (const name of ['/.lading', '/.lading/locks', `/t/${TEMPORARY}`, '/t/.lading-other/a']) {
        const path = pathOf(name);
        await fails(driver.read(path), 'invalid-path');
        await fails(driver.put(path, bytes('x')), 'invalid-path');
        await fails(driver.append(path, 0), 'invalid-path');
        await fails(driver.remove([path]), 'invalid-path');
        await fails(driver.removeTree(path), 'invalid-path');
      }
    }));

  it('and names that no driver can spell are left out of lists, and go with the tree', () =>
    onFolder(async (driver, root) => {
      await driver.put(at('f/a'), bytes('x'));
      for (const name of ['with space', 'ümlaut', 'a:b', '.lading-other']) await writeFile(`${root}${at('f')}/${name}`, 'x');
      assert.deepEqual(await namesIn(driver, at('f')), ['a']);
      await driver.removeTree(at('f'));
      assert.ok(!(await there(`${root}${at('f')}`)));
    }));
});

describe('a symbolic link', () => {
  const TREE = '/docker/registry/v2';

  it('at the root, at blobs and at repositories is followed', () =>
    elsewhere((other) =>
      onFolder(async (_driver, folder) => {
        const root = join(folder, 'root');
        await mkdir(join(other, 'data'));
        await symlink(join(other, 'data'), root);
        await mkdir(`${root}${TREE}`, { recursive: true });
        for (const name of ['blobs', 'repositories']) {
          await mkdir(join(other, name));
          await symlink(join(other, name), `${root}${TREE}/${name}`);
        }
        const driver = await createFsDriver({ root });
        const blob = pathOf(`${TREE}/blobs/sha256/aa/data`);
        await driver.put(blob, bytes('content'));
        assert.ok(await there(join(other, 'blobs/sha256/aa/data')));
        assert.deepEqual(await namesIn(driver, pathOf(TREE)), ['blobs', 'repositories']);
        assert.deepEqual(
          (await collectPages(driver.walk(pathOf(TREE)))).map((entry) => entry.path),
          [blob],
        );
        await driver.move(blob, pathOf(`${TREE}/repositories/moved`));
        assert.equal((await driver.read(pathOf(`${TREE}/repositories/moved`))).toString(), 'content');
        assert.equal(await driver.removeFolder(pathOf(`${TREE}/blobs`)), false);
        await driver.settle([pathOf(`${TREE}/blobs`), pathOf(`${TREE}/repositories/moved`)]);
      }),
    ));

  it('that leads nowhere at such a place is absent', () =>
    onFolder(async (driver, root) => {
      await mkdir(`${root}${TREE}`, { recursive: true });
      await symlink('/nowhere/at/all', `${root}${TREE}/blobs`);
      assert.deepEqual(await namesIn(driver, pathOf(TREE)), []);
      assert.equal(await outcomeOf(driver.read(pathOf(`${TREE}/blobs/a`))), 'not-found');
    }));

  it('anywhere else is no object and no folder, whatever it leads to', () =>
    elsewhere((other) =>
      onFolder(async (driver, root) => {
        await writeFile(join(other, 'secret'), 'secret');
        const below = pathOf(`${TREE}/repositories`);
        await driver.put(pathOf(`${below}/real`), bytes('x'));
        await symlink(join(other, 'secret'), `${root}${below}/file`);
        await symlink(other, `${root}${below}/folder`);
        const [file, folder] = [pathOf(`${below}/file`), pathOf(`${below}/folder`)];
        assert.deepEqual(await namesIn(driver, below), ['real']);
        for (const path of [file, folder]) {
          await fails(driver.read(path), 'not-found');
          await fails(driver.open(path), 'not-found');
          await fails(driver.stat(path), 'not-found');
          await fails(driver.touch(path), 'not-found');
          await fails(driver.move(path, pathOf(`${below}/moved`)), 'not-found');
          await fails(driver.append(path, 0), 'condition-failed');
        }
        // A put replaces the link, and a removal takes the link away: what it leads to stays.
        await driver.put(file, bytes('ours'));
        assert.equal((await driver.read(file)).toString(), 'ours');
        await driver.removeTree(folder);
        assert.ok(await there(join(other, 'secret')));
        assert.deepEqual(await namesIn(driver, below), ['file', 'real']);
      }),
    ));
});
