/** Uploads: begun, fed, asked about, given up, and made blobs; and blobs mounted from elsewhere. */
import type { Descriptor } from '../../core/descriptor.js';
import { CANONICAL, type Digest, hashOf, isContentDigest, isDigest, isHashAlgorithm, parseDigest } from '../../core/digest.js';
import { RegistryError } from '../../core/errors.js';
import { isRepositoryName, type RepositoryName } from '../../core/reference.js';
import type { UploadService, UploadStatus } from '../../registry/registry.js';
import { contentLengthOf, hasBody } from '../announced-body.js';
import { baseUrl } from '../base-url.js';
import { receiveUpload } from '../body.js';
import { type Exchange, headerOf, openRepository } from '../context.js';
import { answerError } from '../error-response.js';
import { may } from '../gate.js';
import { blobUrl, uploadUrl } from '../links.js';
import { parseChunkRange, uploadRange } from '../ranges.js';
import type { RegistryRequest } from '../request.js';
import { type Headers, sendEmpty } from '../send.js';

type Asked = Pick<RegistryRequest<'upload'>, 'name' | 'id'>;

/** Mounts the blob, or takes it in this one request when `digest` names it, or begins an upload. */
export async function startUpload(x: Exchange, asked: RegistryRequest<'uploads'>): Promise<void> {
  const { name, mount } = asked;
  const digest = asked.digest === undefined ? undefined : parseDigest(asked.digest);
  const algorithm = algorithmOf(asked.algorithm);
  const mounted = mount !== undefined && isDigest(mount) ? await mountBlob(x, asked, mount) : undefined;
  if (mounted) return sendCreated(x, name, mounted);
  const { uploads } = openRepository(x, name);
  if (digest !== undefined) return pushAtOnce(x, asked, uploads, digest);
  const { id, size } = await uploads.start(algorithm);
  sendEmpty(x, 202, progressOf(x, { name, id }, size));
}

/** A `from` that is no name, or may not be read, is a repository that does not hold the blob. */
async function mountBlob(
  x: Exchange,
  { name, from }: RegistryRequest<'uploads'>,
  digest: Digest,
): Promise<Descriptor | undefined> {
  if (from !== undefined && !isRepositoryName(from)) return undefined;
  if (from !== undefined && !may(x, 'pull', from)) return undefined;
  const source = from === undefined ? { mayRead: (other: RepositoryName) => may(x, 'pull', other) } : { from };
  return openRepository(x, name).blobs.mount(digest, source);
}

/** The client never learns of the upload, so whatever goes wrong, nothing of it stays. */
async function pushAtOnce(
  x: Exchange,
  { name }: RegistryRequest<'uploads'>,
  uploads: UploadService,
  digest: Digest,
): Promise<void> {
  const { id } = await uploads.start({ algorithm: isContentDigest(digest) ? hashOf(digest) : CANONICAL });
  let pushed: Descriptor;
  try {
    if (hasBody(x.request)) await receiveUpload(x, (body) => uploads.append(id, body, { at: 0 }));
    pushed = await uploads.commit(id, digest);
  } catch (error) {
    await uploads.cancel(id).catch(() => undefined); // Gone already, or for the purge of old uploads.
    throw error;
  }
  sendCreated(x, name, pushed);
}

/** A chunk, in order, or the whole as a stream. */
export async function patchUpload(x: Exchange, asked: RegistryRequest<'upload'>): Promise<void> {
  const { uploads } = openRepository(x, asked.name);
  await feeding(x, asked, uploads, async () => {
    const { size } = await appendBody(x, asked, uploads);
    sendEmpty(x, 202, progressOf(x, asked, size));
  });
}

/** The last chunk, if there is one, and the digest of the whole. Without a digest, or with a malformed one, the upload stays. */
export async function putUpload(x: Exchange, asked: RegistryRequest<'upload'>): Promise<void> {
  if (asked.digest === undefined)
    throw new RegistryError('DIGEST_INVALID', { message: 'digest missing', detail: 'digest missing' });
  const digest = parseDigest(asked.digest);
  const { uploads } = openRepository(x, asked.name);
  await feeding(x, asked, uploads, async () => {
    if (hasBody(x.request) || headerOf(x, 'content-range') !== undefined) await appendBody(x, asked, uploads);
    sendCreated(x, asked.name, await uploads.commit(asked.id, digest));
  });
}

/** How far the upload has come. */
export async function getUpload(x: Exchange, asked: RegistryRequest<'upload'>): Promise<void> {
  const { size } = await openRepository(x, asked.name).uploads.status(asked.id, { signal: x.signal });
  sendEmpty(x, 204, progressOf(x, asked, size));
}

/** Gives the upload up. */
export async function cancelUpload(x: Exchange, { name, id }: RegistryRequest<'upload'>): Promise<void> {
  await openRepository(x, name).uploads.cancel(id);
  sendEmpty(x, 204, ['Docker-Upload-UUID', id]);
}

async function appendBody(x: Exchange, { id }: Asked, uploads: UploadService): Promise<UploadStatus> {
  const range = parseChunkRange(headerOf(x, 'content-range'), contentLengthOf(x.request));
  if (x.awaitsContinue) await refuseMisplaced(uploads, id, range?.start);
  const status = await receiveUpload(x, (body) => uploads.append(id, body, range === undefined ? {} : { at: range.start }));
  if (range === undefined || status.size === range.end) return status;
  throw new RegistryError('SIZE_INVALID', {
    detail: { contentRange: headerOf(x, 'content-range'), received: status.size - range.start },
  });
}

/** Who asks before sending gets the answer before sending. */
async function refuseMisplaced(uploads: UploadService, id: Asked['id'], start: number | undefined): Promise<void> {
  const { size } = await uploads.status(id);
  if (start === undefined || start === size) return;
  throw new RegistryError('BLOB_UPLOAD_INVALID', {
    message: `the upload holds ${size} bytes: go on from there`,
    detail: { size },
  });
}

/** To a chunk at the wrong place the answer tells where the right one is; the upload lives on. */
async function feeding(x: Exchange, asked: Asked, uploads: UploadService, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof RegistryError) || error.status !== 416) throw error;
    const { size } = await uploads.status(asked.id);
    answerError(x, error, progressOf(x, asked, size));
  }
}

function progressOf(x: Exchange, { name, id }: Asked, size: number): Headers {
  const location = baseUrl(x.request, x.service.settings) + uploadUrl(name, id);
  return ['Location', location, 'Range', uploadRange(size), 'Docker-Upload-UUID', id];
}

/** Of content that was pushed by a tarsum, the digest that it is stored under. */
function sendCreated(x: Exchange, name: Asked['name'], { digest }: Descriptor): void {
  const location = baseUrl(x.request, x.service.settings) + blobUrl(name, digest);
  sendEmpty(x, 201, ['Location', location, 'Docker-Content-Digest', digest]);
}

function algorithmOf(text: string | undefined): { algorithm?: 'sha256' | 'sha512' } {
  if (text === undefined) return {};
  if (isHashAlgorithm(text)) return { algorithm: text };
  throw new RegistryError('DIGEST_INVALID', {
    message: `the digest algorithm ${text.slice(0, 64)} is not supported; use sha256 or sha512`,
  });
}
