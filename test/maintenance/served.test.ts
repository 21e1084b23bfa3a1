/** The purge of old uploads as a server does it by itself, from the configuration to the log and the metrics. */
import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { describe, it, mock } from 'node:test';
import { startConfigured } from '../../src/compose/start.js';
import { loadConfiguration } from '../../src/config/load.js';
import { createLogger } from '../../src/log/logger.js';
import { lay, look, volumeOf } from '../layout/folder.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { idOf } from './left-uploads.js';

const OLD = new Date('2024-02-29T12:00:00Z');
const UPLOAD = `repositories/a/_uploads/${idOf('1')}/startedat`;

/** Serves a folder with one old upload until a line of the log says what the purge did; undefined when there is no purge. */
async function served(purging: string, waitFor: RegExp | undefined) {
  const { path: root, remove } = await temporaryFolder();
  // The first purge comes at a random moment of the first hour: the first one.
  const random = mock.method(Math, 'random', () => 0);
  try {
    await lay(root, { [UPLOAD]: OLD.toISOString() });
    await utimes(`${volumeOf(root)}/${UPLOAD}`, OLD, OLD);
    const file = `${root}/config.yml`;
    const storage = `storage: {filesystem: {rootdirectory: ${root}}, maintenance: {uploadpurging: {${purging}}}}`;
    await writeFile(file, `version: 0.1\n${storage}\nhttp: {debug: {prometheus: {enabled: true}}}\n`);
    const { configuration, warnings } = await loadConfiguration({ file, addr: '127.0.0.1:0' });
    assert.deepEqual(warnings, []);
    let lines = '';
    let told = (): void => undefined;
    const seen = new Promise<void>((resolve) => {
      told = resolve;
    });
    const take = (text: string): void => {
      lines += text;
      if (waitFor?.test(lines)) told();
    };
    const target = { write: (bytes: unknown) => take(String(bytes)), flush: () => undefined };
    const running = await startConfigured(configuration, createLogger({ target }));
    if (waitFor) await seen;
    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    await running.close();
    return { lines, metrics, files: Object.keys((await look(root)).files) };
  } finally {
    random.mock.restore();
    await remove();
  }
}

describe('a server', () => {
  it('purges old uploads by itself, logs a line and counts', async () => {
    const { lines, metrics, files } = await served('age: 24h', /purge-uploads: done/);
    assert.deepEqual(files, []);
    assert.match(lines, /"planned":1,.*"done":1,"bytes":24,"left":0,"failed":0/);
    assert.match(metrics, /lading_task_runs_total\{task="purge-uploads",end="whole"\} 1/);
    assert.match(metrics, /lading_task_actions_total\{task="purge-uploads",outcome="done"\} 1/);
    assert.match(metrics, /lading_task_bytes_total\{task="purge-uploads"\} 24/);
  });

  it('only looks where it is told so', async () => {
    const { lines, files } = await served('dryrun: true', /purge-uploads: looked, and changed nothing/);
    assert.deepEqual(files, [UPLOAD]);
    assert.match(lines, /"dryrun":true,"planned":1/);
  });

  it('leaves them where it is told so, or where they are young', async () => {
    const off = await served('enabled: false', undefined);
    assert.deepEqual([off.files, /purge-uploads/.test(off.lines)], [[UPLOAD], false]);
    const young = await served('age: 900000h', /purge-uploads: done/);
    assert.deepEqual(young.files, [UPLOAD]);
  });
});
