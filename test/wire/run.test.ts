/** The wire table, on a registry in memory, on one in a folder, and on one below a prefix. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { createServer } from '../../src/http/server.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { runCase } from './run-case.js';
import { type Case, createFiller, loadTable } from './wire-table.js';

const { files, bodies } = loadTable(tableFolder());

for (const [name, open, prefix] of [
  ['memory', openMemory, ''],
  ['fs', openFolder, ''],
  ['memory, below a prefix', openMemory, '/some/registry'],
] as const) {
  for (const { topic, cases } of files) {
    describe(`on ${name}, ${topic}:`, () => {
      for (const one of cases) it(one.name, () => onRegistry(open, one, prefix));
    });
  }
}

async function onRegistry(
  open: () => Promise<{ driver: StorageDriver; done: () => Promise<void> }>,
  one: Case,
  below: string,
): Promise<void> {
  // A host that is set stands for all that is before `/v2/`.
  const prefix = one.settings?.['host'] === undefined ? below : '';
  const { driver, done } = await open();
  const registry = createRegistry(openStores(driver));
  const server = createServer({ registry, settings: { drainMs: 1000, prefix, ...one.settings } });
  try {
    const base = await server.listen({ host: '127.0.0.1', port: 0 });
    await runCase(base + prefix, one, createFiller(bodies, { repo: 'wire/one', other: 'wire/other', host: new URL(base).host }));
  } finally {
    await server.close();
    await registry.close();
    await done();
  }
}

async function openMemory(): Promise<{ driver: StorageDriver; done: () => Promise<void> }> {
  return { driver: createMemoryDriver(), done: async () => undefined };
}

async function openFolder(): Promise<{ driver: StorageDriver; done: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'lading-wire-'));
  return { driver: await createFsDriver({ root }), done: () => rm(root, { recursive: true, force: true }) };
}

/** The compiler leaves JSON behind: the table is read where it was written. */
function tableFolder(): string {
  return fileURLToPath(new URL('../../../test/wire', import.meta.url));
}
