/**
 * Volumes as the registries of each time left them, spelled by hand from what is known of them and not by the code under
 * test: several repositories and tags, nested and treacherous names, uploads, and things that are damaged or foreign.
 */
import { type Image, type Layer, layerOf, type Signed, signedOf } from './images.js';

/** Files by their path below `docker/registry/v2`, one character a byte. */
export type OldFiles = Record<string, string>;

/** The forms, and the released one as it was in February and March 2015, with links that hold tarsums. */
export const OLD_FORMS = ['november-2014', 'december-2014', 'january-2015', 'february-2015'] as const;

/** Names a form. */
export type OldForm = (typeof OLD_FORMS)[number];

/** A volume, and what must come of it. */
export interface OldVolume {
  readonly form: OldForm;
  readonly files: OldFiles;
  /** All that is whole. */
  readonly images: readonly Image[];
  /** Files that are damaged or foreign, and must stay as they are. */
  readonly stay: readonly string[];
  /** Data of uploads by repository and id. */
  readonly uploads: readonly { readonly name: string; readonly id: string; readonly data: string }[];
}

/** How large. */
export interface OldVolumeOptions {
  /** Things that are damaged, and files that nobody knows. */
  readonly damaged?: boolean;
  /** Layers in repositories of their own, besides the few. */
  readonly more?: number;
  /** The repositories; more and less treacherous ones when not given. */
  readonly names?: readonly string[];
}

const UPLOAD = '302c4430-9ea6-4922-a4c9-fd10b586b057';
const NAMES = ['library/app', 'app', 'a/b/c', 'x/layers', 'x/manifests/revisions', 'x/uploads/tags'];

/** Makes a volume of the form. */
export async function oldVolume(
  form: OldForm,
  { damaged = false, more = 0, names = NAMES }: OldVolumeOptions = {},
): Promise<OldVolume> {
  const files: OldFiles = {};
  const place = PLACES[form];
  const stay: string[] = [];
  const base = await layerOf('common to all');
  const images: Image[] = [];
  for (const [i, name] of names.entries()) {
    const layers = [await layerOf(`of ${name}`, i % 2 === 1), base];
    for (const tag of i === 0 ? ['latest', '1.0', 'tags'] : ['latest']) {
      images.push({ name, tag, layers, signed: await signedOf(name, tag, layers, i === 0 ? 2 : 1) });
    }
  }
  for (let i = 0; i < more; i++) {
    const layers = [await layerOf(`layer ${i}`)];
    images.push({ name: `many/n${i % 10}`, tag: `t${i}`, layers, signed: await signedOf(`many/n${i % 10}`, `t${i}`, layers) });
  }
  for (const { name, tag, layers, signed } of images) {
    for (const layer of layers) {
      place.blob(files, layer);
      place.link(files, name, layer);
    }
    place.manifest(files, name, tag, signed);
  }
  const uploads = place.upload ? [{ name: 'library/app', id: UPLOAD, data: 'half of a layer' }] : [];
  for (const { name, id, data } of uploads) {
    files[`repositories/${name}/${place.upload}/${id}/data`] = data;
    files[`repositories/${name}/${place.upload}/${id}/startedat`] = '2015-01-20T10:00:00Z';
  }
  if (damaged) {
    const [rotten, gone] = [await layerOf('was whole once'), await layerOf('was there once')];
    const broken: OldFiles = {};
    place.blob(broken, { ...rotten, bytes: Buffer.from(rotten.bytes).fill(0x58, 600, 610) });
    place.link(broken, 'app', rotten);
    place.link(broken, 'app', gone);
    broken['repositories/app/README'] = 'somebody was here';
    if (form === 'november-2014') broken['layerindex/README'] = 'and here';
    if (form === 'november-2014' || form === 'december-2014') {
      const { document } = await signedOf('app', 'forged', [base]);
      const text = document.toString('latin1');
      broken['repositories/app/manifests/forged'] = text.replace('amd64', 'arm64');
    } else {
      const root = form === 'january-2015' ? 'manifests' : '_manifests';
      if (form === 'january-2015') broken[`repositories/app/${root}/tags/nowhere/current/link`] = `sha256:${'0'.repeat(64)}`;
    }
    Object.assign(files, broken);
    // The index of 2014 is dropped: the links say the same.
    stay.push(...Object.keys(broken).filter((path) => !path.startsWith('layerindex/tarsum/')));
  }
  return { form, files, images, stay, uploads };
}

