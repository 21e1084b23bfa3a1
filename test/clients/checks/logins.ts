/** Each client that logs in, at a registry with passwords and at one that believes a token server: the same story for all. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.js';
import type { Images } from '../images.js';
import type { World } from '../world.js';
import { PASSWORD, REFUSED, withHtpasswd, withTokens } from './access.js';
import { containerdOf } from './containerd.js';
import { buildFolder, withStorage } from './podman.js';
import { copy, oci } from './skopeo.js';

/** A client with passwords of its own, none at first. */
interface Client {
  /** As `ann`. */
  login(password: string): Promise<unknown>;
  /** Brings something into the registry. */
  push(): Promise<unknown>;
  /** Gets it from there, and sees that it is the same. */
  pull(): Promise<unknown>;
  logout(): Promise<unknown>;
}

/** Sets a client up at a registry that is guarded. */
type Setup = (guarded: World, images: Images, world: World) => Promise<Client>;

const AS_ANN = ['--username', 'ann', '--password-stdin'];

/** The registry by the name of this machine, as that of the token server: oras takes no realm at a loopback address otherwise. */
const byName = (text: string): string => text.replace('127.0.0.1', 'localhost');

/** Pushes by skopeo, with the password on its command line. */
async function pushBySkopeo(guarded: World, images: Images, name: string): Promise<void> {
  await copy(guarded, '--dest-creds', `ann:${PASSWORD}`, oci(await images.small()), `docker://${guarded.image(name)}:v1`);
}

/** docker's command alone: without a daemon it logs in and reads manifests by itself. */
const docker: Setup = async (guarded, images) => {
  const folder = await guarded.folder('docker');
  const env = { ...guarded.env, DOCKER_CONFIG: folder, DOCKER_HOST: `unix://${join(folder, 'nobody')}` };
  const run = (args: readonly string[], input = '') => guarded.text('docker', args, { env, input });
  const read = async () =>
    assert.match(await run(['manifest', 'inspect', '--insecure', `${guarded.image('docker')}:v1`]), /"layers"/);
  let isPushed = false;
  return {
    login: (password) => run(['login', ...AS_ANN, guarded.address], password),
    async push() {
      if (!isPushed) await pushBySkopeo(guarded, images, 'docker');
      isPushed = true;
      await read();
    },
    pull: read,
    logout: () => run(['logout', guarded.address]),
  };
};

const oras: Setup = async (guarded) => {
  const folder = await guarded.folder('oras');
  await writeFile(join(folder, 'notes.txt'), 'notes\n');
  const [address, remote] = [byName(guarded.address), byName(`${guarded.image('oras')}:v1`)];
  const run = (args: readonly string[], input = '') =>
    guarded.run('oras', [...args, '--registry-config', join(folder, 'passwords.json')], { cwd: folder, input });
  return {
    login: (password) => run(['login', '--plain-http', ...AS_ANN, address], password),
    push: () => run(['push', '--plain-http', remote, 'notes.txt:text/plain']),
    async pull() {
      await run(['pull', '--plain-http', '--output', 'back', remote]);
      assert.equal(await readFile(join(folder, 'back/notes.txt'), 'utf8'), 'notes\n');
    },
    logout: () => run(['logout', address]),
  };
};

const regctl: Setup = async (guarded, images) => {
  const env = { ...guarded.env, REGCTL_CONFIG: join(await guarded.folder('regctl'), 'config.json') };
  const run = (args: readonly string[], input = '') => guarded.text('regctl', args, { env, input });
  const image = await images.small();
  const remote = `${guarded.image('regctl')}:v1`;
  await run(['registry', 'set', guarded.address, '--tls', 'disabled', '--skip-check']);
  return {
    login: (password) => run(['registry', 'login', guarded.address, '--user', 'ann', '--pass-stdin'], password),
    push: () => run(['image', 'copy', `ocidir://${image.layout}:${image.tag}`, remote]),
    pull: async () => run(['image', 'copy', remote, `ocidir://${join(await guarded.folder('regctl'), 'back')}:v1`]),
    logout: () => run(['registry', 'logout', guarded.address]),
  };
};

