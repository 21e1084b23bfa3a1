/** containerd, a daemon of its own on its own socket: ctr imports an image, pushes it, and pulls it into another namespace. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.js';
import { documentOf } from '../images.js';
import { assertInRegistry, blobFile, type Document, descriptorOf, get, manifestOf, parseJson, sha256 } from '../oci-layout.js';
import { Skip } from '../report.js';
import { which } from '../shell.js';
import type { World } from '../world.js';

type Ctr = (namespace: string, ...args: string[]) => Promise<Buffer>;

const daemons = new WeakMap<World, Promise<Ctr>>();

/** One daemon for all checks of a run; ended with the run. */
export function containerdOf(world: World): Promise<Ctr> {
  const running = daemons.get(world) ?? startDaemon(world);
  daemons.set(world, running);
  return running;
}

async function startDaemon(world: World): Promise<Ctr> {
  if (which('containerd', world.env['PATH']) === undefined) throw new Skip('containerd is not on PATH');
  if (process.getuid?.() !== 0) throw new Skip('containerd needs root');
  const folder = await world.folder('containerd');
  const socket = join(folder, 's');
  const config = join(folder, 'config.toml');
  const off = [
    'grpc.v1.cri',
    'internal.v1.opt',
    'snapshotter.v1.btrfs',
    'snapshotter.v1.aufs',
    'snapshotter.v1.zfs',
    'snapshotter.v1.devmapper',
  ];
  await writeFile(
    config,
    `version = 2
root = ${JSON.stringify(join(folder, 'root'))}
state = ${JSON.stringify(join(folder, 'state'))}
disabled_plugins = ${JSON.stringify(off.map((name) => `io.containerd.${name}`))}
[grpc]
address = ${JSON.stringify(socket)}
[ttrpc]
address = ${JSON.stringify(`${socket}.ttrpc`)}
`,
  );
  const out = openSync(join(folder, 'log'), 'a');
  const daemon = spawn('containerd', ['--config', config], {
    env: world.env,
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  const exit = once(daemon, 'exit');
  world.atEnd(async () => {
    if (daemon.exitCode === null) daemon.kill('SIGTERM');
    const late = setTimeout(() => daemon.kill('SIGKILL'), 5000);
    await exit;
    clearTimeout(late);
  });
  const ctr: Ctr = (namespace, ...args) =>
    world.run('ctr', ['-a', socket, '-n', namespace, ...args], {
      timeoutMs: 300_000,
    });
  for (let attempt = 0; ; attempt += 1) {
    const up = await ctr('default', 'version').catch((error: unknown) => String(error));
    if (typeof up !== 'string') return ctr;
    if (attempt === 300 || daemon.exitCode !== null)
      throw new Error(`containerd does not answer: ${up}\n${await readFile(join(folder, 'log'), 'utf8')}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Every byte of the image, as the namespace holds it, is what the layout holds. */
async function assertHolds(ctr: Ctr, namespace: string, image: { layout: string; tag: string }): Promise<void> {
  const manifest = await descriptorOf(image);
  const document = await documentOf(image);
  for (const part of [manifest, ...(document.config ? [document.config] : []), ...(document.layers ?? [])]) {
    const bytes = await ctr(namespace, 'content', 'get', part.digest);
    assert.ok(bytes.equals(await readFile(blobFile(image.layout, part.digest))), part.digest);
  }
}

/** The checks. */
export const containerd: readonly Check[] = [
  {
    name: 'containerd pushes an image and pulls the same bytes, and unpacks them',
    async run(world, images) {
      const ctr = await containerdOf(world);
      const image = await images.small();
      const archive = join(await world.folder('archive'), 'image.tar');
      const remote = `${world.image('containerd/small')}:v1`;
      await world.run('skopeo', ['copy', '--quiet', `oci:${image.layout}:${image.tag}`, `oci-archive:${archive}:${remote}`]);
      await ctr('from', 'images', 'import', '--no-unpack', '--index-name', remote, archive).catch(() =>
        ctr('from', 'images', 'import', '--no-unpack', archive),
      );
      const digest = (await descriptorOf(image)).digest;
      await ctr('from', 'images', 'push', '--plain-http', remote, remote).catch(() =>
        ctr('from', 'images', 'push', '--plain-http', remote, `${remote}@${digest}`),
      );
      await assertInRegistry(world, 'containerd/small', 'v1', image);
      await ctr('to', 'images', 'pull', '--plain-http', '--snapshotter', 'native', remote);
      await assertHolds(ctr, 'to', image);
    },
  },
  {
    name: 'containerd pulls an index for one platform through a hosts.toml mirror',
    async run(world, images) {
      const ctr = await containerdOf(world);
      const image = await images.index();
      const name = 'containerd/index';
      await world.run('skopeo', [
        'copy',
        '--quiet',
        '--all',
        '--dest-tls-verify=false',
        `oci:${image.layout}:${image.tag}`,
        `docker://${world.image(name)}:v1`,
      ]);
      const hosts = await world.folder('hosts');
      await mkdir(join(hosts, 'registry.invalid'));
      await writeFile(
        join(hosts, 'registry.invalid', 'hosts.toml'),
        `server = "https://registry.invalid"\n[host."${world.url}"]\ncapabilities = ["pull", "resolve"]\n`,
      );
      const reference = `registry.invalid/${world.repository(name)}:v1`;
      await ctr(
        'mirror',
        'images',
        'pull',
        '--hosts-dir',
        hosts,
        '--platform',
        'linux/amd64',
        '--snapshotter',
        'native',
        reference,
      );
      await assertHolds(ctr, 'mirror', await images.small());
    },
  },
  {
    name: 'containerd pulls an image in Docker format and pushes the same manifest on',
    async run(world, images) {
      const ctr = await containerdOf(world);
      const image = await images.small();
      const [from, to] = [world.image('containerd/docker'), world.image('containerd/onward')];
      const plain = ['--quiet', '--dest-tls-verify=false', '--format', 'v2s2'];
      await world.run('skopeo', ['copy', ...plain, `oci:${image.layout}:${image.tag}`, `docker://${from}:v1`]);
      await ctr('docker', 'images', 'pull', '--plain-http', '--snapshotter', 'native', `${from}:v1`);
      await ctr('docker', 'images', 'push', '--plain-http', `${to}:v1`, `${from}:v1`);
      const manifest = await manifestOf(world, 'containerd/docker', 'v1');
      assert.equal(parseJson<Document>(manifest).mediaType, 'application/vnd.docker.distribution.manifest.v2+json');
      assert.ok((await manifestOf(world, 'containerd/onward', 'v1')).equals(manifest));
      const layers = parseJson<Document>(manifest).layers ?? [];
      assert.equal(layers.length, (await documentOf(image)).layers?.length);
      for (const { digest } of layers) {
        const blob = await get(world, `/v2/${world.repository('containerd/onward')}/blobs/${digest}`);
        assert.equal(sha256(Buffer.from(await blob.arrayBuffer())), digest);
      }
    },
  },
];
