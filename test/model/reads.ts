/** What a client has to be shown of content: all of it, a part of it, or that it is not there. */
import assert from 'node:assert/strict';
import type { HttpAnswer } from '../support/http-client.js';
import { digestBy } from './contents.js';
import type { Operation } from './operations.js';
import { referenceOf } from './requests.js';
import { blobAt, isDoubtful, manifestOf, repositoryOf, type State } from './state.js';

/** Checks the answer to a read of a blob. */
export function stepOfBlob(state: State, operation: Extract<Operation, { kind: 'get blob' }>, answer: HttpAnswer): void {
  const { client, repository, head, range, known, algorithm } = operation;
  const bytes = blobAt(state, operation.blob);
  const digest = digestBy(algorithm, bytes);
  const there = repositoryOf(state, repository).blobs.has(digest);
  if (!there && answer.status === 404) return checkError(answer, 'BLOB_UNKNOWN', head);
  assert.ok(there || isDoubtful(state, client, `${repository} ${digest}`), `${answer.status} for a blob that is not there`);
  if (known) return assert.equal(answer.status, 304);
  const part = partOf(range, bytes.length);
  if (part === 'none') {
    assert.equal(answer.status, 416);
    assert.equal(answer.headers['content-range'], `bytes */${bytes.length}`);
    return;
  }
  const wanted = part === 'all' ? bytes : bytes.subarray(part.first, part.last + 1);
  assert.equal(answer.status, part === 'all' ? 200 : 206);
  assert.equal(answer.headers['content-range'], part === 'all' ? undefined : `bytes ${part.first}-${part.last}/${bytes.length}`);
  checkContent(answer, digest, wanted, 'application/octet-stream', head);
}

/** The ranges of the model, each spelled out: nothing of the code under test is used to read them. */
function partOf(range: string | undefined, size: number): 'all' | 'none' | { first: number; last: number } {
  switch (range) {
    case 'bytes=0-0':
      return size > 0 ? { first: 0, last: 0 } : 'none';
    case 'bytes=2-':
      return size > 2 ? { first: 2, last: size - 1 } : 'none';
    case 'bytes=-3':
      return size > 0 ? { first: Math.max(size - 3, 0), last: size - 1 } : 'none';
    case 'bytes=0-99999999':
      return size > 0 ? { first: 0, last: size - 1 } : 'none';
    case 'bytes=5-4':
    case 'bytes=4000000-':
    case 'bytes=-0':
      return 'none';
    default:
      return 'all';
  }
}

/** Checks the answer to a read of a manifest. */
export function stepOfManifest(state: State, operation: Extract<Operation, { kind: 'get manifest' }>, answer: HttpAnswer): void {
  const { client, repository, by, head, known } = operation;
  const here = repositoryOf(state, repository);
  const digest = 'tag' in by ? here.tags.get(by.tag) : referenceOf(by);
  const there = digest !== undefined && here.manifests.has(digest);
  if (!there && answer.status === 404) return checkError(answer, 'MANIFEST_UNKNOWN', head);
  assert.ok(digest !== undefined, `${answer.status} for a tag that is not there`);
  assert.ok(there || isDoubtful(state, client, `${repository} ${digest}`), `${answer.status} for a manifest that is not there`);
  if (known) return assert.equal(answer.status, 304);
  const { bytes, mediaType } = manifestOf(digest);
  assert.equal(answer.status, 200);
  checkContent(answer, digest, bytes, mediaType, head);
}

function checkContent(answer: HttpAnswer, digest: string, wanted: Buffer, mediaType: string, head: boolean): void {
  assert.equal(answer.headers['docker-content-digest'], digest);
  assert.equal(answer.headers.etag, `"${digest}"`);
  assert.equal(answer.headers['content-type'], mediaType);
  assert.equal(answer.headers['content-length'], String(wanted.length));
  assert.ok(answer.body.equals(head ? Buffer.alloc(0) : wanted), 'other bytes');
}

function checkError(answer: HttpAnswer, code: string, head: boolean): void {
  if (head) return assert.equal(answer.body.length, 0);
  assert.equal((JSON.parse(answer.body.toString()) as { errors: { code: string }[] }).errors[0]?.code, code);
}
