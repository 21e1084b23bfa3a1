/**
 * What somebody has who runs a registry: one config.yml, one set of variables, one folder, clients that are logged in. It is
 * made once; docker-registry 2.8, lading and docker/distribution 3 are then started on it in turn, and no step edits it.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hash } from '@node-rs/bcrypt';
import { LADING_MAIN, startServer } from '../clients/server.js';
import { type Peer, SECRET, type System } from '../clients/volume.js';
import { createWorld, type World } from '../clients/world.js';
import { createListener, EVENTS_TOKEN } from './listener.js';

/** The user that clients log in as. */
export const USER = 'carrier';
/** Their password. */
export const PASSWORD = 'a ship, a "crate" & a crane';

/** The estate. */
export interface Estate {
  readonly world: World;
  /** `http://127.0.0.1:<port>` of the second server, with figures and health. */
  readonly debug: string;
  /** Waits until the endpoint of notifications has been told of such an event. Fails when it is not. */
  told(action: string, repository: string): Promise<void>;
  /** The configuration, as it was written and as it stands now. */
  configuration(): { readonly written: string; readonly now: string };
  /** Starts the system, does something, stops it as a supervisor does, or kills it, and waits for its end. */
  run(system: System, use: () => Promise<void>, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** What the system has printed since it was last started. */
  log(): string;
  /** What a command of the peer's collector prints. Fails when it does. */
  collectGarbage(peer: Peer, ...options: readonly string[]): Promise<string>;
  /** All files of the folder, below the root of the layout, in order. */
  files(): Promise<readonly string[]>;
}

const LAYOUT_ROOT = 'docker/registry/v2';
const PATIENCE_MS = 30_000;

/** The whole of it, with an empty folder. */
export async function createEstate(): Promise<Estate> {
  const port = await steadyPort(0);
  const debugPort = await steadyPort(1);
  const address = `127.0.0.1:${port}`;
  const base = await createWorld(async () => address);
  const login = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  const world: World = {
    ...base,
    image: (name) => `${address}/${name}`,
    repository: (name) => name,
    fetch: (target, init) => fetch(target, { ...init, headers: { authorization: login, ...init?.headers } }),
  };
  const folder = await world.folder('estate');
  const listener = await createListener();
  world.atEnd(() => listener.close());
  const file = join(folder, 'config.yml');
  const passwords = join(folder, 'htpasswd');
  const root = join(folder, 'registry');
  const written = configured({ root, passwords, port, debugPort, events: listener.url });
  await writeFile(file, written);
  await writeFile(passwords, `${USER}:${(await hash(PASSWORD, 5)).replace('$2b$', '$2y$')}\n`);
  const env = { PATH: world.env['PATH'], HOME: world.env['HOME'], LANG: 'C.UTF-8', ...OVERRIDES };
  const debug = `http://127.0.0.1:${debugPort}`;
  let log = '';
  let starts = 0;

  return {
    world,
    debug,
    told: listener.told,
    configuration: () => ({ written, now: readFileSync(file, 'utf8') }),
    log: () => readFileSync(log, 'utf8'),
    async run(system, use, signal = 'SIGTERM') {
      if (system !== 'lading') await world.run(system, ['--version']);
      starts += 1;
      log = join(folder, `${String(starts)}-${system}.log`);
      const [command, args] = system === 'lading' ? [process.execPath, [LADING_MAIN]] : [system, []];
      const server = await startServer({
        command,
        args: [...args, 'serve', file],
        // The registry itself answers 401 to whoever has no password.
        port: debugPort,
        readyAt: '/debug/health',
        log,
        env,
        patienceMs: PATIENCE_MS,
      });
      world.atEnd(() => server.stop());
      try {
        await answering(world);
        await use();
      } finally {
        await server.stop(signal);
      }
    },
    async collectGarbage(peer, ...options) {
      return world.text(peer, ['garbage-collect', ...options, file], { env });
    },
    async files() {
      const from = join(root, LAYOUT_ROOT);
      const entries = await readdir(from, { recursive: true, withFileTypes: true });
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return paths.map((path) => path.slice(from.length + 1)).toSorted();
    },
  };
}

/** Variables that stand beside the file: one that changes what it says, and one that Kubernetes adds for a service. */
const OVERRIDES = {
  REGISTRY_STORAGE_DELETE_ENABLED: 'true',
  REGISTRY_LOG_FIELDS_SITE: 'north',
  REGISTRY_HTTP_HEADERS: '{X-Content-Type-Options: [nosniff], X-Site: [north]}',
  REGISTRY_PORT: 'tcp://10.0.0.1:5000',
};

interface Places {
  readonly root: string;
  readonly passwords: string;
  readonly port: number;
  readonly debugPort: number;
  /** Where events are to be sent. */
  readonly events: string;
}

/** What a config.yml has grown to over the years. */
function configured({ root, passwords, port, debugPort, events }: Places): string {
  return `version: 0.1
log:
  level: info
  formatter: text
  fields:
    service: registry
    environment: production
storage:
  filesystem:
    rootdirectory: ${root}
    maxthreads: 100
  delete:
    enabled: false
  redirect:
    disable: true
  cache:
    blobdescriptor: inmemory
  maintenance:
    uploadpurging:
      enabled: true
      age: 168h
      interval: 24h
      dryrun: false
    readonly:
      enabled: false
auth:
  htpasswd:
    realm: Port of the north
    path: ${passwords}
http:
  addr: 127.0.0.1:${port}
  host: http://127.0.0.1:${port}
  secret: ${SECRET}
  draintimeout: 5s
  headers:
    X-Content-Type-Options: [nosniff]
  debug:
    addr: 127.0.0.1:${debugPort}
    prometheus:
      enabled: true
      path: /metrics
  http2:
    disabled: false
notifications:
  endpoints:
    - name: port-office
      url: ${events}
      headers:
        Authorization: [Bearer ${EVENTS_TOKEN}]
      timeout: 5s
      threshold: 3
      backoff: 1s
      ignore:
        actions: [pull]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
compatibility:
  schema1:
    enabled: true
`;
}

/**
 * A loopback port for the whole life. Not one of those that systems give to connections by themselves, from 32768 on: while
 * nobody listens, somebody's connection could take it.
 */
async function steadyPort(nth: number): Promise<number> {
  for (let tries = 0; tries < 500; tries++) {
    const port = 20_000 + ((process.pid * 16 + nth * 8 + tries * 2) % 10_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error('no port is free');
}

/** Waits until the registry itself answers: its second server may be up before. */
async function answering(world: World): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await world.fetch(`${world.url}/v2/`).catch(() => undefined);
    if (answer !== undefined) {
      assert.equal(answer.status, 200, await answer.text());
      return;
    }
    if (performance.now() > deadline) throw new Error(`nobody answers at ${world.url}`);
    await delay(20);
  }
}
