/** podman and buildah, each with storage of its own: build, push, pull into empty storage, compare what is inside. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.js';
import { type Document, manifestOf, parseJson, sha256 } from '../oci-layout.js';
import type { World } from '../world.js';

type Run = (...args: string[]) => Promise<string>;

/** A podman or buildah with empty storage. */
export async function withStorage(world: World, command: 'podman' | 'buildah'): Promise<Run> {
  const folder = await world.folder(command);
  const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  const quiet =
    command === 'podman' ? ['--events-backend', 'none', '--tmpdir', join(folder, 'tmp'), '--cgroup-manager', 'cgroupfs'] : [];
  return (...args) =>
    world.text(command, [...storage, ...quiet, ...args], {
      timeoutMs: 300_000,
    });
}

/** What makes two images the same in storage: their configuration, and with it the digests of all unpacked layers. */
async function idOf(run: Run, command: 'podman' | 'buildah', image: string): Promise<string> {
  const id = await (command === 'podman'
    ? run('image', 'inspect', '--format', '{{.Id}}', image)
    : run('inspect', '--type', 'image', '--format', '{{.FromImageID}}', image));
  assert.match(id, /^[0-9a-f]{64}$/);
  return id;
}

/** The folder with the files of an image. */
async function filesOf(run: Run, command: 'podman' | 'buildah', image: string): Promise<string> {
  const folder =
    command === 'podman' ? await run('image', 'mount', image) : await run('mount', await run('from', '--pull-never', image));
  assert.ok(existsSync(join(folder, 'bin', 'busybox')), `${folder} has the files`);
  return folder;
}

/** A build from nothing with two layers of real files, in a folder. */
export async function buildFolder(world: World): Promise<string> {
  const folder = await world.folder('build');
  await world.run('cp', ['/bin/busybox', '/etc/os-release', folder]);
  await writeFile(
    join(folder, 'Containerfile'),
    'FROM scratch\nCOPY busybox /bin/busybox\nCOPY os-release /etc/os-release\nCMD ["/bin/busybox"]\n',
  );
  return folder;
}

/** Pushes from one storage, pulls by tag and by digest into an empty one; the two must hold the same image. */
async function pushAndPull(
  world: World,
  command: 'podman' | 'buildah',
  run: Run,
  local: string,
  name: string,
  format: string,
): Promise<void> {
  const digestFile = join(await world.folder('digest'), 'digest');
  const remote = `${world.image(name)}:v1`;
  await run('push', '--tls-verify=false', '--format', format, '--digestfile', digestFile, local, `docker://${remote}`);
  const digest = (await readFile(digestFile, 'utf8')).trim();
  const manifest = await manifestOf(world, name, 'v1');
  assert.equal(sha256(manifest), digest);
  for (const reference of [remote, `${world.image(name)}@${digest}`]) {
    const other = await withStorage(world, command);
    await other('pull', '--quiet', '--tls-verify=false', reference);
    assert.equal(await idOf(other, command, reference), await idOf(run, command, local));
    const [pushed, pulled] = [await filesOf(run, command, local), await filesOf(other, command, reference)];
    await world.run('diff', ['-r', '--no-dereference', pushed, pulled]);
  }
  for (const layer of parseJson<Document>(manifest).layers ?? []) {
    const blob = await fetch(`${world.url}/v2/${world.repository(name)}/blobs/${layer.digest}`);
    assert.equal(sha256(Buffer.from(await blob.arrayBuffer())), layer.digest);
  }
}