/** Where a form puts things. */
interface Form {
  blob(files: OldFiles, layer: Layer): void;
  link(files: OldFiles, name: string, layer: Layer): void;
  manifest(files: OldFiles, name: string, tag: string, signed: Signed): void;
  readonly upload?: string;
}

const hexOf = (digest: string): string => digest.slice(digest.indexOf(':') + 1);
const fan = (digest: string): string => `${hexOf(digest).slice(0, 2)}/${hexOf(digest)}`;
const TARSUM = 'tarsum/v1/sha256';
const text = (bytes: Buffer): string => bytes.toString('latin1');

const wholeManifest: Form['manifest'] = (files, name, tag, { document }) => {
  files[`repositories/${name}/manifests/${tag}`] = text(document);
};

/** The design that was released, with and without `_`. */
function linked(mark: '' | '_'): Form {
  return {
    blob(files, { bytes, tarsum }) {
      files[`blobs/${TARSUM}/${fan(tarsum)}/data`] = text(bytes);
    },
    link(files, name, { tarsum }) {
      files[`repositories/${name}/${mark}layers/${TARSUM}/${hexOf(tarsum)}/link`] = tarsum;
    },
    manifest(files, name, tag, { payload, digest, blocks }) {
      const root = `repositories/${name}/${mark}manifests`;
      const revision = `${root}/revisions/sha256/${hexOf(digest)}`;
      for (const block of blocks) {
        files[`blobs/sha256/${fan(block.digest)}/data`] = text(block.bytes);
        files[`${revision}/signatures/sha256/${hexOf(block.digest)}/link`] = block.digest;
      }
      files[`blobs/sha256/${fan(digest)}/data`] = text(payload);
      files[`${revision}/link`] = digest;
      files[`${root}/tags/${tag}/index/sha256/${hexOf(digest)}/link`] = digest;
      files[`${root}/tags/${tag}/current/link`] = digest;
    },
    upload: `${mark}uploads`,
  };
}

const PLACES: Readonly<Record<OldForm, Form>> = {
  'november-2014': {
    blob(files, { bytes, sha256 }) {
      files[`blob/sha256/${fan(sha256)}`] = text(bytes);
    },
    link(files, name, { tarsum, sha256 }) {
      files[`repositories/${name}/layers/${TARSUM}/${hexOf(tarsum)}`] = sha256;
      const index = `layerindex/${TARSUM}/${hexOf(tarsum)}`;
      files[index] = `${files[index] ?? ''}${name}\n`;
    },
    manifest: wholeManifest,
  },
  'december-2014': {
    blob(files, { bytes, tarsum }) {
      files[`blob/${TARSUM}/${fan(tarsum)}`] = text(bytes);
    },
    link(files, name, { tarsum }) {
      files[`repositories/${name}/layers/${TARSUM}/${fan(tarsum)}`] = tarsum;
    },
    manifest: wholeManifest,
    upload: 'uploads',
  },
  'january-2015': linked(''),
  'february-2015': linked('_'),
};

/** The files that must be there when the volume has been brought to the released form, uploads included. */
export function releasedFiles({ files, images, stay, uploads }: OldVolume): OldFiles {
  const wanted: OldFiles = {};
  const released = linked('_');
  for (const { name, tag, layers, signed } of images) {
    for (const { bytes, sha256, tarsum } of layers) {
      wanted[`blobs/sha256/${fan(sha256)}/data`] = text(bytes);
      wanted[`repositories/${name}/_layers/sha256/${hexOf(sha256)}/link`] = sha256;
      wanted[`repositories/${name}/_layers/${TARSUM}/${hexOf(tarsum)}/link`] = sha256;
    }
    released.manifest(wanted, name, tag, signed);
  }
  for (const { name, id, data } of uploads) {
    wanted[`repositories/${name}/_uploads/${id}/data`] = data;
    wanted[`repositories/${name}/_uploads/${id}/startedat`] = '2015-01-20T10:00:00Z';
  }
  for (const path of stay) wanted[path] = files[path] ?? '';
  return wanted;
}
