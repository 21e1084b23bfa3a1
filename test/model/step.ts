/** What a registry has to answer, and what it is after the answer. Throws an AssertionError for any other answer. */
import assert from 'node:assert/strict';
import type { HttpAnswer } from '../support/http-client.js';
import { digestBy, PIECES } from './contents.js';
import { checkCatalog, checkReferrers, checkTags } from './lists.js';
import type { Operation } from './operations.js';
import { stepOfBlob, stepOfManifest } from './reads.js';
import { uploadAt } from './requests.js';
import {
  blobAt,
  doubt,
  learn,
  manifestAt,
  manifestOf,
  type RepositoryState,
  repositoryOf,
  type State,
  settleDoubt,
  type UploadState,
} from './state.js';

type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

/** Compares the answer with what the state demands and moves the state on. */
export function step(state: State, operation: Operation, answer: HttpAnswer): void {
  switch (operation.kind) {
    case 'start':
      return begun(state, operation.repository, answer);
    case 'push':
      return stepOfPush(state, operation, answer);
    case 'patch':
      return stepOfPatch(state, operation, answer);
    case 'status':
      return stepOfStatus(state, operation, answer);
    case 'close':
      return stepOfClose(state, operation, answer);
    case 'cancel': {
      assert.equal(answer.status, 204);
      state.uploads = state.uploads.filter((upload) => upload !== uploadAt(state, operation.upload));
      return;
    }
    case 'mount':
      return stepOfMount(state, operation, answer);
    case 'get blob':
      return stepOfBlob(state, operation, answer);
    case 'delete blob': {
      const digest = digestBy(operation.algorithm, blobAt(state, operation.blob));
      const gone = repositoryOf(state, operation.repository).blobs.delete(digest);
      expect(answer, gone ? 202 : 404, gone ? undefined : 'BLOB_UNKNOWN');
      if (gone) doubt(state, operation.client, `${operation.repository} ${digest}`);
      return;
    }
    case 'put manifest':
      return stepOfPut(state, operation, answer);
    case 'get manifest':
      return stepOfManifest(state, operation, answer);
    case 'delete manifest':
      return stepOfDelete(state, operation, answer);
    case 'tags':
      return checkTags(state, operation, answer);
    case 'catalog':
      return checkCatalog(state, operation, answer);
    case 'referrers':
      return checkReferrers(state, operation, answer);
  }
}

/** The status, and the code of the first error. */
export function expect(answer: HttpAnswer, status: number, code?: string): void {
  assert.equal(answer.status, status, answer.body.subarray(0, 300).toString());
  if (code === undefined) return;
  const { errors } = JSON.parse(answer.body.toString()) as { errors: { code: string }[] };
  assert.equal(errors[0]?.code, code);
}

function begun(state: State, repository: string, answer: HttpAnswer): void {
  expect(answer, 202);
  assert.equal(answer.headers['range'], '0-0');
  state.uploads.push({ repository, location: String(answer.headers.location), bytes: Buffer.alloc(0) });
}

function created(state: State, repository: string, digest: string, answer: HttpAnswer): void {
  expect(answer, 201);
  assert.equal(answer.headers['docker-content-digest'], digest);
  assert.equal(answer.headers.location, `/v2/${repository}/blobs/${digest}`);
  const here = repositoryOf(state, repository);
  here.exists = true;
  here.blobs.add(digest);
  settleDoubt(state, `${repository} ${digest}`);
}

function stepOfPush(state: State, { repository, blob, algorithm, right }: Of<'push'>, answer: HttpAnswer): void {
  if (right) created(state, repository, digestBy(algorithm, blobAt(state, blob)), answer);
  else expect(answer, 400, 'DIGEST_INVALID');
}

/** False when the chunk was refused for its place. */
function tookChunk(upload: UploadState, place: string, piece: Buffer, answer: HttpAnswer): boolean {
  const misplaced = place === 'too late' || (place === 'too early' && upload.bytes.length > 0);
  if (!misplaced) {
    upload.bytes = Buffer.concat([upload.bytes, piece]);
    return true;
  }
  expect(answer, 416, 'BLOB_UPLOAD_INVALID');
  assert.equal(answer.headers.location, upload.location);
  assert.equal(answer.headers['range'], rangeOf(upload));
  return false;
}

function rangeOf({ bytes }: UploadState): string {
  return `0-${Math.max(bytes.length - 1, 0)}`;
}

function known(state: State, place: number): UploadState {
  const upload = uploadAt(state, place);
  assert.ok(upload);
  return upload;
}

