/**
 * The images that the checks push: made from what the machine has, each when it is first asked for. All stand in one OCI
 * layout, so that the clients share their blobs as real images do.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import {
  addToLayout,
  blobFile,
  type Descriptor,
  type Document,
  descriptorOf,
  type LocalImage,
  parseJson,
  tagLayout,
} from './oci-layout.js';
import { Skip } from './report.js';
import { which } from './shell.js';
import type { World } from './world.js';

/** Images on disk, to be asked for by what they are. */
export interface Images {
  /** busybox and files of this machine, four layers. */
  small(): Promise<LocalImage>;
  /** The same for another architecture. */
  arm(): Promise<LocalImage>;
  /** An index of the two. */
  index(): Promise<LocalImage>;
  /** A Debian made by debootstrap, and a layer on it. A Skip where there is no archive to make it from. */
  debian(): Promise<LocalImage>;
  /** One layer of more than 1 GiB. */
  large(): Promise<LocalImage>;
}

const SMALL_LAYERS: readonly (readonly [from: string, to: string])[] = [
  ['/bin/busybox', '/bin/busybox'],
  ['/usr/share/common-licenses', '/usr/share/common-licenses'],
  ['/etc/os-release', '/etc/os-release'],
  ['/usr/share/perl5', '/usr/share/perl5'],
];
/** The script, as seen from the compiled file. */
const DEBIAN_SCRIPT = fileURLToPath(new URL('../../../test/clients/debian.sh', import.meta.url));
const LARGE_BYTES = (1 << 30) + 12_345;

/** The images of one run. */
export async function createImages(world: World): Promise<Images> {
  const layout = join(await world.folder('images'), 'layout');
  const umoci = (...args: string[]) => world.run('umoci', args);
  let made: Promise<unknown> | undefined;
  const begin = () => {
    made ??= umoci('init', '--layout', layout);
    return made;
  };
  const once = (tag: string, make: (image: LocalImage) => Promise<void>) => {
    let image: Promise<LocalImage> | undefined;
    return () => {
      image ??= begin()
        .then(() => make({ layout, tag }))
        .then(() => ({ layout, tag }));
      return image;
    };
  };
  const small = once('small', async () => {
    await umoci('new', '--image', `${layout}:small`);
    for (const [from, to] of SMALL_LAYERS) if (existsSync(from)) await umoci('insert', '--image', `${layout}:small`, from, to);
    await umoci('config', '--image', `${layout}:small`, '--architecture', 'amd64', '--config.cmd', '/bin/busybox');
  });
  const arm = once('arm', async () => {
    await small();
    await umoci('config', '--image', `${layout}:small`, '--tag', 'arm', '--architecture', 'arm64');
  });
  return {
    small,
    arm,
    index: once('index', async (image) => {
      const children = [await platformOf(await small(), 'amd64'), await platformOf(await arm(), 'arm64')];
      const mediaType = 'application/vnd.oci.image.index.v1+json';
      const index = { schemaVersion: 2, mediaType, manifests: children };
      await tagLayout(image, await addToLayout(layout, mediaType, Buffer.from(JSON.stringify(index, undefined, 2))));
    }),
    debian: once('debian', async (image) => {
      const tarball = await debianTarball(world);
      const layer = await addToLayout(layout, 'application/vnd.oci.image.layer.v1.tar+gzip', await readFile(tarball));
      await tagLayout(image, await manifestFor(layout, layer, await digestOfUnpacked(tarball)));
      await umoci('insert', '--image', `${layout}:debian`, '/bin/busybox', '/usr/local/bin/busybox');
    }),
    large: once('large', async (image) => {
      const layer = await largeLayer(layout);
      await tagLayout(image, await manifestFor(layout, layer, layer.digest));
    }),
  };
}

async function platformOf(image: LocalImage, architecture: string): Promise<Descriptor> {
  const { mediaType, digest, size } = await descriptorOf(image);
  return { mediaType, digest, size, platform: { architecture, os: 'linux' } };
}

async function manifestFor(layout: string, layer: Descriptor, diffId: string): Promise<Descriptor> {
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [diffId] },
  };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const document: Document = {
    schemaVersion: 2,
    mediaType,
    config: await addToLayout(layout, 'application/vnd.oci.image.config.v1+json', Buffer.from(JSON.stringify(config))),
    layers: [layer],
  };
  return addToLayout(layout, mediaType, Buffer.from(JSON.stringify(document)));
}

async function digestOfUnpacked(tarball: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(tarball).pipe(createGunzip())) hash.update(chunk as Buffer);
  return `sha256:${hash.digest('hex')}`;
}

/** A tar with one file: random bytes, and the same again and again, so that making it is quick and no client can shrink it. */
async function largeLayer(layout: string): Promise<Descriptor> {
  const file = join(layout, 'large.partial');
  const hash = createHash('sha256');
  const block = randomBytes(4 << 20);
  const handle = await open(file, 'w');
  let size = 0;
  const write = async (bytes: Buffer) => {
    hash.update(bytes);
    await handle.writeFile(bytes);
    size += bytes.length;
  };
  try {
    await write(tarHeader('large.bin', LARGE_BYTES));
    for (let left = LARGE_BYTES; left > 0; left -= block.length) {
      block.writeUInt32LE(left, 0);
      await write(block.subarray(0, Math.min(left, block.length)));
    }
    await write(Buffer.alloc(((512 - (LARGE_BYTES % 512)) % 512) + 1024));
  } finally {
    await handle.close();
  }
  const digest = `sha256:${hash.digest('hex')}`;
  await mkdir(dirname(blobFile(layout, digest)), { recursive: true });
  await rename(file, blobFile(layout, digest));
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size };
}

/** The header of one file in the ustar format (POSIX.1-1988). */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 'latin1');
  header.write('0000644\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write('        0', 148, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** The tar of a minimal Debian, kept between runs. */
async function debianTarball(world: World): Promise<string> {
  const path = `${world.env['PATH'] ?? ''}:/usr/sbin`;
  for (const command of ['apt-get', 'debootstrap']) {
    if (which(command, path) === undefined) throw new Skip(`${command} is not on PATH`);
  }
  if (process.getuid?.() !== 0) throw new Skip('debootstrap needs root');
  return world.text('sh', [DEBIAN_SCRIPT], { env: process.env, timeoutMs: 900_000 });
}

/** The document that a tag of the layout names. */
export async function documentOf(image: LocalImage): Promise<Document> {
  return parseJson<Document>(await readFile(blobFile(image.layout, (await descriptorOf(image)).digest)));
}
