/** Volumes that docker/distribution left after a crash: all else is served, nothing wrong is, and the next push or purge mends it. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { createPurgeUploads, DEFAULT_AGE_MS } from '../../src/maintenance/purge-uploads.js';
import { runTask } from '../../src/maintenance/run.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { startServer, type TestServer } from '../http/support.js';
import { DAY, inventoryOf } from '../maintenance/left-uploads.js';
import { createManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { ALWAYS, type Asked, LEFTOVERS, type Leftover, type Mending, WHOLE } from './crashes.js';
import { type Files, lay, look } from './folder.js';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

async function ask(server: TestServer, all: readonly Asked[]): Promise<void> {
  for (const [method, target, status, content] of all) {
    if (status === 'cut') {
      await assert.rejects(server.client().send(method, target), /aborted|hang up|reset/i, target);
      continue;
    }
    const answer = await server.send(method, target);
    assert.equal(answer.status, status, `${method} ${target}: ${answer.body.toString()}`);
    if (content !== undefined) assert.equal(answer.body.toString('latin1'), content.bytes.toString('latin1'), target);
  }
}

async function mend(server: TestServer, mending: Mending): Promise<void> {
  const { name, content } = mending;
  const [method, target, type] =
    mending.push === 'blob'
      ? (['POST', `${name}/blobs/uploads/?digest=${content.digest}`, 'application/octet-stream'] as const)
      : (['PUT', `${name}/manifests/${mending.tag}`, MANIFEST] as const);
  const answer = await server.send(method, target, { headers: { 'content-type': type }, body: content.bytes });
  assert.equal(answer.status, 201, answer.body.toString());
}

async function serve(test: TestContext, laid: Files) {
  const { path: root, remove } = await temporaryFolder();
  test.after(remove);
  await lay(root, laid);
  const driver = await createFsDriver({ root });
  const reported = new Set<string>();
  const registry = createRegistry(openStores(driver, { report: ({ what }) => void reported.add(what) }));
  return { root, driver, reported, server: await startServer(test, { driver, registry }) };
}

/** Fails unless a purge, a week later, takes what stands below `purged`, and that alone. */
async function purge(
  root: string,
  driver: Awaited<ReturnType<typeof serve>>['driver'],
  { purged = [] }: Leftover,
): Promise<void> {
  const { files: before } = await look(root);
  const clock = createManualClock();
  clock.advance(8 * DAY);
  await runTask(createPurgeUploads(inventoryOf(driver, clock)), { ageMs: DEFAULT_AGE_MS }, { clock });
  const kept = Object.entries(before).filter(([path]) => !purged.some((folder) => path.startsWith(folder)));
  assert.deepEqual((await look(root)).files, Object.fromEntries(kept));
}

describe('after a crash of docker/distribution', () => {
  for (const leftover of LEFTOVERS) {
    const { what, files, asked, reported, setAside = [], mending = [], mended = [] } = leftover;
    it(`${what}: ${reported.length > 0 ? 'is told' : 'is no fault'}, and the rest is served`, async (test) => {
      const served = await serve(test, { ...WHOLE, ...files });
      const { files: before } = await look(served.root);
      await ask(served.server, [...ALWAYS, ...asked]);
      assert.deepEqual([...served.reported].toSorted(), reported);
      // Reading changes nothing, but for content that is not what it says.
      const { files: after } = await look(served.root);
      for (const [path, content] of Object.entries(before)) {
        assert.equal(after[path], setAside.includes(path) ? undefined : content, path);
      }
      for (const each of mending) await mend(served.server, each);
      await ask(served.server, [...ALWAYS, ...mended]);
      await purge(served.root, served.driver, leftover);
      await ask(served.server, [...ALWAYS, ...mended]);
    });
  }
});
