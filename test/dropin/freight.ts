/** Things that are pushed, moved and deleted in the life beside the cargo that the client checks share. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Descriptor, parseJson, sha256 } from '../clients/oci-layout.js';
import { pushManifest } from '../clients/sha512.js';
import type { World } from '../clients/world.js';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const SBOM = 'application/vnd.example.sbom';

/** Runs crane. */
export function crane(world: World, ...args: readonly string[]): Promise<string> {
  return world.text('crane', args);
}

/** Attaches a list of parts to an image, with oras, which asks the registry how it keeps referrers. */
export async function attach(world: World, remote: string, text: string): Promise<void> {
  const folder = await world.folder('attached');
  await writeFile(join(folder, 'parts.json'), JSON.stringify({ text }));
  const what = [
    '--artifact-type',
    SBOM,
    '--annotation',
    `made=${text}`,
    '--annotation',
    'org.opencontainers.image.created=2026-11-24T00:00:00Z',
  ];
  await world.run('oras', ['attach', '--plain-http', ...what, remote, 'parts.json:application/json'], { cwd: folder });
}

/** What oras finds attached to an image: the annotation of each, in order. */
export async function attached(world: World, remote: string): Promise<readonly string[]> {
  const found = parseJson<{ readonly referrers?: readonly Descriptor[]; readonly manifests?: readonly Descriptor[] }>(
    await world.text('oras', ['discover', '--plain-http', '--format', 'json', remote]),
  );
  return (found.referrers ?? found.manifests ?? []).map(({ annotations }) => annotations?.['made'] ?? '').toSorted();
}

/** Deletes as clients do, and fails unless it is gone at once. */
export async function remove(world: World, path: string): Promise<void> {
  const deleted = await world.fetch(`${world.url}/v2/${path}`, { method: 'DELETE' });
  assert.equal(deleted.status, 202, `DELETE ${path}: ${await deleted.text()}`);
  await assertGone(world, path);
}

/** Fails unless there is nothing. */
export async function assertGone(world: World, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const answer = await world.fetch(`${world.url}/v2/${path}`, { headers: { accept: '*/*' } });
    assert.equal(answer.status, 404, `${path} is gone`);
    await answer.arrayBuffer();
  }
}

/** Pushes a blob in one request and gives its digest. */
export async function pushBlob(world: World, name: string, text: string): Promise<string> {
  const bytes = Buffer.from(text);
  const digest = sha256(bytes);
  const begun = await world.fetch(`${world.url}/v2/${name}/blobs/uploads/`, { method: 'POST' });
  assert.equal(begun.status, 202, await begun.text());
  const to = new URL(begun.headers.get('location') ?? '', world.url);
  to.searchParams.set('digest', digest);
  const ended = await world.fetch(to, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
  assert.equal(ended.status, 201, await ended.text());
  return digest;
}

/** Pushes an image of one layer that the repository has, as `v1`. */
export async function pushImageOf(world: World, name: string, layer: Buffer): Promise<void> {
  const config = JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [sha256(layer)] } });
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: await pushBlob(world, name, config),
      size: config.length,
    },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: sha256(layer), size: layer.length }],
  };
  await pushManifest(world, `${name}/manifests/v1`, OCI_MANIFEST, Buffer.from(JSON.stringify(manifest)));
}

/** An image of its own of each time: the small one with a label, changed in place by crane. Gives its digest. */
export async function release(world: World, base: string, tagged: string, label: string): Promise<string> {
  await crane(world, 'mutate', '--label', `release=${label}`, '--tag', tagged, base);
  return crane(world, 'digest', tagged);
}

const REVISION = /^repositories\/(.+)\/_manifests\/revisions\/(\w+)\/(\w+)\/link$/;

/** Gives every manifest that has no tag of its own one, so that collectors which go by tags alone find nothing to take. How many. */
export async function tagAll(world: World, files: readonly string[], tagged: ReadonlySet<string>): Promise<number> {
  let count = 0;
  for (const file of files) {
    const [, name = '', algorithm = '', hex = ''] = REVISION.exec(file) ?? [];
    const digest = `${algorithm}:${hex}`;
    if (name === '' || tagged.has(`${name}@${digest}`)) continue;
    const at = `${world.url}/v2/${name}/manifests/${digest}`;
    const found = await world.fetch(at, { headers: { accept: '*/*' } });
    const bytes = await found.arrayBuffer();
    assert.equal(found.status, 200, file);
    const type = found.headers.get('content-type') ?? '';
    const put = await world.fetch(`${at}?tag=kept-${hex.slice(0, 12)}`, {
      method: 'PUT',
      headers: { 'content-type': type },
      body: new Uint8Array(bytes),
    });
    assert.equal(put.status, 201, await put.text());
    count++;
  }
  return count;
}