function stepOfPatch(state: State, { upload: at, place, piece }: Of<'patch'>, answer: HttpAnswer): void {
  const upload = known(state, at);
  if (!tookChunk(upload, place, PIECES[piece] ?? Buffer.alloc(0), answer)) return;
  expect(answer, 202);
  assert.equal(answer.headers['range'], rangeOf(upload));
}

function stepOfStatus(state: State, { upload: at }: Of<'status'>, answer: HttpAnswer): void {
  const upload = known(state, at);
  expect(answer, 204);
  assert.equal(answer.headers['range'], rangeOf(upload));
  assert.equal(answer.headers.location, upload.location);
}

function stepOfClose(state: State, operation: Of<'close'>, answer: HttpAnswer): void {
  const upload = known(state, operation.upload);
  if (operation.digest === 'missing') return expect(answer, 400, 'DIGEST_INVALID');
  const piece = operation.piece === undefined ? undefined : PIECES[operation.piece];
  if (piece !== undefined && !tookChunk(upload, operation.place, piece, answer)) return;
  state.uploads = state.uploads.filter((one) => one !== upload);
  if (operation.digest === 'wrong') return expect(answer, 400, 'DIGEST_INVALID');
  learn(state, upload.bytes);
  created(state, upload.repository, digestBy(operation.algorithm, upload.bytes), answer);
}

/** Without a source it depends on what the process has seen, so with two processes either answer is right. */
function stepOfMount(state: State, operation: Of<'mount'>, answer: HttpAnswer): void {
  const digest = digestBy(operation.algorithm, blobAt(state, operation.blob));
  const holds = (name: string): boolean => repositoryOf(state, name).blobs.has(digest);
  const held = operation.from === undefined ? [...state.repositories.keys()].some(holds) : holds(operation.from);
  if (!held || (operation.from === undefined && state.apart && answer.status === 202)) {
    return begun(state, operation.repository, answer);
  }
  created(state, operation.repository, digest, answer);
}

function stepOfPut(state: State, operation: Of<'put manifest'>, answer: HttpAnswer): void {
  const { bytes, blobs, children, subject } = manifestAt(operation.manifest);
  const here = repositoryOf(state, operation.repository);
  const digest = digestBy(operation.by === 'tag' ? 'sha256' : operation.by, bytes);
  const missing = new Set([
    ...blobs.filter((one) => !here.blobs.has(one)),
    ...children.filter((one) => !here.manifests.has(one)),
  ]);
  if (missing.size > 0) return refusedFor(missing, answer);
  const tags = operation.by === 'tag' ? operation.tags.slice(0, 1) : operation.tags;
  if (tags.some((tag) => !mayMove(here, tag, operation.condition))) return expect(answer, 412, 'MANIFEST_INVALID');
  expect(answer, 201);
  assert.equal(answer.headers['docker-content-digest'], digest);
  assert.equal(answer.headers.location, `/v2/${operation.repository}/manifests/${digest}`);
  assert.equal(answer.headers['oci-subject'], subject);
  assert.equal(answer.headers['oci-tag'], operation.by === 'tag' ? undefined : tags.join(', '));
  here.exists = true;
  here.manifests.add(digest);
  for (const tag of tags) here.tags.set(tag, digest);
  settleDoubt(state, `${operation.repository} ${digest}`);
}

function refusedFor(missing: ReadonlySet<string>, answer: HttpAnswer): void {
  expect(answer, 400, 'MANIFEST_BLOB_UNKNOWN');
  const { errors } = JSON.parse(answer.body.toString()) as { errors: { code: string; detail: string }[] };
  assert.deepEqual(new Set(errors.map(({ detail }) => detail)), missing);
}

function mayMove(here: RepositoryState, tag: string, condition: Of<'put manifest'>['condition']): boolean {
  if (condition === 'none') return true;
  if (condition === 'absent') return !here.tags.has(tag);
  return here.tags.get(tag) === digestBy('sha256', manifestAt(condition.names).bytes);
}

function stepOfDelete(state: State, { client, repository, by }: Of<'delete manifest'>, answer: HttpAnswer): void {
  const here = repositoryOf(state, repository);
  if ('tag' in by) {
    const gone = here.tags.delete(by.tag);
    return expect(answer, gone ? 202 : 404, gone ? undefined : 'MANIFEST_UNKNOWN');
  }
  const digest = digestBy(by.algorithm, manifestAt(by.manifest).bytes);
  assert.ok(manifestOf(digest));
  const gone = here.manifests.delete(digest);
  expect(answer, gone ? 202 : 404, gone ? undefined : 'MANIFEST_UNKNOWN');
  if (!gone) return;
  for (const [tag, named] of here.tags) if (named === digest) here.tags.delete(tag);
  doubt(state, client, `${repository} ${digest}`);
}
