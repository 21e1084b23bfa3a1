/** Blobs: get, whole or in part, and delete. They are pushed by `uploads.ts`. */
import type { Digest } from '../../core/digest.js';
import { RegistryError } from '../../core/errors.js';
import type { BlobDescriptor, BlobService } from '../../registry/registry.js';
import { allowsRange, entityTag, namesDigest } from '../conditions.js';
import { type Exchange, headerOf, openRepository } from '../context.js';
import { answerError } from '../error-response.js';
import { may } from '../gate.js';
import { tellPull } from '../pulls.js';
import { contentRange, parseRange } from '../ranges.js';
import type { RegistryRequest } from '../request.js';
import { type Headers, sendBlob, sendEmpty, sendHead, sendKept } from '../send.js';

const OCTETS = 'application/octet-stream';

/** All of a blob, or the part that `Range` names; 304 goes first. */
export async function getBlob(x: Exchange, asked: RegistryRequest<'blob'>): Promise<void> {
  const { name, digest } = asked;
  const { blobs } = openRepository(x, name);
  const condition = headerOf(x, 'if-none-match');
  if (condition !== undefined) {
    const found = await blobs.stat(digest, { signal: x.signal });
    if (namesDigest(condition, contentOf(found))) {
      sendEmpty(x, 304, cacheHeadersOf(found));
      return tell(x, asked, found);
    }
  }
  const range = headerOf(x, 'range');
  if (range !== undefined) return getPart(x, blobs, asked, range);
  const small = await blobs.read(digest, { signal: x.signal });
  if (small === undefined) return streamBlob(x, blobs, asked);
  sendKept(x, asked, small, OCTETS, headersOf(small.descriptor));
  tell(x, asked, small.descriptor);
}

/** The head of `getBlob`. To somebody who may push, and can, it renews the link, so that what a pusher was told to be here stays until its manifest names it. */
export async function headBlob(x: Exchange, asked: RegistryRequest<'blob'>): Promise<void> {
  const { name, digest } = asked;
  const refresh = !x.service.settings.readOnly && may(x, 'push', name);
  const found = await openRepository(x, name).blobs.stat(digest, { signal: x.signal, refresh });
  const { size } = found;
  if (namesDigest(headerOf(x, 'if-none-match'), contentOf(found))) {
    sendEmpty(x, 304, cacheHeadersOf(found));
    return tell(x, asked, found);
  }
  const range = allowsRange(headerOf(x, 'if-range'), contentOf(found)) ? headerOf(x, 'range') : undefined;
  const wanted = parseRange(range, size);
  const headers: Headers = [...headersOf(found), 'Content-Type', OCTETS];
  if (wanted.kind === 'unsatisfiable') return refuseRange(x, digest, size);
  tell(x, asked, found);
  if (wanted.kind === 'whole') return sendHead(x, 200, size, headers);
  headers.push('Content-Range', contentRange(wanted.range, size));
  sendHead(x, 206, wanted.range.end - wanted.range.start, headers);
}

/** Takes the repository's link to the blob away, into the trash. */
export async function deleteBlob(x: Exchange, { name, digest }: RegistryRequest<'blob'>): Promise<void> {
  await openRepository(x, name).blobs.remove(digest);
  sendEmpty(x, 202);
}

async function getPart(x: Exchange, blobs: BlobService, asked: RegistryRequest<'blob'>, header: string): Promise<void> {
  const { digest } = asked;
  const found = await blobs.stat(digest, { signal: x.signal });
  const { size } = found;
  if (!allowsRange(headerOf(x, 'if-range'), contentOf(found))) return streamBlob(x, blobs, asked);
  const wanted = parseRange(header, size);
  if (wanted.kind === 'unsatisfiable') return refuseRange(x, digest, size);
  if (wanted.kind === 'whole') return streamBlob(x, blobs, asked);
  const blob = await blobs.open(digest, { signal: x.signal, range: wanted.range });
  try {
    const part = contentRange(blob.range, blob.descriptor.size);
    await sendBlob(x, 206, blob, [...headersOf(blob.descriptor), 'Content-Type', OCTETS, 'Content-Range', part]);
    tell(x, asked, blob.descriptor);
  } finally {
    await blob.close();
  }
}

async function streamBlob(x: Exchange, blobs: BlobService, asked: RegistryRequest<'blob'>): Promise<void> {
  const blob = await blobs.open(asked.digest, { signal: x.signal });
  try {
    await sendBlob(x, 200, blob, [...headersOf(blob.descriptor), 'Content-Type', OCTETS]);
    tell(x, asked, blob.descriptor);
  } finally {
    await blob.close();
  }
}

/** Also of a part, and of what the client had already: docker/distribution counts each such request. */
function tell(x: Exchange, asked: RegistryRequest<'blob'>, { mediaType, digest, size }: BlobDescriptor): void {
  tellPull(x, asked, { kind: 'blob', descriptor: { mediaType, digest, size } });
}

function refuseRange(x: Exchange, digest: Digest, size: number): void {
  const message = `the blob has ${size} bytes; the range names none of them`;
  const error = new RegistryError('BLOB_UPLOAD_INVALID', { status: 416, message, detail: { digest, size } });
  answerError(x, error, ['Content-Range', `bytes */${size}`]);
}

/** What the entity tag names: under an alias there may be other content another day. */
function contentOf({ digest, canonical }: BlobDescriptor): Digest {
  return canonical ?? digest;
}

function headersOf(found: BlobDescriptor): Headers {
  return [...cacheHeadersOf(found), 'Accept-Ranges', 'bytes'];
}

function cacheHeadersOf(found: BlobDescriptor): Headers {
  const age = found.canonical === undefined ? 'max-age=31536000' : 'no-cache';
  return ['Docker-Content-Digest', found.digest, 'ETag', entityTag(contentOf(found)), 'Cache-Control', age];
}
