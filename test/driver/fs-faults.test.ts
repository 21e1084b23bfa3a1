/** Each system call of each change fails in turn: a clean fault, nothing half done, nothing left behind, nothing held open. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverFault, StorageDriver } from '../../src/driver/driver.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import type { FileSystem } from '../../src/driver/fs/system.js';
import { appendAll, at, bytes, fails, outcomeOf, patterned, pieces } from '../suites/driver/store.js';
import { failingFileSystem, type SystemCall, shortWrites } from '../support/failing-file-system.js';
import { canSeeDescriptors, folderInMemory, openBelow, temporaryFolder } from '../support/temporary-folder.js';
import { withoutSyncs } from '../support/without-syncs.js';

const FAULTS: Readonly<Record<string, DriverFault>> = {
  ENOSPC: 'no-space',
  EIO: 'failed',
  EMFILE: 'unavailable',
  EROFS: 'unavailable',
};

const OLD = bytes('old');
const NEW = patterned(20_000);

/** A change, and what may be found after it has failed. */
interface Change {
  readonly name: string;
  prepare?(driver: StorageDriver): Promise<void>;
  run(driver: StorageDriver): Promise<unknown>;
  check(driver: StorageDriver): Promise<void>;
}

async function oldOrNew(driver: StorageDriver): Promise<void> {
  const found = await driver.read(at('f/a'));
  assert.ok(found.equals(OLD) || found.equals(NEW), `${found.length} bytes`);
}

async function newOrNone(driver: StorageDriver, path = at('f/a')): Promise<void> {
  const found = await outcomeOf(driver.read(path));
  assert.ok(found === 'not-found' || NEW.equals(Buffer.from(found)), `${found.length} bytes`);
}

const putOld = (driver: StorageDriver): Promise<void> => driver.put(at('f/a'), OLD);

const CHANGES: readonly Change[] = [
  { name: 'a put', run: (driver) => driver.put(at('f/a'), NEW), check: newOrNone },
  { name: 'a put over another', prepare: putOld, run: (driver) => driver.put(at('f/a'), NEW), check: oldOrNew },
  { name: 'a volatile put', run: (driver) => driver.put(at('f/a'), NEW, { volatile: true }), check: newOrNone },
  { name: 'a put ifAbsent', run: (driver) => driver.put(at('f/a'), NEW, { ifAbsent: true }), check: newOrNone },
  {
    name: 'a put ifMatch',
    prepare: putOld,
    run: (driver) => driver.put(at('f/a'), NEW, { ifMatch: OLD }),
    check: oldOrNew,
  },
  {
    name: 'an append and its commit',
    run: (driver) => appendAll(driver, at('f/a'), 0, NEW),
    async check(driver) {
      const size = await outcomeOf(driver.appended(at('f/a')));
      if (size === 'not-found') return;
      assert.ok((await driver.read(at('f/a'))).equals(NEW.subarray(0, Number(size))));
      await appendAll(driver, at('f/a'), Number(size), NEW.subarray(Number(size)));
      await newOrNone(driver);
    },
  },
  {
    name: 'a move',
    prepare: (driver) => driver.put(at('f/a'), NEW, { volatile: true }),
    run: (driver) => driver.move(at('f/a'), at('g/h/b')),
    async check(driver) {
      await newOrNone(driver);
      await newOrNone(driver, at('g/h/b'));
      const [from, to] = [await outcomeOf(driver.stat(at('f/a'))), await outcomeOf(driver.stat(at('g/h/b')))];
      assert.ok(from === 'not-found' ? to !== 'not-found' : to === 'not-found');
    },
  },
  {
    name: 'a copy',
    prepare: (driver) => driver.put(at('f/a'), NEW, { volatile: true }),
    run: (driver) => driver.copy(at('f/a'), at('g/h/b')),
    async check(driver) {
      assert.ok((await driver.read(at('f/a'))).equals(NEW));
      await newOrNone(driver, at('g/h/b'));
    },
  },
  {
    name: 'a removal',
    prepare: putOld,
    run: (driver) => driver.remove([at('f/a'), at('f/missing')]),
    check: async (driver) => assert.ok(['not-found', 3].includes(await outcomeOf(driver.appended(at('f/a'))))),
  },
  {
    name: 'a removal ifMatch',
    prepare: putOld,
    run: (driver) => driver.remove([at('f/a')], { ifMatch: OLD }),
    check: async (driver) => assert.ok(['not-found', 3].includes(await outcomeOf(driver.appended(at('f/a'))))),
  },
  { name: 'a folder made', run: (driver) => driver.makeFolder(at('f/g/h')), check: async () => undefined },
  { name: 'a tree removed', prepare: putOld, run: (driver) => driver.removeTree(at('f')), check: async () => undefined },
  { name: 'a settling', prepare: putOld, run: (driver) => driver.settle([at('f/a'), at('f')]), check: oldOrNew },
  { name: 'a read', prepare: putOld, run: (driver) => driver.read(at('f/a')), check: oldOrNew },
  {
    name: 'a list',
    prepare: putOld,
    run: async (driver) => {
      for await (const _page of driver.list(at('f')));
    },
    check: oldOrNew,
  },
];

