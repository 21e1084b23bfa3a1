/** One round of requests that makes every kind of event, the same for lading and for docker/distribution. */
import { createHash } from 'node:crypto';
import { createHttpClient, pathOf } from '../support/http-client.js';
import type { Received } from './receiver.js';

const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

const digestOf = (bytes: string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Content of the round. */
export const CONFIG = '{"architecture":"amd64","os":"linux"}';
export const LAYER = 'layer bytes';
const IMAGE = JSON.stringify({
  schemaVersion: 2,
  mediaType: OCI_IMAGE,
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(CONFIG), size: CONFIG.length },
  layers: [
    {
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: digestOf(LAYER),
      size: LAYER.length,
      annotations: { k: 'v' },
    },
  ],
  annotations: { a: 'b' },
});
const INDEX = JSON.stringify({
  schemaVersion: 2,
  mediaType: OCI_INDEX,
  manifests: [
    { mediaType: OCI_IMAGE, digest: digestOf(IMAGE), size: IMAGE.length, platform: { architecture: 'amd64', os: 'linux' } },
  ],
});

/** Sends the requests, one after the other. `tagDeletes`: 2.8 refuses to delete a tag alone. */
export async function drive(base: string, { tagDeletes }: { readonly tagDeletes: boolean }): Promise<void> {
  const client = createHttpClient(base);
  const send = async (
    status: number,
    method: string,
    target: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ) => {
    const parts = { headers: { 'user-agent': 'drive/1', ...headers }, ...(body === undefined ? {} : { body }) };
    const answer = await client.send(method, target, parts);
    if (answer.status !== status) throw new Error(`${method} ${target}: ${answer.status} ${answer.body.toString('utf8')}`);
    return answer;
  };
  const pushBlob = async (bytes: string) => {
    const { headers } = await send(202, 'POST', '/v2/a/one/blobs/uploads/', { 'content-length': '0' });
    const location = pathOf(headers.location ?? '');
    const target = `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digestOf(bytes))}`;
    await send(201, 'PUT', target, { 'content-type': 'application/octet-stream' }, bytes);
  };
  const layer = `/v2/a/one/blobs/${digestOf(LAYER)}`;
  const manifest = (reference: string) => `/v2/a/one/manifests/${reference}`;
  const image = digestOf(IMAGE);
  const etag = (digest: string) => ({ 'if-none-match': `"${digest}"` });
  try {
    await pushBlob(CONFIG);
    await pushBlob(LAYER);
    await send(201, 'PUT', manifest('t1'), { 'content-type': OCI_IMAGE }, IMAGE);
    await send(201, 'PUT', manifest(image), { 'content-type': OCI_IMAGE }, IMAGE);
    await send(200, 'GET', manifest('t1'), { accept: OCI_IMAGE });
    // Once more: an answer may have been prepared.
    await send(200, 'GET', manifest('t1'), { accept: OCI_IMAGE });
    await send(200, 'HEAD', manifest('t1'), { accept: OCI_IMAGE });
    await send(200, 'GET', manifest(image), { accept: OCI_IMAGE });
    await send(304, 'GET', manifest(image), { accept: OCI_IMAGE, ...etag(image) });
    await send(200, 'GET', layer);
    await send(206, 'GET', layer, { range: 'bytes=0-3' });
    await send(304, 'GET', layer, etag(digestOf(LAYER)));
    await send(200, 'HEAD', layer);
    await send(404, 'HEAD', `/v2/a/one/blobs/${digestOf('nowhere')}`);
    await send(201, 'POST', `/v2/b/two/blobs/uploads/?mount=${digestOf(LAYER)}&from=a/one`, { 'content-length': '0' });
    await send(201, 'PUT', manifest('idx'), { 'content-type': OCI_INDEX }, INDEX);
    if (tagDeletes) await send(202, 'DELETE', manifest('idx'));
    await send(202, 'DELETE', manifest(image));
    await send(202, 'DELETE', layer);
    // Ends the round: what comes after all else.
    await pushBlob('the last one');
  } finally {
    client.close();
  }
}

/** True for the event that ends the round. */
export function endsRound({ events }: Received): boolean {
  return events.some(({ action, target }) => action === 'push' && target['digest'] === digestOf('the last one'));
}

/** An envelope without what is another one each time: ids, times, addresses, the machine. All else stays, in its order. */
export function comparable({ headers, body }: Received): { readonly type: string; readonly body: string } {
  return {
    type: headers['content-type'] ?? '',
    body: body
      .replace(/"(id|instanceID)": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g, '"$1": "ID"')
      .replace(/"id": "[0-9a-f]{16}-[0-9a-z]+"/g, '"id": "ID"')
      .replace(/"timestamp": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"/g, '"timestamp": "TIME"')
      .replace(/127\.0\.0\.1:\d+/g, 'HOST')
      .replace(/"addr": "[^"]*:\d+"\n(\s+)"/g, '"addr": "MACHINE"\n$1"')
      .replace(/"addr": "(?!HOST)[^"]*:\d+"/g, '"addr": "MACHINE"'),
  };
}
