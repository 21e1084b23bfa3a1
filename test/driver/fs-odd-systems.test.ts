/** File systems that cannot do everything: no second names, no sync of folders, two disks below one root. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checked } from '../../src/driver/checked.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { type FileSystem, nodeFileSystem } from '../../src/driver/fs/system.js';
import { conditionCases } from '../suites/driver/conditions.js';
import { copyingCases } from '../suites/driver/copying.js';
import { movingCases } from '../suites/driver/moving.js';
import { at, fails, type On, onStore, outcomeOf, patterned } from '../suites/driver/store.js';
import { failingFileSystem, systemError } from '../support/failing-file-system.js';
import { shiftedClock } from '../support/shifted-clock.js';
import { openBelow, temporaryFolder } from '../support/temporary-folder.js';
import { withoutSyncs } from '../support/without-syncs.js';

function onSystem(system: FileSystem): On {
  return onStore(async () => {
    const folder = await temporaryFolder();
    const options = { root: folder.path, clock: shiftedClock(), system };
    return {
      driver: checked(await createFsDriver(options)),
      second: checked(await createFsDriver(options)),
      age: () => undefined,
      leftovers: () => openBelow(folder.path),
      end: folder.remove,
    };
  });
}

/** Files and folders on two disks: only a temporary file can be renamed, beside its target. */
function twoDisks(inner: FileSystem): FileSystem {
  return {
    ...inner,
    async rename(from, to) {
      if (!from.endsWith('.tmp') && !to.includes('/.lading/')) {
        await inner.factsAt(from);
        await inner.factsAt(to.slice(0, to.lastIndexOf('/')));
        throw systemError('EXDEV', 'rename');
      }
      return inner.rename(from, to);
    },
    async link(from, to) {
      if (to.endsWith('.tmp')) {
        await inner.factsAt(from);
        await inner.factsAt(to.slice(0, to.lastIndexOf('/')));
        throw systemError('EXDEV', 'link');
      }
      return inner.link(from, to);
    },
  };
}

describe('a file system without second names and without a sync of folders', () => {
  const unable: FileSystem = {
    ...nodeFileSystem,
    link: async () => {
      throw systemError('EPERM', 'link');
    },
    sync: async () => {
      throw systemError('EINVAL', 'fsync');
    },
  };
  conditionCases(onSystem(unable));
  copyingCases(onSystem(unable));
});

describe('two disks below one root', () => {
  movingCases(onSystem(twoDisks(nodeFileSystem)));
  copyingCases(onSystem(twoDisks(nodeFileSystem)));

  it('lose nothing when any system call of a move fails', async () => {
    const content = patterned(100_000);
    for (const code of ['ENOSPC', 'EIO']) {
      for (let n = 1, failed = true; failed; n++) {
        failed = false;
        const folder = await temporaryFolder();
        try {
          const healthy = await createFsDriver({ root: folder.path, system: twoDisks(withoutSyncs) });
          await healthy.put(at('f/a'), content);
          let armed = false;
          let seen = 0;
          const failing = failingFileSystem(() => {
            failed ||= armed && seen + 1 === n;
            return armed && ++seen === n ? code : undefined;
          }, twoDisks(withoutSyncs));
          const driver = await createFsDriver({ root: folder.path, system: failing });
          armed = true;
          const outcome = await outcomeOf(driver.move(at('f/a'), at('g/b')).then(() => 'done'));
          armed = false;
          if (outcome !== 'done') assert.equal(outcome, code === 'EIO' ? 'failed' : 'no-space');
          const [from, to] = [await outcomeOf(healthy.read(at('f/a'))), await outcomeOf(healthy.read(at('g/b')))];
          assert.ok(content.equals(Buffer.from(from)) || content.equals(Buffer.from(to)), `call ${n}`);
          assert.ok(to === 'not-found' || content.equals(Buffer.from(to)), `call ${n}`);
          await healthy.move(from === 'not-found' ? at('g/b') : at('f/a'), at('g/c'));
          assert.ok((await healthy.read(at('g/c'))).equals(content));
        } finally {
          await folder.remove();
        }
      }
    }
  });

  it('leave the source and no copy when a move is aborted', async () => {
    const folder = await temporaryFolder();
    try {
      const stop = new AbortController();
      const system: FileSystem = {
        ...twoDisks(withoutSyncs),
        write(...args) {
          stop.abort();
          return withoutSyncs.write(...args);
        },
      };
      const healthy = await createFsDriver({ root: folder.path, system: withoutSyncs });
      await healthy.put(at('a'), patterned(3 << 20));
      const driver = await createFsDriver({ root: folder.path, system });
      await assert.rejects(driver.move(at('a'), at('g/b'), { signal: stop.signal }), { name: 'AbortError' });
      assert.equal((await healthy.stat(at('a'))).size, 3 << 20);
      await fails(healthy.stat(at('g/b')), 'not-found');
      assert.equal(await healthy.removeFolder(at('g')), true);
      assert.deepEqual(await openBelow(folder.path), []);
    } finally {
      await folder.remove();
    }
  });
});
