/** Pushes as common clients do them: ask for each blob, then POST, PATCH and PUT what is missing, then the manifest. */
import { randomBytes } from 'node:crypto';
import { type Connection, expecting } from './connection.js';
import { type Content, contentOf } from './content.js';

/** An image: a configuration, layers, and the manifest that names them. */
export interface Image {
  readonly manifest: Content;
  readonly blobs: readonly Content[];
}

/** The type of the manifests that are pushed. */
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** An image that nobody has: a configuration of 1.5 KiB and layers of these sizes. */
export function makeImage(layerSizes: readonly number[]): Image {
  const config = contentOf(
    Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', note: randomBytes(700).toString('hex') })),
  );
  const layers = layerSizes.map((size) => contentOf(randomBytes(size)));
  const describe = (mediaType: string, { digest, size }: Content) => ({ mediaType, digest, size });
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: describe(CONFIG_TYPE, config),
    layers: layers.map((layer) => describe(LAYER_TYPE, layer)),
  };
  return { manifest: contentOf(Buffer.from(JSON.stringify(manifest))), blobs: [config, ...layers] };
}

/** Pushes one blob, unless it is there. */
export async function pushBlob(connection: Connection, repository: string, blob: Content): Promise<void> {
  const there = await expecting(connection.send({ method: 'HEAD', path: `/v2/${repository}/blobs/${blob.digest}` }), 200, 404);
  if (there.status === 200) return;
  const started = await expecting(connection.send({ method: 'POST', path: `/v2/${repository}/blobs/uploads/` }), 202);
  const headers = { 'Content-Type': 'application/octet-stream' };
  const fed = await expecting(
    connection.send({ method: 'PATCH', path: targetOf(started.headers.get('location')), headers, body: blob.pieces }),
    202,
  );
  const target = targetOf(fed.headers.get('location'));
  const path = `${target}${target.includes('?') ? '&' : '?'}digest=${blob.digest}`;
  await expecting(connection.send({ method: 'PUT', path }), 201);
}

/** Pushes an image and tags it. */
export async function pushImage(connection: Connection, repository: string, tag: string, image: Image): Promise<void> {
  for (const blob of image.blobs) await pushBlob(connection, repository, blob);
  await putManifest(connection, repository, tag, image);
}

/** Puts the manifest by a tag. Its blobs are there. */
export async function putManifest(connection: Connection, repository: string, tag: string, { manifest }: Image): Promise<void> {
  const path = `/v2/${repository}/manifests/${tag}`;
  const headers = { 'Content-Type': MANIFEST_TYPE };
  await expecting(connection.send({ method: 'PUT', path, headers, body: manifest.pieces }), 201);
}

/** The path of a Location, which may be absolute. */
function targetOf(location: string | undefined): string {
  if (location === undefined) throw new Error('an answer without a Location');
  return location.startsWith('/') ? location : location.slice(location.indexOf('/', location.indexOf('://') + 3));
}