/** The checks. */
export const podman: readonly Check[] = [
  ...(['oci', 'v2s2'] as const).map((format) => ({
    name: `podman builds, pushes as ${format}, and pulls into empty storage by tag and digest`,
    run: async (world: World) => {
      const run = await withStorage(world, 'podman');
      await run('build', '--quiet', '--layers', '--isolation', 'chroot', '--tag', 'localhost/built:1', await buildFolder(world));
      await pushAndPull(world, 'podman', run, 'localhost/built:1', `podman/${format}`, format);
    },
  })),
  {
    name: 'podman pulls an image that skopeo pushed, pushes it on, and makes a manifest list of it',
    async run(world, images) {
      const image = await images.small();
      const source = `${world.image('podman/source')}:v1`;
      await world.run('skopeo', [
        'copy',
        '--quiet',
        '--dest-tls-verify=false',
        `oci:${image.layout}:${image.tag}`,
        `docker://${source}`,
      ]);
      const run = await withStorage(world, 'podman');
      await run('pull', '--quiet', '--tls-verify=false', source);
      await pushAndPull(world, 'podman', run, source, 'podman/onward', 'oci');
      await run('manifest', 'create', 'localhost/list:1');
      await run('manifest', 'add', '--tls-verify=false', 'localhost/list:1', `docker://${source}`);
      await run(
        'manifest',
        'push',
        '--all',
        '--tls-verify=false',
        'localhost/list:1',
        `docker://${world.image('podman/list')}:v1`,
      );
      const list = parseJson<Document>(await manifestOf(world, 'podman/list', 'v1'));
      assert.equal(list.manifests?.length, 1);
    },
  },
  {
    name: 'podman pushes layers compressed with zstd and pulls them again',
    async run(world) {
      const run = await withStorage(world, 'podman');
      await run('build', '--quiet', '--isolation', 'chroot', '--tag', 'localhost/built:1', await buildFolder(world));
      const remote = `${world.image('podman/zstd')}:v1`;
      await run('push', '--tls-verify=false', '--compression-format', 'zstd', 'localhost/built:1', `docker://${remote}`);
      const manifest = parseJson<Document>(await manifestOf(world, 'podman/zstd', 'v1'));
      assert.ok(manifest.layers?.every((layer) => layer.mediaType === 'application/vnd.oci.image.layer.v1.tar+zstd'));
      const other = await withStorage(world, 'podman');
      await other('pull', '--quiet', '--tls-verify=false', remote);
      assert.equal(await idOf(other, 'podman', remote), await idOf(run, 'podman', 'localhost/built:1'));
    },
  },
];

/** The checks. */
export const buildah: readonly Check[] = [
  {
    name: 'buildah builds in layers, pushes, and pulls into empty storage by tag and digest',
    async run(world) {
      const run = await withStorage(world, 'buildah');
      await run('bud', '--quiet', '--layers', '--isolation', 'chroot', '--tag', 'localhost/built:1', await buildFolder(world));
      await pushAndPull(world, 'buildah', run, 'localhost/built:1', 'buildah/built', 'oci');
    },
  },
  {
    name: 'buildah pulls a whole Debian and runs its programs',
    async run(world, images) {
      const image = await images.debian();
      const remote = `${world.image('buildah/debian')}:v1`;
      const oci = `oci:${image.layout}:${image.tag}`;
      await world.run('skopeo', ['copy', '--quiet', '--dest-tls-verify=false', oci, `docker://${remote}`]);
      const run = await withStorage(world, 'buildah');
      const container = await run('from', '--quiet', '--tls-verify=false', remote);
      const inside = (...command: string[]) => run('run', '--isolation', 'chroot', container, '--', ...command);
      assert.match(await inside('dpkg', '--status', 'base-files'), /^Status: install ok installed$/m);
      assert.equal(await inside('busybox', 'echo', 'from the second layer'), 'from the second layer');
    },
  },
  {
    name: 'buildah keeps its build cache in the registry and builds from it with empty storage',
    async run(world) {
      const folder = await buildFolder(world);
      const build = ['bud', '--layers', '--isolation', 'chroot', '--tls-verify=false', '--tag', 'localhost/built:1'];
      const cache = world.image('buildah/cache');
      await (await withStorage(world, 'buildah'))(...build, '--cache-to', cache, folder);
      const said = await (await withStorage(world, 'buildah'))(...build, '--cache-from', cache, folder);
      assert.match(said, /Cache pulled from remote|Using cache/);
    },
  },
];
