/** An image whose every digest is a sha512, as clients of the coming specification push it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { World } from './world.js';

const TYPE = 'application/vnd.oci.image.manifest.v1+json';
const LAYER = Buffer.from('a layer by its sha512');
const CONFIG = Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}');
const MANIFEST = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: TYPE,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha512(CONFIG), size: CONFIG.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: sha512(LAYER), size: LAYER.length }],
  }),
);

/** Pushes it to lading, under the tag `v1`. */
export async function pushSha512(world: World, name: string): Promise<void> {
  const at = `${world.url}/v2/${world.repository(name)}`;
  for (const blob of [LAYER, CONFIG]) {
    const pushed = await world.fetch(`${at}/blobs/uploads/?digest=${sha512(blob)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(blob),
    });
    assert.equal(pushed.status, 201, await pushed.text());
  }
  await pushManifest(world, `${name}/manifests/${sha512(MANIFEST)}?tag=v1`, TYPE, MANIFEST);
}

/** Fails unless the registry answers with all of it, by tag and by digest. */
export async function assertSha512(world: World, name: string): Promise<void> {
  const parts = { 'manifests/v1': MANIFEST, [`manifests/${sha512(MANIFEST)}`]: MANIFEST, [`blobs/${sha512(LAYER)}`]: LAYER };
  for (const [path, bytes] of Object.entries(parts)) {
    const found = await world.fetch(`${world.url}/v2/${world.repository(name)}/${path}`, { headers: { accept: TYPE } });
    assert.equal(found.status, 200, path);
    assert.equal(found.headers.get('docker-content-digest'), sha512(bytes));
    assert.ok(Buffer.from(await found.arrayBuffer()).equals(bytes), path);
  }
}

/** Puts a manifest of any type. */
export async function pushManifest(world: World, path: string, type: string, bytes: Buffer): Promise<void> {
  const put = await world.fetch(`${world.url}/v2/${world.repository(path)}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body: new Uint8Array(bytes),
  });
  assert.equal(put.status, 201, await put.text());
}

function sha512(bytes: Buffer): string {
  return `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
}