const helm: Setup = async (guarded) => {
  const folder = await guarded.folder('helm');
  const run = (args: readonly string[], input = '') =>
    guarded.run('helm', [...args, '--registry-config', join(folder, 'passwords.json')], { cwd: folder, input });
  const [address, remote] = [byName(guarded.address), byName(`oci://${guarded.image('helm')}`)];
  await run(['create', 'demo']);
  await run(['package', 'demo', '--version', '1.2.3']);
  return {
    login: (password) => run(['registry', 'login', '--plain-http', ...AS_ANN, address], password),
    push: () => run(['push', '--plain-http', 'demo-1.2.3.tgz', remote]),
    async pull() {
      const back = await guarded.folder('back');
      await run(['pull', '--plain-http', `${remote}/demo`, '--version', '1.2.3', '--destination', back]);
      assert.ok((await readFile(join(back, 'demo-1.2.3.tgz'))).equals(await readFile(join(folder, 'demo-1.2.3.tgz'))));
    },
    logout: () => run(['registry', 'logout', address]),
  };
};

const built =
  (command: 'podman' | 'buildah'): Setup =>
  async (guarded) => {
    const run = await withStorage(guarded, command);
    const build = command === 'podman' ? 'build' : 'bud';
    await run(build, '--quiet', '--isolation', 'chroot', '--tag', 'localhost/built:1', await buildFolder(guarded));
    const remote = `${guarded.image(command)}:v1`;
    return {
      login: (password) => guarded.run(command, ['login', '--tls-verify=false', ...AS_ANN, guarded.address], { input: password }),
      push: () => run('push', '--tls-verify=false', 'localhost/built:1', `docker://${remote}`),
      pull: async () => (await withStorage(guarded, command))('pull', '--quiet', '--tls-verify=false', remote),
      logout: () => guarded.run(command, ['logout', guarded.address]),
    };
  };

/** ctr keeps no passwords: it is told them each time. */
const containerd: Setup = async (guarded, images, world) => {
  const ctr = await containerdOf(world);
  const image = await images.small();
  const remote = `${guarded.image('containerd')}:v1`;
  const archive = join(await guarded.folder('archive'), 'image.tar');
  await guarded.run('skopeo', ['copy', '--quiet', oci(image), `docker-archive:${archive}:${remote}`]);
  const from = `from-${guarded.address.replace(/\W/g, '-')}`;
  await ctr(from, 'images', 'import', '--no-unpack', archive);
  let user: readonly string[] = [];
  const withUser = (namespace: string, verb: string, ...args: string[]) =>
    ctr(namespace, 'images', verb, '--plain-http', ...user, ...args);
  const pull = (namespace = `to-${from}`) => withUser(namespace, 'pull', '--snapshotter', 'native', remote);
  const push = () => withUser(from, 'push', remote);
  return {
    async login(password) {
      user = ['--user', `ann:${password}`];
      if (password !== PASSWORD) await push();
    },
    push,
    pull,
    async logout() {
      user = [];
    },
  };
};

const CLIENTS: Readonly<Record<string, Setup>> = {
  docker,
  oras,
  regctl,
  helm,
  podman: built('podman'),
  buildah: built('buildah'),
  containerd,
};
const REGISTRIES = { passwords: withHtpasswd, tokens: withTokens };

/** The checks. */
export const logins: readonly Check[] = Object.entries(CLIENTS).flatMap(([name, setup]) =>
  Object.entries(REGISTRIES).map(([kind, guard]) => ({
    name: `${name} logs in where there are ${kind}, pushes and pulls, and is turned away before and after`,
    async run(world: World, images: Images) {
      const guarded = await guard(world);
      const client = await setup(guarded, images, world);
      await assert.rejects(client.push(), REFUSED);
      await assert.rejects(client.login('wrong'), REFUSED);
      await client.login(PASSWORD);
      await client.push();
      await client.pull();
      await client.logout();
      await assert.rejects(client.pull(), REFUSED);
    },
  })),
);
