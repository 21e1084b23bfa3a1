/** One folder that lading and docker/distribution, 2.8 or 3, serve in turn: never two at once. */
import { createHmac } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, ladingOn, type RunningServer, startServer } from './server.js';
import type { World } from './world.js';

/** docker/distribution as its commands are called: 2.8 in Debian, 3 where it is built from its module. */
export type Peer = 'docker-registry' | 'registry';

/** Who serves it. */
export type System = 'lading' | Peer;

/** The folder. */
export interface Volume {
  /** Where it is. */
  readonly root: string;
  /** Where one of its files stands on the disk. */
  place(path: string): string;
  /** Starts the system on the folder, hands over a world that talks to it, and stops it. */
  with<T>(system: System, use: (world: World) => Promise<T>): Promise<T>;
  /** What the peer's `garbage-collect` prints. Fails when it does. */
  collectGarbage(peer: Peer, ...options: string[]): Promise<string>;
  /** The paths of all files that `blobs` and `repositories` hold, from there, in order. */
  files(): Promise<readonly string[]>;
}

/** An upload that somebody has begun. */
export interface Upload {
  readonly name: string;
  readonly id: string;
  readonly offset: number;
}

/** What docker-registry signs the state of its uploads with. */
export const SECRET = 'the same in each start';
const LAYOUT_ROOT = 'docker/registry/v2';

/** An empty one. */
export async function createVolume(world: World): Promise<Volume> {
  const folder = await world.folder('volume');
  const root = join(folder, 'root');
  const configuration = join(folder, 'config.yml');
  // Where clients keep passwords is a setting to them, and to docker-registry a wrong piece of its configuration.
  const { REGISTRY_AUTH_FILE: _, ...env } = world.env;
  const start = async (system: System): Promise<RunningServer> => {
    const port = await freePort();
    if (system === 'lading') return startServer(ladingOn(root, port, join(folder, 'lading.log')));
    await writeFile(configuration, configured(root, port));
    const log = join(folder, `${system}.log`);
    await world.run(system, ['--version']);
    return startServer({ command: system, args: ['serve', configuration], port, log, env });
  };
  return {
    root,
    place: (path) => join(root, LAYOUT_ROOT, path),
    async with(system, use) {
      const server = await start(system);
      world.atEnd(() => server.stop());
      try {
        return await use(at(world, server.address));
      } finally {
        await server.stop();
      }
    },
    async collectGarbage(peer, ...options) {
      await writeFile(configuration, configured(root, 0));
      return world.text(peer, ['garbage-collect', ...options, configuration], { env });
    },
    async files() {
      const entries = await readdir(join(root, LAYOUT_ROOT), { recursive: true, withFileTypes: true });
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return paths.map((path) => path.slice(join(root, LAYOUT_ROOT).length + 1)).toSorted();
    },
  };
}

/**
 * Where an upload goes on at docker/distribution, which answers to nobody without a state that it has signed: an HMAC and the
 * JSON that it is of. lading needs none and takes no notice.
 */
export function uploadPath(world: World, { name, id, offset }: Upload): string {
  const repository = world.repository(name);
  const state = JSON.stringify({ Name: repository, UUID: id, Offset: offset, StartedAt: '2026-11-24T02:03:25Z' });
  const signed = Buffer.concat([createHmac('sha256', SECRET).update(state).digest(), Buffer.from(state)]);
  const token = signed.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  return `/v2/${repository}/blobs/uploads/${id}?_state=${encodeURIComponent(token)}`;
}

function at(world: World, address: string): World {
  return {
    ...world,
    address,
    url: `http://${address}`,
    image: (name) => `${address}/${world.prefix}/${name}`,
  };
}

function configured(root: string, port: number): string {
  return `version: 0.1
log:
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: ${root}
  delete:
    enabled: true
  maintenance:
    uploadpurging:
      enabled: false
http:
  addr: 127.0.0.1:${port}
  secret: ${SECRET}
compatibility:
  schema1:
    enabled: true
`;
}
