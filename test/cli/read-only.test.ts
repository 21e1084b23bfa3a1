/** `lading serve` of a store that is only read: everything is served, and not a byte of the folder changes. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parseRepositoryName } from '../../src/core/reference.js';
import { createRegistry } from '../../src/index.js';
import { VECTOR_REPOSITORY, vectorBytes } from '../manifest/schema1-vectors.js';
import { pushLayer } from '../suites/registry/signed-vectors.js';
import { pushImage, tagOf } from '../support/images.js';
import { run, start } from './command.js';

const cwd = mkdtempSync(join(tmpdir(), 'lading-read-only-'));
after(() => rmSync(cwd, { recursive: true, force: true }));

/** Every file and folder, with its time and size. */
function tree(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const { mtimeMs, size } = statSync(join(folder, name));
      return `${name} ${mtimeMs} ${size}`;
    })
    .sort();
}

describe('lading serve, where storage.maintenance.readonly is set,', () => {
  it('serves all there is, refuses each change, and leaves the folder as it was', async (test) => {
    const registry = await createRegistry({ root: join(cwd, 'store') });
    const { layer } = await pushImage(registry.repository(parseRepositoryName('team/app')), 'a', { tags: [tagOf('a')] });
    const old = registry.repository(parseRepositoryName(VECTOR_REPOSITORY));
    await pushLayer(old);
    await old.manifests.put(vectorBytes('07'), { tags: [tagOf('two')] });
    await registry.close();
    // Without its signatures it is signed by a key that is kept in the store, if that takes one.
    const revisions = join(cwd, 'store/docker/registry/v2/repositories', VECTOR_REPOSITORY, '_manifests/revisions/sha256');
    for (const hex of readdirSync(revisions)) rmSync(join(revisions, hex, 'signatures'), { recursive: true });
    // Links of long ago, which a pusher's HEAD would renew.
    for (const name of readdirSync(join(cwd, 'store'), { recursive: true, encoding: 'utf8' }))
      utimesSync(join(cwd, 'store', name), new Date('2020-01-01'), new Date('2020-01-01'));
    const before = tree(join(cwd, 'store'));
    writeFileSync(
      join(cwd, 'c.yml'),
      "version: 0.1\nstorage: {filesystem: {rootdirectory: store}, maintenance: {readonly: {enabled: true}}}\nhttp: {addr: '127.0.0.1:0'}\n",
    );
    const server = start(['serve', 'c.yml'], { cwd });
    test.after(() => server.signal('SIGKILL'));
    const [, url = ''] = await server.seen(/listening on (http:\S+)"/);
    await server.seen(/readonly=true/);
    for (const target of [
      '/readyz',
      '/v2/_catalog',
      '/v2/team/app/tags/list',
      '/v2/team/app/manifests/a',
      `/v2/team/app/blobs/${layer.digest}`,
      `/v2/${VECTOR_REPOSITORY}/manifests/two`,
    ]) {
      assert.equal((await fetch(url + target)).status, 200, target);
      assert.equal((await fetch(url + target, { method: 'HEAD' })).status, 200, target);
    }
    const refused = await fetch(`${url}/v2/team/app/blobs/uploads/`, { method: 'POST' });
    assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'OPTIONS']);
    assert.match(await refused.text(), /read-only/);
    server.signal('SIGTERM');
    const { code, out } = await server.ended;
    assert.equal(code, 0);
    assert.doesNotMatch(out, /level=(?:warn|error)/);
    assert.deepEqual(tree(join(cwd, 'store')), before);
  });

  it('does not start where there is no folder, and makes none', async () => {
    const { code, err } = await run(['serve', '--root', 'nowhere', '--addr', '127.0.0.1:0'], {
      cwd,
      env: { REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED: 'true' },
    });
    assert.equal(code, 2);
    assert.match(err, /there is no folder .*nowhere, and none is made where the store is only read/);
    assert.equal(existsSync(join(cwd, 'nowhere')), false);
  });
});