/** Runs the change with its n-th system call failing. False when it makes no n-th call. */
async function failAt(change: Change, n: number, code: string): Promise<boolean> {
  const folder = await folderInMemory();
  try {
    let failed: SystemCall | undefined;
    let armed = false;
    let seen = 0;
    const system = failingFileSystem(({ name }) => {
      if (!armed || ++seen !== n) return undefined;
      failed = name;
      return code;
    }, withoutSyncs);
    const driver = await createFsDriver({ root: folder.path, system });
    await change.prepare?.(await createFsDriver({ root: folder.path, system: withoutSyncs }));
    armed = true;
    const outcome = await outcomeOf(change.run(driver).then(() => 'done'));
    armed = false;
    const told = `${change.name}, ${code} of call ${n} (${failed}): ${outcome}`;
    if (failed === undefined) {
      assert.equal(outcome, 'done', told);
      return false;
    }
    assert.ok(outcome === FAULTS[code] || outcome === 'done', told);
    // What ran at the same time as the call that failed may still be ending.
    let open = await openBelow(folder.path);
    for (let tries = 0; tries < 2000 && open.length > 0; tries++) {
      await sleep(5);
      open = await openBelow(folder.path);
    }
    assert.deepEqual(open, [], told);
    if (failed !== 'unlink') assert.deepEqual(await leftovers(folder.path), [], told);
    // Another process finds a store that works; the same change succeeds there, but for what has been moved or removed.
    const fresh = await createFsDriver({ root: folder.path, system: withoutSyncs });
    await change.check(fresh);
    return true;
  } finally {
    await folder.remove();
  }
}

async function leftovers(root: string): Promise<string[]> {
  const isLock = /^\.lading\/locks\/.+/;
  return (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.tmp') || isLock.test(name));
}

describe('a system call that fails', () => {
  for (const change of CHANGES) {
    it(`of ${change.name} is told as a fault, and leaves nothing half done`, async () => {
      for (const code of Object.keys(FAULTS)) {
        let n = 1;
        while (await failAt(change, n, code)) n++;
        assert.ok(n > 2, `${change.name} makes ${n - 1} calls`);
      }
    });
  }

  it('of a sync takes the growing object away: the next sync would say that all is well', async () => {
    const folder = await temporaryFolder();
    try {
      let broken = true;
      const system = failingFileSystem(({ name }) => (name === 'datasync' && broken ? 'EIO' : undefined));
      const driver = await createFsDriver({ root: folder.path, system });
      const writer = await driver.append(at('u/data'), 0);
      await writer.write(pieces('content'));
      await fails(writer.commit(), 'failed');
      broken = false;
      await fails(writer.commit(), 'failed');
      await writer.close();
      await fails(driver.append(at('u/data'), 7), 'not-found');
      assert.deepEqual(await openBelow(folder.path), []);
    } finally {
      await folder.remove();
    }
  });

  it('of a sync behind the writer ends the write', async () => {
    const folder = await temporaryFolder();
    try {
      const system = failingFileSystem(({ name }) => (name === 'datasync' ? 'EIO' : undefined));
      const driver = await createFsDriver({ root: folder.path, system });
      const writer = await driver.append(at('u/data'), 0);
      const piece = Buffer.alloc(1 << 20);
      const write = writer.write(pieces(...Array.from({ length: 40 }, () => piece)));
      await fails(
        write.then(() => writer.commit()),
        'failed',
      );
      await writer.close();
      await fails(driver.appended(at('u/data')), 'not-found');
    } finally {
      await folder.remove();
    }
  });
});

describe('a close that fails', () => {
  const onBrokenClose = async (run: (driver: StorageDriver) => Promise<void>): Promise<void> => {
    const folder = await temporaryFolder();
    try {
      let writing = false;
      const system = failingFileSystem(({ name }) => {
        if (name === 'write') writing = true;
        return name === 'close' && writing ? 'EIO' : undefined;
      }, withoutSyncs);
      await run(await createFsDriver({ root: folder.path, system }));
    } finally {
      await folder.remove();
    }
  };

  it('of an unfinished writer takes the object away: nobody can tell what is left of its bytes', () =>
    onBrokenClose(async (driver) => {
      const writer = await driver.append(at('a'), 0);
      await writer.write(pieces('content'));
      await fails(writer.close(), 'failed');
      await fails(driver.appended(at('a')), 'not-found');
    }));

  it('after a commit means nothing: all was synced before', () =>
    onBrokenClose(async (driver) => {
      const writer = await driver.append(at('a'), 0);
      await writer.write(pieces('content'));
      await writer.commit({ volatile: true });
      assert.equal(await driver.appended(at('a')), 7);
    }));
});

describe('a file system that takes fewer bytes than it is given', () => {
  const onShort = async (system: FileSystem, run: (driver: StorageDriver) => Promise<void>): Promise<void> => {
    const folder = await temporaryFolder();
    try {
      await run(await createFsDriver({ root: folder.path, system }));
    } finally {
      await folder.remove();
    }
  };

  it('gets the rest in further writes', () =>
    onShort(shortWrites(777), async (driver) => {
      await driver.put(at('a'), NEW);
      assert.ok((await driver.read(at('a'))).equals(NEW));
      await appendAll(driver, at('b'), 0, NEW);
      assert.ok((await driver.read(at('b'))).equals(NEW));
    }));

  it('and then none at all fails the change', () =>
    onShort(shortWrites(0), async (driver) => {
      await fails(driver.put(at('a'), NEW), 'failed');
      await fails(driver.read(at('a')), 'not-found');
      await fails(appendAll(driver, at('b'), 0, NEW), 'failed');
    }));
});

describe('the count of open descriptors', () => {
  it('sees one that is open', { skip: canSeeDescriptors ? false : 'platform: needs /proc/self/fd' }, async () => {
    const folder = await temporaryFolder();
    try {
      const driver = await createFsDriver({ root: folder.path, system: withoutSyncs });
      await driver.put(at('a'), NEW);
      const reader = await driver.open(at('a'));
      assert.deepEqual(await openBelow(folder.path), [`${folder.path}${at('a')}`]);
      await reader.close();
      assert.deepEqual(await openBelow(folder.path), []);
    } finally {
      await folder.remove();
    }
  });
});
