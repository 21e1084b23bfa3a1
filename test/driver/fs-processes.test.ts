/** Several processes on one folder, with nothing between them but the folder. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { type FileSystem, nodeFileSystem } from '../../src/driver/fs/system.js';
import { at, bytes, fails, pieces } from '../suites/driver/store.js';
import { shiftedClock } from '../support/shifted-clock.js';
import { pathOf } from '../support/stored-paths.js';
import { onFolder } from './fs-store.js';

const RIVAL = fileURLToPath(new URL('./fs-rival.js', import.meta.url));
const run = promisify(execFile);

describe('processes on one folder', () => {
  it('are first at a name one at a time, and lose no step of a count', () =>
    onFolder(async (driver, root) => {
      const rounds = 40;
      await driver.put(pathOf('/count'), bytes('0'));
      const rivals = await Promise.all(['a', 'b', 'c'].map((me) => run(process.execPath, [RIVAL, root, me, `${rounds}`])));
      const won = rivals.map(({ stdout }) => JSON.parse(stdout) as number[]);
      assert.deepEqual(
        won.flat().sort((a, b) => a - b),
        Array.from({ length: rounds }, (_, i) => i),
      );
      for (const [i, mine] of won.entries()) {
        for (const round of mine) assert.equal((await driver.read(pathOf(`/first/${round}`))).toString(), 'abc'[i]);
      }
      assert.equal((await driver.read(pathOf('/count'))).toString(), `${3 * rounds}`);
      assert.deepEqual(await readdir(`${root}/.lading/locks`), []);
    }));
});

describe('a process that is stopped before a write', () => {
  it('leaves no byte in what another one has made of the object meanwhile', () =>
    onFolder(async (driver, root) => {
      let others: (() => Promise<void>) | undefined;
      const system: FileSystem = {
        ...nodeFileSystem,
        async write(...args) {
          await others?.();
          return nodeFileSystem.write(...args);
        },
      };
      const stopped = await createFsDriver({ root, system });
      const late = await stopped.append(at('u/data'), 0);
      await late.write(pieces('hello '));
      others = async () => {
        const next = await driver.append(at('u/data'), 6);
        await next.write(pieces('world'));
        await next.commit();
        await driver.move(at('u/data'), at('blob'));
      };
      await fails(late.write(pieces('late')), 'conflict');
      await late.close();
      assert.equal((await driver.read(at('blob'))).toString(), 'hello world');
    }));
});

describe('a lock that a killed process has left', () => {
  /** A clock on which each pause of a waiter is a second. */
  const hurried = () => {
    const clock = shiftedClock();
    return { ...clock, sleep: async () => clock.advance(1000) };
  };

  /** The name of the path's lock, found by taking it. */
  async function lockOf(root: string, path: ReturnType<typeof at>): Promise<string> {
    let name = '';
    const system: FileSystem = {
      ...nodeFileSystem,
      async rename(from, to) {
        if (to.endsWith(path)) [name = ''] = await readdir(`${root}/.lading/locks`);
        return nodeFileSystem.rename(from, to);
      },
    };
    const driver = await createFsDriver({ root, system });
    await driver.put(path, bytes('0'), { ifMatch: bytes('') });
    return name;
  }

  it('is broken once it has been watched unchanged for 10 s, whatever its time says', () =>
    onFolder(async (driver, root) => {
      await driver.put(at('a'), bytes(''));
      const lock = `${root}/.lading/locks/${await lockOf(root, at('a'))}`;
      await writeFile(lock, '');
      const clock = hurried();
      const waiting = await createFsDriver({ root, clock });
      const before = clock.monotonic();
      await waiting.put(at('a'), bytes('1'), { ifMatch: bytes('0') });
      assert.ok(clock.monotonic() - before > 10_000);
      assert.equal((await driver.read(at('a'))).toString(), '1');
      assert.deepEqual(await readdir(`${root}/.lading/locks`), []);
    }));

  it('is waited for no longer than a minute when it cannot be broken', () =>
    onFolder(async (driver, root) => {
      await driver.put(at('a'), bytes(''));
      const lock = `${root}/.lading/locks/${await lockOf(root, at('a'))}`;
      const clock = hurried();
      // Others take it again and again: each look finds another lock.
      let taken = 0;
      const system: FileSystem = {
        ...nodeFileSystem,
        factsAt: async (path) => ({ ...(await nodeFileSystem.factsAt(path)), ...(path === lock ? { inode: ++taken } : {}) }),
      };
      await mkdir(`${root}/.lading/locks`, { recursive: true });
      await writeFile(lock, '');
      const waiting = await createFsDriver({ root, clock, system });
      await fails(waiting.put(at('a'), bytes('1'), { ifMatch: bytes('0') }), 'unavailable');
      assert.equal((await driver.read(at('a'))).toString(), '0');
      assert.deepEqual(await readdir(`${root}/.lading/locks`), [lock.slice(lock.lastIndexOf('/') + 1)]);
    }));

  it('gives up its own when it has been held for too long', () =>
    onFolder(async (driver, root) => {
      await driver.put(at('a'), bytes('0'));
      const clock = shiftedClock();
      let reads = 0;
      const system: FileSystem = {
        ...nodeFileSystem,
        read(...args) {
          // Stopped for 6 s while it compares under the lock.
          if (++reads === 2) clock.advance(6000);
          return nodeFileSystem.read(...args);
        },
      };
      const stopped = await createFsDriver({ root, clock, system });
      await fails(stopped.put(at('a'), bytes('1'), { ifMatch: bytes('0') }), 'unavailable');
      assert.equal((await driver.read(at('a'))).toString(), '0');
    }));
});
