/** Two clients of one store: of one process, or of one process each. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { createServer } from '../../src/http/server.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../support/http-client.js';
import type { ModelRequest } from './requests.js';

/** A store behind one server or two. */
export interface World {
  readonly apart: boolean;
  /** Sends a request as one of the clients. */
  send(client: 0 | 1, request: ModelRequest): Promise<HttpAnswer>;
  /** Sends it on a connection of its own. */
  sendApart(client: 0 | 1, request: ModelRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** Where the bytes are. */
export type Where = 'memory' | 'fs' | 'memory, two processes' | 'fs, two processes';

/** An empty store with its servers. */
export async function openWorld(where: Where): Promise<World> {
  const root = where.startsWith('fs') ? await mkdtemp(join(tmpdir(), 'lading-model-')) : undefined;
  const shared = root === undefined ? createMemoryDriver() : undefined;
  const open = async (): Promise<StorageDriver> => shared ?? createFsDriver({ root: root ?? '' });
  const apart = where.endsWith('two processes');
  const first = await startServer(await open());
  const servers = apart ? [first, await startServer(await open())] : [first];
  const addressOf = (client: 0 | 1): string => servers[client % servers.length]?.base ?? '';
  const clients = ([0, 1] as const).map((client) => createHttpClient(addressOf(client)));
  return {
    apart,
    send: (client, { method, target, parts }) => use(clients[client], (one) => one.send(method, target, parts)),
    async sendApart(client, { method, target, parts }) {
      const one = createHttpClient(addressOf(client));
      return one.send(method, target, parts).finally(() => one.close());
    },
    async close() {
      for (const client of clients) client.close();
      for (const server of servers) await server.close();
      if (root !== undefined) await rm(root, { recursive: true, force: true });
    },
  };
}

function use<T>(client: HttpClient | undefined, task: (client: HttpClient) => T): T {
  if (client === undefined) throw new RangeError('there is no such client');
  return task(client);
}

/** A process's memory is its registry: two of them on one driver are as good as two processes. */
async function startServer(driver: StorageDriver): Promise<{ base: string; close: () => Promise<void> }> {
  const registry = createRegistry(openStores(driver));
  const server = createServer({ registry, settings: { drainMs: 1_000 } });
  const base = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    base,
    async close() {
      await server.close();
      await registry.close();
    },
  };
}
