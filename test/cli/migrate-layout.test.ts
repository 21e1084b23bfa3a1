/** `lading migrate-layout`, as its users run it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lay, look } from '../layout/folder.js';
import { assertFiles } from '../maintenance/migrate-layout/bench.js';
import { OLD_FORMS, type OldVolume, oldVolume, releasedFiles } from '../support/old-volumes/volumes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { run, start } from './command.js';

async function onVolume(volume: OldVolume, test: (root: string, other: string) => Promise<void>): Promise<void> {
  const { path, remove } = await temporaryFolder();
  try {
    const root = join(path, 'old');
    await lay(root, volume.files);
    await test(root, join(path, 'new'));
  } finally {
    await remove();
  }
}

/** The folder of locks and other names that the driver keeps for itself stand beside the layout, not in it. */
const seen = async (root: string) => (await look(root)).files;

describe('lading migrate-layout', () => {
  it('without --apply tells what it would do, and changes nothing', async () => {
    const volume = await oldVolume('december-2014');
    await onVolume(volume, async (root, other) => {
      const before = await look(root);
      const { code, out } = await run(['migrate-layout', '--root', root]);
      assert.equal(code, 0);
      assert.match(out, /^would do 30 steps, \d+\.\d KiB; nothing was changed; in \d/m);
      assert.match(out, /^ {8}7 +[\d.]+ KiB {2}content, verified$/m);
      assert.match(out, /^ {8}8 +[\d.]+ KiB {2}manifests of tags, in one file each$/m);
      assert.match(out, /with --apply\.\n$/);
      assert.deepEqual(await look(root), before);
      assert.equal((await run(['migrate-layout', '--root', root, '--to', other])).code, 0);
      assert.deepEqual(await look(root), before);
      assert.ok(!existsSync(other));
    });
  });

  for (const form of OLD_FORMS) {
    it(`brings a folder of ${form} to the released form, and nothing is left of the old one`, async () => {
      const volume = await oldVolume(form, { names: ['a/b', 'x/layers'] });
      await onVolume(volume, async (root) => {
        const { code, out } = await run(['migrate-layout', '--root', root, '--apply']);
        assert.equal(code, 0, out);
        assert.match(out, /\d+ steps done, [\d.]+ \w+; 0 left; 0 failed; in \d/);
        assertFiles(await seen(root), releasedFiles(volume));
        const { folders } = await look(root);
        const old = [...folders].filter((path) => /^(?:blob|blobs\/tarsum|layerindex|_\w+)(?:\/|$)|\/layers\/tarsum/.test(path));
        assert.deepEqual(old, []);
        assert.match((await run(['migrate-layout', '--root', root])).out, /^would do 0 steps.*\nNothing is to be done/);
      });
    });
  }

  it('copies into another folder with --to, and does not touch the first', async () => {
    const volume = await oldVolume('february-2015', { damaged: true, names: ['app'] });
    await onVolume(volume, async (root, other) => {
      const before = await look(root);
      const { code, out } = await run(['migrate-layout', '--root', root, '--to', other, '--apply', '--verbose']);
      assert.equal(code, 1);
      assert.match(out, /^failed .*content tarsum.*the content is not that of tarsum.*: \/docker\/registry\/v2\/blobs\/tarsum/m);
      assert.deepEqual(await look(root), before);
      const whole = releasedFiles({ ...volume, stay: [] });
      assertFiles(await seen(other), whole);
    });
  });

  it('refuses a folder that is the store, in it or around it, also behind a symbolic link', async () => {
    await onVolume(await oldVolume('january-2015', { names: ['a'] }), async (root) => {
      const before = await look(root);
      const link = join(root, '..', 'link');
      await symlink(root, link);
      for (const to of [root, join(root, 'in'), join(root, '..'), link, join(link, 'in', 'deep')]) {
        const { code, err } = await run(['migrate-layout', '--root', root, '--to', to, '--apply']);
        assert.equal(code, 2, to);
        assert.match(err, /--to is .*; expected a folder that is not/);
      }
      const { code, err } = await run(['migrate-layout', '--root', root, '--to', '', '--apply']);
      assert.equal(code, 2);
      assert.match(err, /--to is empty; expected a folder/);
      assert.deepEqual(await look(root), before);
    });
  });

  it('refuses to work where a server is at work, and the other way round', async () => {
    const volume = await oldVolume('january-2015', { names: ['a'], more: 60 });
    await onVolume(volume, async (root, other) => {
      const server = start(['serve', '--root', root, '--addr', '127.0.0.1:0']);
      await server.seen(/listening on/);
      for (const args of [[], ['--to', other]]) {
        const { code, err } = await run(['migrate-layout', '--root', root, '--apply', ...args]);
        assert.equal(code, 1);
        assert.match(err, /a server is at work on .* since .*Stop it first/);
      }
      server.signal('SIGTERM');
      await server.ended;
      assertFiles(await seen(root), volume.files);

      const migration = start(['migrate-layout', '--root', root, '--apply', '--verbose']);
      await migration.seen(/^done/m);
      // However fast it is, it is at work until the others have been refused.
      migration.signal('SIGSTOP');
      const refused = await run(['serve', '--root', root, '--addr', '127.0.0.1:0']);
      assert.equal(refused.code, 1);
      assert.match(refused.err, /the store is being migrated, on .* Try again when that has ended/);
      const purge = await run(['purge-uploads', '--root', root]);
      assert.equal(purge.code, 1);
      assert.match(purge.err, /the store is being migrated, on .* Try again when that has ended/);
      const second = await run(['migrate-layout', '--root', root, '--apply']);
      assert.equal(second.code, 1);
      assert.match(second.err, /another migration is at work on/);
      migration.signal('SIGCONT');
      assert.equal((await migration.ended).code, 0);
      assertFiles(await seen(root), releasedFiles(volume));
    });
  });

  it('that was killed is ended by the same command, at once', async () => {
    const volume = await oldVolume('december-2014', { names: ['x/layers'], more: 60 });
    await onVolume(volume, async (root) => {
      for (const done of [10, 60, 150]) {
        const killed = start(['migrate-layout', '--root', root, '--apply', '--verbose']);
        await killed.seen(new RegExp(`(?:^done[^\\n]*\\n){${done}}`, 'm')).catch(() => undefined);
        killed.signal('SIGKILL');
        await killed.ended;
      }
      const { code, out } = await run(['migrate-layout', '--root', root, '--apply']);
      assert.equal(code, 0, out);
      assertFiles(await seen(root), releasedFiles(volume));
    });
  });

  it('is named by a server that finds data of 2014', async () => {
    await onVolume(await oldVolume('november-2014', { names: ['a'] }), async (root) => {
      const server = start(['serve', '--root', root, '--addr', '127.0.0.1:0']);
      await server.seen(/listening on/);
      server.signal('SIGTERM');
      assert.match((await server.ended).out, /holds data in forms of 2014.*lading migrate-layout/);
    });
  });

  it('prints lines of JSON', async () => {
    await onVolume(await oldVolume('january-2015', { names: ['a'] }), async (root) => {
      const { out } = await run(['migrate-layout', '--root', root, '--apply', '--json']);
      const lines = out
        .trimEnd()
        .split('\n')
        .map((each) => JSON.parse(each) as Record<string, unknown>);
      assert.ok(lines.slice(0, -1).every(({ outcome, action }) => outcome === 'done' && action !== undefined));
      assert.equal((lines.at(-1) as { report?: { end?: unknown } } | undefined)?.report?.end, 'whole');
    });
  });
});
