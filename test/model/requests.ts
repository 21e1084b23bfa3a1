/** An operation as the request that a client sends for it. */

import { type HttpParts, pathOf } from '../support/http-client.js';
import { digestBy, PIECES } from './contents.js';
import type { Operation } from './operations.js';
import { blobAt, manifestAt, type State, type UploadState } from './state.js';

/** A request. */
export interface ModelRequest {
  readonly method: string;
  readonly target: string;
  readonly parts: HttpParts;
}

/** What an upload's request needs; undefined when no upload goes on. */
export function uploadAt(state: State, place: number): UploadState | undefined {
  return state.uploads[place % Math.max(state.uploads.length, 1)];
}

/** The digest of content other than any that is pushed. */
export const WRONG = digestBy('sha256', Buffer.from('never pushed'));

/** The request of an operation in this state. */
export function requestFor(state: State, operation: Operation): ModelRequest {
  switch (operation.kind) {
    case 'start':
      return { method: 'POST', target: `/v2/${operation.repository}/blobs/uploads/`, parts: {} };
    case 'push': {
      const body = blobAt(state, operation.blob);
      const digest = operation.right ? digestBy(operation.algorithm, body) : WRONG;
      return { method: 'POST', target: `/v2/${operation.repository}/blobs/uploads/?digest=${digest}`, parts: { body } };
    }
    case 'patch':
    case 'close':
    case 'status':
    case 'cancel':
      return requestOfUpload(state, operation);
    case 'mount': {
      const digest = digestBy(operation.algorithm, blobAt(state, operation.blob));
      const from = operation.from === undefined ? '' : `&from=${encodeURIComponent(operation.from)}`;
      return { method: 'POST', target: `/v2/${operation.repository}/blobs/uploads/?mount=${digest}${from}`, parts: {} };
    }
    case 'get blob': {
      const digest = digestBy(operation.algorithm, blobAt(state, operation.blob));
      return {
        method: operation.head ? 'HEAD' : 'GET',
        target: `/v2/${operation.repository}/blobs/${digest}`,
        parts: {
          headers: {
            ...(operation.range === undefined ? {} : { range: operation.range }),
            ...(operation.known ? { 'if-none-match': `"${digest}"` } : {}),
          },
        },
      };
    }
    case 'delete blob': {
      const digest = digestBy(operation.algorithm, blobAt(state, operation.blob));
      return { method: 'DELETE', target: `/v2/${operation.repository}/blobs/${digest}`, parts: {} };
    }
    case 'put manifest':
      return requestOfPut(operation);
    case 'get manifest':
    case 'delete manifest':
      return requestOfManifest(state, operation);
    case 'tags':
      return { method: 'GET', target: `/v2/${operation.repository}/tags/list${queryOf(operation)}`, parts: {} };
    case 'catalog':
      return { method: 'GET', target: `/v2/_catalog${queryOf(operation)}`, parts: {} };
    case 'referrers': {
      const subject = digestBy('sha256', manifestAt(operation.subject).bytes);
      const query = queryOf({ artifactType: operation.type, n: operation.n });
      return { method: 'GET', target: `/v2/${operation.repository}/referrers/${subject}${query}`, parts: {} };
    }
  }
}

/** `tag` or a digest, as it stands in the target. */
export function referenceOf(by: Extract<Operation, { kind: 'get manifest' }>['by']): string {
  return 'tag' in by ? by.tag : digestBy(by.algorithm, manifestAt(by.manifest).bytes);
}

function requestOfUpload(
  state: State,
  operation: Extract<Operation, { kind: 'patch' | 'close' | 'status' | 'cancel' }>,
): ModelRequest {
  const upload = uploadAt(state, operation.upload);
  if (upload === undefined) throw new Error('no upload goes on');
  const target = pathOf(upload.location);
  if (operation.kind === 'status') return { method: operation.head ? 'HEAD' : 'GET', target, parts: {} };
  if (operation.kind === 'cancel') return { method: 'DELETE', target, parts: {} };
  const body = operation.piece === undefined ? undefined : PIECES[operation.piece];
  const headers = body === undefined ? {} : placed(operation.place, upload.bytes.length, body.length);
  const parts = body === undefined ? {} : { headers, body };
  if (operation.kind === 'patch') return { method: 'PATCH', target, parts };
  if (operation.digest === 'missing') return { method: 'PUT', target, parts };
  const whole = Buffer.concat([upload.bytes, body ?? Buffer.alloc(0)]);
  const digest = operation.digest === 'wrong' ? WRONG : digestBy(operation.algorithm, whole);
  return { method: 'PUT', target: `${target}?digest=${digest}`, parts };
}

/** The `Content-Range` of a chunk that says it belongs there. */
function placed(place: string, size: number, length: number): Readonly<Record<string, string>> {
  if (place === 'unsaid') return {};
  const start = place === 'right' ? size : place === 'too early' ? Math.max(size - 1, 0) : size + 1;
  return { 'content-range': `${start}-${start + length - 1}` };
}

function requestOfPut(operation: Extract<Operation, { kind: 'put manifest' }>): ModelRequest {
  const { bytes, mediaType } = manifestAt(operation.manifest);
  const { by, condition } = operation;
  const query = by === 'tag' ? '' : `?${operation.tags.map((tag) => `tag=${tag}`).join('&')}`;
  const reference = by === 'tag' ? operation.tags[0] : digestBy(by, bytes);
  return {
    method: 'PUT',
    target: `/v2/${operation.repository}/manifests/${reference}${query}`,
    parts: {
      body: bytes,
      headers: {
        'content-type': mediaType,
        ...(condition === 'absent' ? { 'if-none-match': '*' } : {}),
        ...(typeof condition === 'object' ? { 'if-match': `"${digestBy('sha256', manifestAt(condition.names).bytes)}"` } : {}),
      },
    },
  };
}

function requestOfManifest(
  state: State,
  operation: Extract<Operation, { kind: 'get manifest' | 'delete manifest' }>,
): ModelRequest {
  const reference = referenceOf(operation.by);
  const target = `/v2/${operation.repository}/manifests/${reference}`;
  if (operation.kind === 'delete manifest') return { method: 'DELETE', target, parts: {} };
  const named = 'tag' in operation.by ? state.repositories.get(operation.repository)?.tags.get(operation.by.tag) : reference;
  const headers = operation.known && named !== undefined ? { 'if-none-match': `"${named}"` } : {};
  return { method: operation.head ? 'HEAD' : 'GET', target, parts: { headers } };
}

function queryOf(parameters: Readonly<{ n?: unknown; last?: unknown; artifactType?: unknown }>): string {
  const { n, last, artifactType } = parameters;
  const given = Object.entries({ n, last, artifactType }).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`;
}
