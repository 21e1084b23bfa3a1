/** A day in the life of a registry, step by step, and what must be true of it before, within and after each step. */
import { CANONICAL, type Digest, digestOf } from '../../src/core/digest.js';
import { RegistryError } from '../../src/core/errors.js';
import { isRepositoryName, isTag, type RepositoryName, type Tag } from '../../src/core/reference.js';
import type { Registry } from '../../src/registry/registry.js';
import { known } from '../core/arbitraries.js';
import { patterned } from '../suites/driver/store.js';
import { ARCHIVE, ARCHIVE_TARSUM, pushByTarsum, SAME_TARSUM } from '../support/tarsum-pushes.js';

const nameOf = (text: string): RepositoryName => known(isRepositoryName, text);
const tagOf = (text: string): Tag => known(isTag, text);

const APP = nameOf('team/app');
const COPY = nameOf('copy');
const V1 = tagOf('v1');
const V2 = tagOf('v2');

const LAYER = patterned(150_000, 7);
const SMALL = patterned(3000, 8);
const CONFIG = Buffer.from('{"architecture":"amd64","os":"linux"}');
const blobs = { layer: LAYER, small: SMALL, config: CONFIG, archive: ARCHIVE, other: SAME_TARSUM };

function manifestOf(layers: readonly Buffer[]): Buffer {
  const describe = (content: Buffer, mediaType: string) => ({ mediaType, digest: digestOf(content), size: content.length });
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: describe(CONFIG, 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map((layer) => describe(layer, 'application/vnd.oci.image.layer.v1.tar')),
  };
  return Buffer.from(JSON.stringify(manifest));
}

const FIRST = manifestOf([LAYER, SMALL]);
const SECOND = manifestOf([SMALL]);

/** What the registry shows, by what is asked: the digest of a tag, or whether a blob or a manifest is there. */
export type Facts = Readonly<Record<string, string>>;

/** One request, and the facts that it changes. */
export interface Step {
  readonly name: string;
  run(registry: Registry): Promise<unknown>;
  readonly changes: Facts;
}

const ABSENT = 'absent';
const THERE = 'there';

const tagFact = (name: RepositoryName, tag: Tag): string => `tag ${name} ${tag}`;
const blobFact = (name: RepositoryName, content: Buffer): string => `blob ${name} ${digestOf(content)}`;
const ALIAS = `blob ${APP} ${ARCHIVE_TARSUM}`;
const manifestFact = (name: RepositoryName, content: Buffer): string => `manifest ${name} ${digestOf(content)}`;

