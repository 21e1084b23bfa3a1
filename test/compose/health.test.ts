/** What the configuration says of health checks is looked at, told and obeyed. */
import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Running, startConfigured } from '../../src/compose/start.js';
import { defaultConfiguration, loadConfiguration } from '../../src/config/load.js';
import { createLogger } from '../../src/log/logger.js';
import { textFiles } from '../support/text-files.js';

const { folder, fileWith } = textFiles();

/** Runs with a server of this configuration, and tells what it has logged. */
async function withServer(text: string, run: (running: Running) => Promise<void>): Promise<string> {
  const file = fileWith(`version: 0.1\nhttp: {addr: "127.0.0.1:0", debug: {addr: "127.0.0.1:0"}}\n${text}`);
  const { configuration, warnings } = await loadConfiguration({ file });
  assert.deepEqual(warnings, []);
  const lines: string[] = [];
  const target = { write: (line: string) => void lines.push(line), flush: () => undefined };
  const running = await startConfigured(configuration, createLogger({ target }));
  try {
    await run(running);
  } finally {
    await running.close();
  }
  return lines.join('');
}

/** Waits until this is answered; the test runner ends a wait that is in vain. */
async function answers(url: string, status: number): Promise<string> {
  for (;;) {
    const answer = await fetch(url);
    const body = await answer.text();
    if (answer.status === status) return body;
    await wait(5);
  }
}

describe('health checks that are configured', () => {
  it('take the server out of service while a file is there', async () => {
    const down = join(folder, 'down');
    const log = await withServer(
      `storage: inmemory\nhealth: {file: [{file: ${down}, interval: 5ms}]}`,
      async ({ url, debugUrl }) => {
        assert.equal(await answers(`${url}/v2/`, 200), '{}');
        writeFileSync(down, '');
        assert.match(await answers(`${url}/v2/`, 503), /health check failed: please see \/debug\/health/);
        assert.equal(await answers(`${debugUrl}/debug/health`, 503), JSON.stringify({ [down]: 'file exists' }));
        assert.match(await answers(`${url}/healthz`, 200), /alive/);
        rmSync(down);
        await answers(`${url}/v2/`, 200);
        assert.equal(await answers(`${debugUrl}/debug/health`, 200), '{}');
      },
    );
    assert.match(log, /health check failed.*health check succeeds again/s);
  });

  it('notice that the folder of the store is gone, and that it is back', async () => {
    const root = join(folder, 'data');
    const text = `storage: {filesystem: {rootdirectory: ${root}}}\nhealth: {storagedriver: {enabled: true, interval: 5ms, threshold: 2}}`;
    await withServer(text, async ({ url, debugUrl }) => {
      await answers(`${url}/v2/`, 200);
      renameSync(root, `${root}-aside`);
      await answers(`${url}/v2/`, 503);
      assert.equal(await answers(`${debugUrl}/debug/health`, 503), '{"storagedriver_filesystem":"the store does not answer"}');
      renameSync(`${root}-aside`, root);
      await answers(`${url}/v2/`, 200);
    });
  });

  it('ask what else must be there, under names without secrets', async () => {
    const user = 'me:hidden';
    const text = `storage: inmemory\nhealth:\n  http: [{uri: "http://${user}@127.0.0.1:1/?t=hidden", interval: 5ms}]\n`;
    const log = await withServer(`${text}  tcp: [{addr: "127.0.0.1:1", interval: 5ms}]`, async ({ debugUrl }) => {
      for (;;) {
        const failing = JSON.parse(await answers(`${debugUrl}/debug/health`, 503));
        if (Object.keys(failing).length < 2) continue;
        assert.deepEqual(Object.keys(failing).sort(), ['127.0.0.1:1', 'http://127.0.0.1:1/?...']);
        break;
      }
    });
    assert.match(log, /ECONNREFUSED/);
    assert.doesNotMatch(log, /hidden/);
  });

  it('are, without a file, one of the store', () => {
    assert.equal(defaultConfiguration()['health.storagedriver.enabled'], true);
    assert.equal(defaultConfiguration()['health.storagedriver.threshold'], 3);
  });
});
