/** A registry of its own that asks who is there, beside the one of the run, and clients that log in to it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, LADING_MAIN, startServer } from './server.js';
import type { World } from './world.js';

/** `auth` is a section of the configuration, as it stands in the file. The world that comes back has passwords of its own. */
export async function guardedBy(world: World, auth: string): Promise<World> {
  const folder = await world.folder('guarded');
  const configuration = join(folder, 'config.yml');
  const port = await freePort();
  await writeFile(
    configuration,
    [
      'version: 0.1',
      `storage: {filesystem: {rootdirectory: '${join(folder, 'root')}'}, delete: {enabled: true}}`,
      `http: {addr: '127.0.0.1:${port}'}`,
      `auth: ${auth}`,
    ].join('\n'),
  );
  const { REGISTRY_AUTH_FILE: _, ...env } = world.env;
  const server = await startServer({
    command: process.execPath,
    args: [LADING_MAIN, 'serve', configuration],
    port,
    log: join(folder, 'log'),
    env,
    readyAt: '/readyz',
  });
  world.atEnd(() => server.stop());
  const docker = join(folder, 'docker');
  const passwords = join(folder, 'passwords.json');
  const mine = { ...world.env, REGISTRY_AUTH_FILE: passwords, DOCKER_CONFIG: docker };
  return {
    ...world,
    address: server.address,
    url: `http://${server.address}`,
    image: (name) => `${server.address}/${world.repository(name)}`,
    run: (command, args, options) => world.run(command, args, { env: mine, ...options }),
    text: (command, args, options) => world.text(command, args, { env: mine, ...options }),
  };
}