async function* inPieces(content: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

/** An upload in three chunks, as of a client that sends PATCH requests. */
async function pushBlob(registry: Registry, name: RepositoryName, content: Buffer): Promise<void> {
  const { uploads } = registry.repository(name);
  const { id } = await uploads.start({ algorithm: CANONICAL });
  const third = Math.ceil(content.length / 3);
  for (let at = 0; at < content.length; at += third) {
    await uploads.append(id, inPieces(content.subarray(at, at + third), 20_000), { at });
  }
  await uploads.commit(id, digestOf(content));
}

const push = (name: RepositoryName, content: Buffer): Step => ({
  name: `push ${content.length} bytes to ${name}`,
  run: (registry) => pushBlob(registry, name, content),
  changes: { [blobFact(name, content)]: THERE },
});

const put = (name: RepositoryName, content: Buffer, tag: Tag): Step => ({
  name: `put ${name}:${tag} as ${digestOf(content).slice(7, 15)}`,
  run: (registry) => registry.repository(name).manifests.put(content, { tags: [tag] }),
  changes: { [tagFact(name, tag)]: digestOf(content), [manifestFact(name, content)]: THERE },
});

const mount = (content: Buffer): Step => ({
  name: `mount ${content.length} bytes`,
  run: (registry) => registry.repository(COPY).blobs.mount(digestOf(content), { from: APP }),
  changes: { [blobFact(COPY, content)]: THERE },
});

/** A push of an image, a mount of it, a tag move, deletes of all kinds, and the same of content that has a tarsum. */
export const STEPS: readonly Step[] = [
  push(APP, LAYER),
  push(APP, SMALL),
  push(APP, CONFIG),
  put(APP, FIRST, V1),
  mount(LAYER),
  mount(SMALL),
  mount(CONFIG),
  put(COPY, FIRST, V1),
  put(APP, SECOND, V2),
  put(APP, SECOND, V1),
  {
    name: 'remove a tag',
    run: (registry) => registry.repository(APP).tags.remove(V2),
    changes: { [tagFact(APP, V2)]: ABSENT },
  },
  {
    name: 'remove a manifest that no tag names',
    run: (registry) => registry.repository(APP).manifests.remove(digestOf(FIRST)),
    changes: { [manifestFact(APP, FIRST)]: ABSENT },
  },
  {
    name: 'remove a manifest with its tag',
    run: (registry) => registry.repository(COPY).manifests.remove(digestOf(FIRST)),
    changes: { [manifestFact(COPY, FIRST)]: ABSENT, [tagFact(COPY, V1)]: ABSENT },
  },
  {
    name: 'remove a blob',
    run: (registry) => registry.repository(COPY).blobs.remove(digestOf(LAYER)),
    changes: { [blobFact(COPY, LAYER)]: ABSENT },
  },
  put(APP, FIRST, V1),
  {
    name: 'push by a tarsum',
    run: (registry) => pushByTarsum(registry.repository(APP), ARCHIVE),
    changes: { [blobFact(APP, ARCHIVE)]: THERE, [ALIAS]: THERE },
  },
  {
    name: 'push other content by the same tarsum',
    run: (registry) => pushByTarsum(registry.repository(APP), SAME_TARSUM),
    changes: { [blobFact(APP, SAME_TARSUM)]: THERE },
  },
  {
    name: 'mount by a tarsum',
    run: (registry) => registry.repository(COPY).blobs.mount(ARCHIVE_TARSUM, { from: APP }),
    changes: { [blobFact(COPY, ARCHIVE)]: THERE },
  },
  {
    name: 'remove a blob with its alias',
    run: (registry) => registry.repository(APP).blobs.remove(digestOf(ARCHIVE)),
    changes: { [blobFact(APP, ARCHIVE)]: ABSENT, [ALIAS]: ABSENT },
  },
];

/** The push of an image to a registry that holds its blobs already. */
export const PUSH_AGAIN: readonly Step[] = [push(COPY, LAYER), push(COPY, SMALL), push(COPY, CONFIG), put(COPY, FIRST, V1)];

/** The push of an image. */
export const PUSH: readonly Step[] = [push(APP, LAYER), push(APP, SMALL), push(APP, CONFIG), put(APP, FIRST, V1)];

/** What the registry must show after so many of the steps. */
export function factsAfter(steps: readonly Step[], count: number): Facts {
  const facts: Record<string, string> = {};
  for (const step of steps) for (const fact of Object.keys(step.changes)) facts[fact] = ABSENT;
  for (const step of steps.slice(0, count)) Object.assign(facts, step.changes);
  return facts;
}

/** What the registry shows of these facts. Content that is there must be whole, and a tag must lead to a whole image. */
export async function factsOf(registry: Registry, keys: readonly string[]): Promise<Facts> {
  const found: Record<string, string> = {};
  for (const key of keys) {
    const [kind, name, what] = key.split(' ') as [string, RepositoryName, string];
    if (kind === 'tag') found[key] = await tagIn(registry, name, what as Tag);
    else if (kind === 'manifest') found[key] = await manifestIn(registry, name, what as Digest);
    else found[key] = await blobIn(registry, name, what as Digest);
  }
  return found;
}

async function absentIf<T>(codes: readonly string[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RegistryError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

async function tagIn(registry: Registry, name: RepositoryName, tag: Tag): Promise<string> {
  const content = await absentIf(['MANIFEST_UNKNOWN'], registry.repository(name).manifests.get({ kind: 'tag', tag }));
  if (content === undefined) return ABSENT;
  const { config, layers } = JSON.parse(content.bytes.toString()) as Record<'config', { digest: Digest }> & {
    layers: { digest: Digest }[];
  };
  for (const { digest } of [config, ...layers]) {
    if ((await blobIn(registry, name, digest)) !== THERE) return `${content.descriptor.digest} without ${digest}`;
  }
  return content.descriptor.digest;
}

async function manifestIn(registry: Registry, name: RepositoryName, digest: Digest): Promise<string> {
  const content = await absentIf(['MANIFEST_UNKNOWN'], registry.repository(name).manifests.get({ kind: 'digest', digest }));
  if (content === undefined) return ABSENT;
  return digestOf(content.bytes) === digest ? THERE : 'rotten';
}

async function blobIn(registry: Registry, name: RepositoryName, digest: Digest): Promise<string> {
  const blob = await absentIf(['BLOB_UNKNOWN'], registry.repository(name).blobs.open(digest));
  if (blob === undefined) return ABSENT;
  const all: Buffer[] = [];
  try {
    for await (const piece of blob.chunks()) all.push(Buffer.from(piece));
  } catch {
    return 'rotten';
  } finally {
    await blob.close();
  }
  const named = digest === ARCHIVE_TARSUM ? digestOf(ARCHIVE) : digest;
  const expected = Object.values(blobs).find((content) => digestOf(content) === named);
  return expected?.equals(Buffer.concat(all)) ? THERE : 'rotten';
}
