/** Request bodies in: small ones whole and bounded, large ones as a stream that is counted and limited in number. */
import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';
import { RegistryError } from '../core/errors.js';
import { contentLengthOf } from './announced-body.js';
import type { Exchange } from './context.js';

/** Seconds after which an upload that was turned away may come again. */
const RETRY_AFTER_S = 5;

/**
 * A manifest's bytes. MANIFEST_INVALID with 413 when there are more than `maxManifestBytes`: at once when the client says
 * so in advance, else as soon as they have come.
 */
export async function readManifestBody(x: Exchange): Promise<Buffer> {
  const { request } = x;
  const limit = x.service.settings.maxManifestBytes;
  if ((contentLengthOf(request) ?? 0) > limit) throw tooLarge(limit);
  return receiving(x, () => collect(request, limit));
}

/** Not by `for await`, which destroys the stream, and with it the connection, when it is left early. */
function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const stop = (error: unknown): void => {
      request.off('data', take);
      request.pause();
      stopListening();
      reject(error);
    };
    const take = (piece: Buffer): void => {
      bytes += piece.length;
      if (bytes > limit) stop(tooLarge(limit));
      else pieces.push(piece);
    };
    const stopListening = finished(request, { writable: false }, (error) => {
      if (error) stop(error);
      else resolve(Buffer.concat(pieces, bytes));
    });
    request.on('data', take);
    request.resume();
  });
}

/** Hands the body of an upload to the task. TOOMANYREQUESTS when as many as allowed are being received. */
export async function receiveUpload<T>(x: Exchange, task: (body: IncomingMessage) => Promise<T>): Promise<T> {
  const { service, request } = x;
  if (service.uploadsRunning >= service.settings.maxConcurrentUploads) {
    throw new RegistryError('TOOMANYREQUESTS', {
      message: 'too many uploads at the same time; try again soon',
      retryAfter: RETRY_AFTER_S,
    });
  }
  service.uploadsRunning++;
  try {
    return await receiving(x, () => task(request));
  } finally {
    service.uploadsRunning--;
  }
}

async function receiving<T>(x: Exchange, task: () => Promise<T>): Promise<T> {
  const { request } = x;
  // Paused first: a listener alone would set it flowing before the task is ready for the bytes.
  request.pause();
  const count = (piece: Buffer): void => {
    x.bytesIn += piece.length;
  };
  request.on('data', count);
  x.receiving = true;
  if (x.awaitsContinue) {
    x.awaitsContinue = false;
    x.response.writeContinue();
  }
  try {
    return await task();
  } finally {
    x.receiving = false;
    request.off('data', count);
  }
}

function tooLarge(limit: number): RegistryError {
  return new RegistryError('MANIFEST_INVALID', {
    status: 413,
    message: `a manifest has at most ${limit} bytes here`,
    detail: { maxBytes: limit },
  });
}
