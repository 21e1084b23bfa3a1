/** `lading notifications`, as its users run it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lay, look } from '../layout/folder.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { run } from './command.js';

const BATCH = '20260102T030405.000Z-0000aabbccddeeff';
const LINES = '{"id":"1"}\n{"id":"2"}\n';
const FILES = {
  '_outbox/scanner-6105d862/20260102T030405.000Z-0000ffeeddccbbaa/20260102T030406.000Z-0001aabbccddeeff.3': '{"id":"3"}\n',
  [`_deadletters/scanner-6105d862/${BATCH}.2`]: LINES,
};

async function onEvents(test: (root: string) => Promise<void>): Promise<void> {
  const { path, remove } = await temporaryFolder();
  try {
    await lay(path, FILES);
    await test(path);
  } finally {
    await remove();
  }
}

const filesOf = async (root: string): Promise<string[]> => Object.keys((await look(root)).files);

describe('lading notifications', () => {
  it('shows what waits and what was given up, and changes nothing', () =>
    onEvents(async (root) => {
      const before = await look(root);
      const list = await run(['notifications', '--root', root]);
      assert.deepEqual([list.code, list.out], [0, 'scanner-6105d862  3 waiting, 2 dead letters\n']);
      const json = await run(['notifications', '--root', root, '--json']);
      assert.deepEqual(JSON.parse(json.out), { endpoint: 'scanner-6105d862', waiting: 3, dead: 2 });
      assert.equal((await run(['notifications', '--root', root, '--show', 'scanner'])).out, LINES);
      assert.equal((await run(['notifications', '--root', root, '--show', 'another'])).out, '');
      assert.deepEqual(await look(root), before);
    }));

  it('removes dead letters, and nothing else', () =>
    onEvents(async (root) => {
      const { code, out } = await run(['notifications', '--root', root, '--drop', 'scanner']);
      assert.deepEqual([code, out], [0, '2 events removed\n']);
      assert.deepEqual(await filesOf(root), Object.keys(FILES).slice(0, 1));
    }));

  it('puts dead letters where a server sends them again', () =>
    onEvents(async (root) => {
      const { code, out } = await run(['notifications', '--root', root, '--replay', 'scanner-6105d862']);
      assert.deepEqual([code, out], [0, '2 events will be sent again\n']);
      const files = await filesOf(root);
      assert.equal(files.length, 2);
      assert.ok(files.some((file) => new RegExp(`^_outbox/scanner-6105d862/replay-[^/]+/${BATCH}_[0-9]+\\.2$`).test(file)));
      assert.match((await run(['notifications', '--root', root])).out, / 5 waiting, 0 dead letters/);
    }));

  it('says so when there is nothing', async () => {
    const { path, remove } = await temporaryFolder();
    try {
      assert.equal((await run(['notifications', '--root', path])).out, 'no events wait, and none were given up\n');
    } finally {
      await remove();
    }
  });
});
