/** Everything that clients can reach in a registry from its catalog, each byte of it read and compared with its digest. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type Document, MANIFEST_TYPES, parseJson } from '../clients/oci-layout.js';
import type { World } from '../clients/world.js';

/** What was found. Two are compared with deepEqual, whoever served them. */
export interface Census {
  /** In the order of the catalog. */
  readonly repositories: readonly string[];
  /** `<name>:<tag>` with the digest, the media type and the size of the manifest, in order. */
  readonly tags: readonly string[];
  /** `<name>@<digest>` of all manifests and blobs that tags lead to, in order. */
  readonly content: readonly string[];
  readonly bytes: number;
}

const SIGNED = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const PAGE = 3;

/** Takes it. Fails where something cannot be read, or is not what its digest says. */
export async function takeCensus(world: World): Promise<Census> {
  const repositories = await paged(world, `/v2/_catalog?n=${PAGE}`, 'repositories');
  const tags: string[] = [];
  const content = new Map<string, number>();
  for (const name of repositories) {
    for (const tag of (await paged(world, `/v2/${name}/tags/list`, 'tags')).toSorted()) {
      const { digest, type, size } = await manifest(world, name, tag, content);
      tags.push(`${name}:${tag} ${digest} ${type} ${String(size)}`);
    }
  }
  const bytes = [...content.values()].reduce((sum, size) => sum + size, 0);
  return { repositories, tags, content: [...content.keys()].toSorted(), bytes };
}

/** One line about it. */
export function inWords({ repositories, tags, content, bytes }: Census): string {
  const counts = `${repositories.length} repositories, ${tags.length} tags, ${content.length} manifests and blobs`;
  return `${counts}, ${(bytes / 1e6).toFixed(1)} MB, every byte compared with its digest`;
}

/** Reads a manifest and all that it names. */
async function manifest(world: World, name: string, reference: string, content: Map<string, number>) {
  const answer = await world.fetch(`${world.url}/v2/${name}/manifests/${reference}`, {
    headers: { accept: `${MANIFEST_TYPES}, ${SIGNED}` },
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.equal(answer.status, 200, `${name}:${reference}: ${bytes.toString()}`);
  const digest = answer.headers.get('docker-content-digest') ?? '';
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const document = parseJson<Document & { fsLayers?: readonly { blobSum: string }[] }>(bytes);
  // Its digest is that of a part of it, and its signatures are those of whoever serves it.
  const signed = document.schemaVersion === 1;
  if (!signed) assert.equal(digestOf(digest, bytes), digest, `${name}:${reference}`);
  const key = `${name}@${digest}`;
  if (!content.has(key)) {
    content.set(key, signed ? 0 : bytes.length);
    const blobs = [
      ...(document.config ? [document.config] : []),
      ...(document.layers ?? []),
      ...(document.fsLayers ?? []).map(({ blobSum }) => ({ digest: blobSum })),
    ];
    for (const blob of blobs) await readBlob(world, name, blob.digest, content);
    for (const child of document.manifests ?? []) await manifest(world, name, child.digest, content);
  }
  return { digest, type, size: signed ? 'signed' : bytes.length };
}

async function readBlob(world: World, name: string, digest: string, content: Map<string, number>): Promise<void> {
  const key = `${name}@${digest}`;
  if (content.has(key)) return;
  const answer = await world.fetch(`${world.url}/v2/${name}/blobs/${digest}`);
  assert.equal(answer.status, 200, key);
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.equal(digestOf(digest, bytes), digest, key);
  content.set(key, bytes.length);
}

/** All names of a list that comes in pages. */
async function paged(world: World, first: string, field: 'repositories' | 'tags'): Promise<string[]> {
  const found: string[] = [];
  for (let target: string | undefined = first; target !== undefined; ) {
    const answer: Response = await world.fetch(new URL(target, world.url));
    // docker-registry answers so for a repository in which nothing has been tagged yet; lading with an empty list.
    if (answer.status === 404 && field === 'tags') return found;
    assert.equal(answer.status, 200, target);
    found.push(...(((await answer.json()) as Record<string, string[] | null>)[field] ?? []));
    target = /<([^>]+)>; *rel="?next/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return found;
}

function digestOf(wanted: string, bytes: Buffer): string {
  const algorithm = wanted.split(':')[0] ?? '';
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
