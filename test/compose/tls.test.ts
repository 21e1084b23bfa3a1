/** TLS from the configuration to the connection, or why a start with it fails. */
import assert from 'node:assert/strict';
import { get } from 'node:https';
import { describe, it } from 'node:test';
import { type Running, startConfigured } from '../../src/compose/start.js';
import { ConfigurationError } from '../../src/config/configuration-error.js';
import { loadConfiguration } from '../../src/config/load.js';
import { createLogger } from '../../src/log/logger.js';
import { certify } from '../support/certified.js';
import { textFiles } from '../support/text-files.js';

const { fileWith } = textFiles();

async function start(text: string): Promise<Running> {
  const file = fileWith(`version: 0.1\nstorage: inmemory\n${text}`);
  const { configuration } = await loadConfiguration({ file, addr: '127.0.0.1:0' });
  return startConfigured(configuration, createLogger({ target: { write: () => undefined, flush: () => undefined } }));
}

describe('TLS in the configuration', () => {
  const server = certify('localhost');
  const pem = server.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const tls = (certificate: string, key: string, more = '') => `http: {tls: {certificate: ${certificate}, key: ${key}${more}}}`;

  it('is spoken with the certificate and the key of the files', async () => {
    const running = await start(tls(fileWith(server.pem), fileWith(pem)));
    try {
      assert.match(running.url, /^https:/);
      await assert.rejects(fetch(running.url.replace('https', 'http')));
      const status = await new Promise((resolve, reject) => {
        const options = { ca: server.pem, servername: 'localhost', agent: false };
        get(`${running.url}/v2/`, options, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
      });
      assert.equal(status, 200);
    } finally {
      await running.close();
    }
  });

  it('asks for certificates of clients where it has their authorities', async () => {
    const file = fileWith(server.pem);
    const running = await start(tls(file, fileWith(pem), `, clientcas: [${file}]`));
    try {
      const options = { ca: server.pem, servername: 'localhost', agent: false };
      await assert.rejects(new Promise((resolve, reject) => get(`${running.url}/v2/`, options, resolve).on('error', reject)));
    } finally {
      await running.close();
    }
  });

  it('stops the start when its files cannot be used, and shows nothing of a key', async () => {
    const other = certify('localhost').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const file = fileWith(server.pem);
    for (const text of [
      tls(file, fileWith(other)),
      tls(file, file),
      tls(fileWith('none'), fileWith(pem)),
      tls('/nowhere', fileWith(pem)),
      tls(file, '/nowhere'),
      tls(file, fileWith(pem), ', clientcas: [/nowhere]'),
    ]) {
      await assert.rejects(start(text), (error) => {
        assert.ok(error instanceof ConfigurationError, String(error));
        assert.match(error.message, /^http\.tls cannot be used: /);
        assert.doesNotMatch(error.message, /BEGIN|MI[GHI]/);
        return true;
      });
    }
  });
});
