/** `lading purge-uploads`, as its users run it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { lay, look, volumeOf } from '../layout/folder.js';
import { idOf, leftUploads } from '../maintenance/left-uploads.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { run, start } from './command.js';

const OLD = new Date('2024-02-29T12:00:00Z');
const YOUNG = `repositories/library/app/_uploads/${idOf('9')}/startedat`;

/** A volume with old uploads and a young one. */
async function onVolume(test: (root: string) => Promise<void>): Promise<void> {
  const { path, remove } = await temporaryFolder();
  try {
    const files = leftUploads(OLD);
    await lay(path, files);
    for (const file of Object.keys(files)) await utimes(`${volumeOf(path)}/${file}`, OLD, OLD);
    await lay(path, { [YOUNG]: new Date().toISOString(), 'repositories/library/app/_uploads/README': 'mine' });
    await test(path);
  } finally {
    await remove();
  }
}

describe('lading purge-uploads', () => {
  it('lists what it would remove, and changes nothing', () =>
    onVolume(async (root) => {
      const before = await look(root);
      const { code, out, err } = await run(['purge-uploads', '--root', root, '--dry-run']);
      assert.equal(code, 0);
      const lines = out.trimEnd().split('\n');
      assert.equal(lines.length, 9);
      assert.match(
        lines[0] ?? '',
        /^library\/app {2}[\w-]{36} {2}\s*\d+d \d+h {2}\s*\d+ B {2}it began long ago, and nothing has come since$/,
      );
      assert.ok(lines.some((line) => /^library\/app\/deep\/er {2}2222/.test(line)));
      assert.match(lines[8] ?? '', /^would do 8 uploads, \d+ B; nothing was changed; 1 found odd and left; in \d/);
      assert.match(err, /^lading: no upload of this registry has such a name; it is left alone: \/.*README\n$/);
      assert.deepEqual(await look(root), before);
    }));

  it('removes it, and leaves what is young or odd', () =>
    onVolume(async (root) => {
      const { code, out } = await run(['purge-uploads', '--root', root]);
      assert.equal(code, 0);
      assert.equal(out.match(/^done {4}/gm)?.length, 8);
      assert.match(out, /8 uploads done, \d+ B; 0 left; 0 failed; 1 found odd and left; in \d.*\n$/);
      assert.deepEqual(Object.keys((await look(root)).files).sort(), [YOUNG, 'repositories/library/app/_uploads/README'].sort());
      assert.match((await run(['purge-uploads', '--root', root])).out, /^0 uploads done/);
    }));

  it('stops without a word when nobody reads its lines any more', () =>
    onVolume(async (root) => {
      const command = start(['purge-uploads', '--root', root]);
      command.hangUp();
      const { code, err } = await command.ended;
      assert.equal(code, 1);
      assert.match(err, /^lading: no upload of this registry has such a name; [^\n]*README\n$/);
    }));

  it('goes by the age that it is told, or that the configuration says', () =>
    onVolume(async (root) => {
      const file = `${root}/config.yml`;
      const configure = (age: string) =>
        writeFile(
          file,
          `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${root}\n  maintenance:\n    uploadpurging:\n      age: ${age}\n`,
        );
      const counted = async (...args: string[]) =>
        /would do (\d+)/.exec((await run(['purge-uploads', '--dry-run', ...args])).out)?.[1];
      await configure('900000h');
      assert.equal(await counted(file), '0');
      assert.equal(await counted(file, '--older-than', '100h'), '8');
      await configure('24h');
      assert.equal(await counted(file), '8');
      assert.equal(await counted('--root', root, '--older-than', '900000h'), '0');
    }));

  it('prints lines of JSON for programs', () =>
    onVolume(async (root) => {
      const { code, out, err } = await run(['purge-uploads', '--root', root, '--json']);
      assert.deepEqual([code, err], [0, '']);
      const lines = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, Record<string, unknown> | string>);
      const actions = lines.filter((line) => 'action' in line);
      assert.equal(actions.length, 8);
      assert.ok(actions.every(({ outcome }) => outcome === 'done'));
      assert.deepEqual(Object.keys(actions[0]?.['action'] ?? {}).sort(), [
        'ageMs',
        'bytes',
        'files',
        'path',
        'reason',
        'repository',
        'startedAt',
        'upload',
        'what',
        'writtenAt',
      ]);
      const report = lines.at(-1)?.['report'] as Record<string, unknown>;
      assert.deepEqual([report['end'], report['findings'], report['dryRun']], ['whole', 1, false]);
    }));

  it('refuses wrong usage, and a folder that is not there, which it does not make', async () => {
    const { path, remove } = await temporaryFolder();
    for (const [args, words] of [
      [['--older-than', 'a week'], /^lading: --older-than is "a week"; expected a length of time such as 24h/],
      [['--root', `${path}/none`], /^lading: there is no folder .*none\. Name the folder/],
      [['--old'], /unknown option '--old'/],
      [['none.yml'], /^lading: none\.yml cannot be read/],
    ] as const) {
      const { code, out, err } = await run(['purge-uploads', ...args]);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, words);
    }
    assert.ok(!existsSync(`${path}/none`));
    await remove();
  });

  it('tells its exit codes and fits a terminal', async () => {
    const { out } = await run(['purge-uploads', '--help']);
    assert.match(out, /Exit codes: 0 done, 1 some could not be removed, 2 wrong usage/);
    assert.ok(out.split('\n').every((line) => line.length <= 80));
  });
});
