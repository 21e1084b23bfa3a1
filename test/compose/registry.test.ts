/** What the configuration says of schema 1 and of tarsums reaches the registry. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Running, startConfigured } from '../../src/compose/start.js';
import { ConfigurationError } from '../../src/config/configuration-error.js';
import { loadConfiguration } from '../../src/config/load.js';
import { createLogger } from '../../src/log/logger.js';
import { generateSigningKey } from '../../src/manifest/signing-key.js';
import { dataOf } from '../manifest/recorded.js';
import { vectorBytes } from '../manifest/schema1-vectors.js';
import { tarsumOfBytes } from '../support/tarsum-pushes.js';
import { textFiles } from '../support/text-files.js';
import { archive } from '../tarsum/archives.js';

const { folder, fileWith } = textFiles();
let folders = 0;

async function start(text: string | undefined): Promise<Running> {
  const file = text === undefined ? undefined : fileWith(`version: 0.1\nstorage: inmemory\n${text}`);
  const root = file === undefined ? join(folder, `data${++folders}`) : undefined;
  const { configuration } = await loadConfiguration({ file, root, addr: '127.0.0.1:0' });
  return startConfigured(configuration, createLogger({ target: { write: () => undefined, flush: () => undefined } }));
}

/** The status of a push of this vector under a tag. */
async function pushed(text: string | undefined, number: string, tag: string): Promise<number> {
  const running = await start(text);
  try {
    const base = `${running.url}/v2/test/schema1`;
    const layer = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4';
    const body = dataOf('schema1/empty-layer.tar.gz');
    assert.equal((await fetch(`${base}/blobs/uploads/?digest=${layer}`, { method: 'POST', body })).status, 201);
    return (await fetch(`${base}/manifests/${tag}`, { method: 'PUT', body: vectorBytes(number) })).status;
  } finally {
    await running.close();
  }
}

const schema1 = (text: string): string => `compatibility: {schema1: {${text}}}`;

describe('schema 1 in the configuration', () => {
  it('is taken without a file, and with one only where it says so', async () => {
    assert.equal(await pushed(undefined, '01', 'es256'), 201);
    assert.equal(await pushed('', '01', 'es256'), 400);
    assert.equal(await pushed(schema1('enabled: false'), '01', 'es256'), 400);
    assert.equal(await pushed(schema1('enabled: true'), '01', 'es256'), 201);
  });

  it('is taken under any tag, unless it must be the one that was signed', async () => {
    const enabled = schema1('enabled: true');
    const strict = `${enabled}\nlading: {schema1: {strictnames: true}}`;
    assert.deepEqual([await pushed(enabled, '01', 'other'), await pushed(strict, '01', 'other')], [201, 400]);
    assert.equal(await pushed(strict, '01', 'es256'), 201);
  });

  it('takes a signing key from a file, and does not start with one that is none', async () => {
    await (await start(schema1(`signingkeyfile: ${fileWith(generateSigningKey())}`))).close();
    for (const file of [fileWith('no key'), join(folder, 'nowhere')]) {
      await assert.rejects(start(schema1(`signingkeyfile: ${file}`)), (error) => {
        assert.ok(error instanceof ConfigurationError);
        assert.match(error.faults[0] ?? '', /^compatibility\.schema1\.signingkeyfile is .*; expected a file with a private key/);
        return true;
      });
    }
  });
});

describe('a server and the note that it is at work', () => {
  const startOn = async (root: string, lines: string[]): Promise<Running> => {
    const { configuration } = await loadConfiguration({ root, addr: '127.0.0.1:0' });
    return startConfigured(
      configuration,
      createLogger({ target: { write: (text: string) => void lines.push(text), flush: () => undefined } }),
    );
  };

  it('stands in the store while it runs, and is gone after that', async () => {
    const root = join(folder, `data${++folders}`);
    const running = await startOn(root, []);
    const notes = join(root, 'docker/registry/v2/_servers');
    assert.equal(readdirSync(notes).length, 1);
    await running.close();
    assert.ok(!existsSync(notes));
  });

  it('keeps it from no request where the store does not take it, and is then told in the log', async () => {
    const root = join(folder, `data${++folders}`);
    mkdirSync(join(root, 'docker/registry/v2'), { recursive: true });
    writeFileSync(join(root, 'docker/registry/v2/_servers'), 'in the way');
    const lines: string[] = [];
    const running = await startOn(root, lines);
    try {
      assert.equal((await fetch(`${running.url}/v2/`)).status, 200);
    } finally {
      await running.close();
    }
    assert.match(lines.join(''), /does not take the note that a server is at work/);
  });

  it('keeps two servers from nothing', async () => {
    const root = join(folder, `data${++folders}`);
    const [one, two] = [await startOn(root, []), await startOn(root, [])];
    await one.close();
    assert.equal((await fetch(`${two.url}/v2/`)).status, 200);
    await two.close();
  });
});

describe('tarsums in the configuration', () => {
  /** The status of a push of an archive of two entries by its tarsum. */
  const push = async (text: string | undefined): Promise<number> => {
    const running = await start(text);
    try {
      const bytes = archive({ name: 'a' }, { name: 'b', body: 'body' });
      const target = `${running.url}/v2/app/blobs/uploads/?digest=${await tarsumOfBytes(bytes)}`;
      return (await fetch(target, { method: 'POST', body: bytes })).status;
    } finally {
      await running.close();
    }
  };

  it('are taken with a file and without, unless other labels are named', async () => {
    assert.deepEqual([await push(undefined), await push('')], [201, 201]);
    assert.equal(await push('lading: {tarsum: {labels: []}}'), 400);
    assert.equal(await push('lading: {tarsum: {labels: [tarsum.dev+sha256]}}'), 400);
  });

  it('have the limits that are named', async () => {
    const limits = { maxbytes: [2560, 2559], maxentries: [2, 1], timeout: ['0', '1us'] };
    for (const [key, [enough, tooFew]] of Object.entries(limits)) {
      assert.equal(await push(`lading: {tarsum: {${key}: ${enough}}}`), 201, key);
      assert.equal(await push(`lading: {tarsum: {${key}: ${tooFew}}}`), 400, key);
    }
  });
});
