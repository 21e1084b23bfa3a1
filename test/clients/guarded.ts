/** A registry with a configuration of its own, beside the one of the run: one that asks who is there, or speaks TLS. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, LADING_MAIN, startServer } from './server.js';
import type { World } from './world.js';

/** Sections of the configuration, as they stand in the file: `auth`, and `http.tls`. */
export interface Guards {
  readonly auth?: string;
  readonly tls?: string;
}

/** The world that comes back has passwords of its own. */
export async function guardedBy(world: World, { auth = '', tls = '' }: Guards): Promise<World> {
  const folder = await world.folder('guarded');
  const configuration = join(folder, 'config.yml');
  const [port, readyPort] = [await freePort(), await freePort()];
  await writeFile(
    configuration,
    [
      'version: 0.1',
      `storage: {filesystem: {rootdirectory: '${join(folder, 'root')}'}, delete: {enabled: true}}`,
      `http: {addr: '127.0.0.1:${port}', tls: ${tls}, debug: {addr: '127.0.0.1:${readyPort}'}}`,
      `auth: ${auth}`,
    ].join('\n'),
  );
  const { REGISTRY_AUTH_FILE: _, ...env } = world.env;
  const server = await startServer({
    command: process.execPath,
    args: [LADING_MAIN, 'serve', configuration],
    // In the clear, whatever the registry itself speaks.
    port: readyPort,
    log: join(folder, 'log'),
    env,
    readyAt: '/readyz',
  });
  world.atEnd(() => server.stop());
  world.logs.push(join(folder, 'log'));
  const address = `127.0.0.1:${port}`;
  const docker = join(folder, 'docker');
  const passwords = join(folder, 'passwords.json');
  await writeFile(passwords, '{}');
  const mine = { ...world.env, REGISTRY_AUTH_FILE: passwords, DOCKER_CONFIG: docker };
  return {
    ...world,
    address,
    url: `${tls === '' ? 'http' : 'https'}://${address}`,
    image: (name) => `${address}/${world.repository(name)}`,
    run: (command, args, options) => world.run(command, args, { env: mine, ...options }),
    text: (command, args, options) => world.text(command, args, { env: mine, ...options }),
  };
}
