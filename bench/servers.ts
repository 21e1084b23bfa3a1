/** The servers that are compared, each on a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, ladingOn, type RunningServer, type ServerCommand, startServer } from '../test/clients/server.js';
import { pinned, serverCores } from './machine.js';

/** Names of servers. `registry` is Debian's docker-registry. */
export type Side = 'lading' | 'registry' | 'nginx';

/** How a server is started. */
export interface StartOptions {
  /** Takes its configuration and its log; its data too, where `root` is not given. */
  readonly folder: string;
  /** Where the data is. */
  readonly root?: string;
  /** Leaves one core to the load. */
  readonly isolated?: boolean;
  readonly patienceMs?: number;
}

const PROGRAMS: Readonly<Record<Side, readonly string[] | undefined>> = {
  lading: undefined,
  registry: ['docker-registry', '--version'],
  nginx: ['nginx', '-v'],
};

/** Whether the server can be started here. */
export function isInstalled(side: Side): boolean {
  const [program, ...args] = PROGRAMS[side] ?? [];
  return program === undefined || spawnSync(program, args).error === undefined;
}

/** Starts one of them. */
export async function startSide(
  side: Side,
  { folder, root, isolated = false, patienceMs }: StartOptions,
): Promise<RunningServer> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const data = root ?? join(folder, 'data');
  const command = COMMANDS[side](data, port, folder);
  const placed = isolated ? pinned(serverCores(), command.command, command.args) : command;
  return startServer({ ...command, ...placed, ...(patienceMs === undefined ? {} : { patienceMs }) });
}

const COMMANDS: Readonly<Record<Side, (root: string, port: number, folder: string) => ServerCommand>> = {
  lading: (root, port, folder) => ladingOn(root, port, join(folder, 'log')),
  registry(root, port, folder) {
    const file = join(folder, 'config.yml');
    writeFileSync(file, registryConfiguration(root, port));
    return { command: 'docker-registry', args: ['serve', file], port, log: join(folder, 'log') };
  },
  nginx(root, port, folder) {
    const file = join(folder, 'nginx.conf');
    mkdirSync(root, { recursive: true });
    writeFileSync(file, nginxConfiguration(root, port, folder));
    return { command: 'nginx', args: ['-c', file, '-p', folder], port, log: join(folder, 'log') };
  },
};

/** What its packages install, without the password. One line a request is logged, as by lading. */
function registryConfiguration(root: string, port: number): string {
  return `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: ${root}
  delete:
    enabled: true
http:
  addr: 127.0.0.1:${port}
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`;
}

function nginxConfiguration(root: string, port: number, folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${folder}/${name};\n`,
  );
  return `${process.getuid?.() === 0 ? 'user root;\n' : ''}daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  access_log ${folder}/access.log;
  sendfile on;
${temporary.join('')}  server {
    listen 127.0.0.1:${port};
    location = /v2/ { return 200; }
    location / { root ${root}; }
  }
}
`;
}
