/**
 * What the checks of one run share: the registry under test, one temporary folder that takes everything, and surroundings
 * in which no client sees or touches the settings of whoever runs this.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Skip } from './report.js';
import { type ShellOptions, shell, which } from './shell.js';

/** One run. */
export interface World {
  /** `127.0.0.1:<port>`, as it stands in image names. */
  readonly address: string;
  readonly url: string;
  /** A prefix of repository names that no other run uses. */
  readonly prefix: string;
  readonly env: NodeJS.ProcessEnv;
  /** A new empty folder, gone at the end. Its name says what it is for. */
  folder(purpose: string): Promise<string>;
  /** `127.0.0.1:<port>/<prefix>/<name>`. */
  image(name: string): string;
  /** `<prefix>/<name>`, as it stands in URLs. */
  repository(name: string): string;
  /** The stdout of a command that succeeds. A Skip when there is no such command. */
  run(command: string, args: readonly string[], options?: ShellOptions): Promise<Buffer>;
  /** As `run`, trimmed text. */
  text(command: string, args: readonly string[], options?: ShellOptions): Promise<string>;
  /** A request of our own, with what the registry wants to see of whoever asks. */
  readonly fetch: typeof fetch;
  /** Files that take what lading prints, all of the run. */
  readonly logs: string[];
  /** Asked at the end for what must stand in none of them. */
  readonly secrets: (() => readonly string[])[];
  /** Something to be done at the end, the last first, whatever happens. */
  atEnd(cleanup: () => Promise<unknown>): void;
  /** Does all of it, and removes the folder. Safe to repeat. */
  end(): Promise<void>;
}

/** Makes the folder and the surroundings. `serve` is given a folder and answers with the address of the registry. */
export async function createWorld(serve: (folder: string, atEnd: World['atEnd']) => Promise<string>): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'lading-clients-'));
  const cleanups: (() => Promise<unknown>)[] = [() => rm(root, { recursive: true, force: true, maxRetries: 3 })];
  const end = async () => {
    for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) {
      await cleanup().catch((error: unknown) => process.stderr.write(`cleaning up: ${String(error)}\n`));
    }
  };
  try {
    const address = await serve(await subfolder(root, 'registry'), (cleanup) => cleanups.push(cleanup));
    const env = await surroundings(root, address);
    const prefix = `run-${Date.now().toString(36)}`;
    let folders = 0;
    const run = (command: string, args: readonly string[], options?: ShellOptions) => {
      if (which(command, env['PATH']) === undefined) throw new Skip(`${command} is not on PATH`);
      return shell(command, args, { env, ...options });
    };
    return {
      address,
      url: `http://${address}`,
      prefix,
      env,
      folder: (purpose) => {
        folders += 1;
        return subfolder(root, `${String(folders)}-${purpose}`);
      },
      image: (name) => `${address}/${prefix}/${name}`,
      repository: (name) => `${prefix}/${name}`,
      run,
      text: async (command, args, options) => (await run(command, args, options)).toString('utf8').trim(),
      fetch,
      logs: [],
      secrets: [],
      atEnd: (cleanup) => cleanups.push(cleanup),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function subfolder(root: string, name: string): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** A home of their own, a registries.conf that allows plain http to this one registry, a policy that wants no signatures. */
async function surroundings(root: string, address: string): Promise<NodeJS.ProcessEnv> {
  const home = await subfolder(root, 'home');
  const containers = await subfolder(home, '.config/containers');
  const docker = await subfolder(home, '.docker');
  await writeFile(join(containers, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}');
  const registries = join(containers, 'registries.conf');
  await writeFile(registries, `[[registry]]\nlocation = "${address}"\ninsecure = true\n`);
  await writeFile(join(docker, 'config.json'), '{"auths":{}}');
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: home,
    TMPDIR: await subfolder(root, 'tmp'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: await subfolder(home, '.local/share'),
    XDG_CACHE_HOME: await subfolder(home, '.cache'),
    XDG_RUNTIME_DIR: await subfolder(root, 'runtime'),
    REGISTRY_AUTH_FILE: join(docker, 'config.json'),
    DOCKER_CONFIG: docker,
    CONTAINERS_REGISTRIES_CONF: registries,
    COSIGN_PASSWORD: 'not a secret',
  };
}
