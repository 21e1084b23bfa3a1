/** The package as its users have it: imported, typed, packed and installed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  createRegistry,
  digestOf,
  parseRepositoryName,
  parseTag,
  type Registry,
  RegistryError,
  startRegistry,
} from '../src/index.js';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lading-package-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const run = promisify(execFile);

async function push(registry: Registry, text: string): Promise<void> {
  const { uploads } = registry.repository(parseRepositoryName('a/b'));
  const { id } = await uploads.start();
  await uploads.append(id, Readable.from([Buffer.from(text)]));
  await uploads.commit(id, digestOf(Buffer.from(text)));
}

describe('createRegistry', () => {
  it('gives a registry in memory, each its own', async () => {
    const [one, other] = [await createRegistry(), await createRegistry()];
    await push(one, 'x');
    const blob = digestOf(Buffer.from('x'));
    assert.equal((await one.repository(parseRepositoryName('a/b')).blobs.stat(blob)).size, 1);
    await assert.rejects(other.repository(parseRepositoryName('a/b')).blobs.stat(blob), (error: unknown) => {
      return error instanceof RegistryError && error.code === 'BLOB_UNKNOWN' && error.status === 404;
    });
    await one.close();
    await other.close();
  });

  it('gives one on a folder, which is made, and keeps', async () => {
    const root = join(folder, 'made', 'store');
    const first = await createRegistry({ root });
    await push(first, 'kept');
    await first.close();
    const second = await createRegistry({ root });
    const found = await second.repository(parseRepositoryName('a/b')).blobs.read(digestOf(Buffer.from('kept')));
    assert.equal(found?.bytes.toString(), 'kept');
    await second.close();
  });

  it('rejects when the folder cannot be one', async () => {
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(createRegistry({ root: join(folder, 'file') }));
  });
});

describe('startRegistry', () => {
  it('serves what its registry holds, on a free port of this machine, without a word', async () => {
    const { url, registry, close } = await startRegistry();
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    await push(registry, 'x');
    const answer = await fetch(`${url}/v2/a/b/blobs/${digestOf(Buffer.from('x'))}`);
    assert.equal(await answer.text(), 'x');
    await close();
    await close();
    await assert.rejects(fetch(`${url}/v2/`));
  });

  it('refuses deletes where it is told to', async () => {
    const { url, registry, close } = await startRegistry({ deleteEnabled: false });
    await push(registry, 'x');
    const answer = await fetch(`${url}/v2/a/b/blobs/${digestOf(Buffer.from('x'))}`, { method: 'DELETE' });
    assert.equal(answer.status, 405);
    await close();
  });

  it('rejects for a wrong address and for one that is taken, and leaves nothing open', async () => {
    await assert.rejects(startRegistry({ addr: 'here' }), /addr is "here"; expected host:port/);
    const first = await startRegistry();
    await assert.rejects(startRegistry({ addr: new URL(first.url).host }), /EADDRINUSE/);
    await first.close();
  });

  it('keeps history of what was done over HTTP', async () => {
    const { url, registry, close } = await startRegistry();
    const manifest = '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}';
    const headers = { 'Content-Type': 'application/vnd.oci.image.index.v1+json' };
    const answer = await fetch(`${url}/v2/a/b/manifests/v1`, { method: 'PUT', headers, body: manifest });
    assert.equal(answer.status, 201);
    const [change] = await registry.repository(parseRepositoryName('a/b')).tags.history(parseTag('v1'));
    assert.deepEqual([change?.action, change?.digest], ['set', digestOf(Buffer.from(manifest))]);
    await close();
  });
});

describe('the package', () => {
  it('holds what runs and nothing else, and can be imported, typed and started where it is installed', async () => {
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: PROJECT });
    const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    assert.ok(
      paths.every((path) => /^(?:dist\/src\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/.test(path)),
      paths.join('\n'),
    );

    // As npm would install it, with the packages that are here: nothing is asked of the network.
    const user = join(folder, 'user');
    const installed = join(user, 'node_modules/lading');
    mkdirSync(installed, { recursive: true });
    await run('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1']);
    const there = dirname(dirname(createRequire(import.meta.url).resolve('typescript/package.json')));
    for (const name of readdirSync(there)) {
      const target = join(user, 'node_modules', name);
      if (!name.startsWith('.') && !existsSync(target)) symlinkSync(join(there, name), target);
    }
    writeFileSync(join(user, 'package.json'), '{"type":"module"}');

    writeFileSync(
      join(user, 'use.ts'),
      `import { createRegistry, parseRepositoryName, startRegistry, type Descriptor, type StartedRegistry } from 'lading';
const started: StartedRegistry = await startRegistry();
const registry = await createRegistry();
const blob: Promise<Descriptor> = registry.repository(parseRepositoryName('a')).blobs.stat('sha256:x' as never);
blob.catch(async ({ code }: { code: string }) => {
  console.log(code, (await fetch(started.url + '/v2/')).status);
  await started.close();
});
// @ts-expect-error: a plain text is no name
registry.repository('a');
`,
    );
    const compiler = join(there, 'typescript/bin/tsc');
    const options = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--skipLibCheck', 'false', '--types', 'node'];
    await run(process.execPath, [compiler, ...options, 'use.ts'], { cwd: user }).catch((error: { stdout: string }) => {
      assert.fail(error.stdout);
    });
    assert.equal((await run(process.execPath, ['use.js'], { cwd: user })).stdout, 'BLOB_UNKNOWN 200\n');
    const command = await run(process.execPath, [join(installed, 'dist/src/cli/main.cjs'), '--version']);
    assert.match(command.stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
