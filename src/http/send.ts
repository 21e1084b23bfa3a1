/** Answers out: heads with what every answer has, small bodies whole, large ones as fast as the client takes them. */
import type { Content, OpenBlob } from '../registry/registry.js';
import { hasBody } from './announced-body.js';
import type { Exchange } from './context.js';
import type { HotAnswer } from './hot.js';
import { type Ending, endAfterRest, endingOf } from './unread-body.js';

/** Header names and values in turn. */
export type Headers = string[];

const JSON_TYPE = 'application/json; charset=utf-8';

/** An answer without a body. 204 and 304 have no Content-Length (RFC 9110, section 8.6), all others 0. */
export function sendEmpty(x: Exchange, status: number, headers: Headers = []): void {
  if (status !== 204 && status !== 304) headers.push('Content-Length', '0');
  finish(x, status, headers, undefined);
}

/** A JSON document. */
export function sendJson(x: Exchange, status: number, document: unknown, headers: Headers = [], contentType = JSON_TYPE): void {
  const text = JSON.stringify(document);
  const length = Buffer.byteLength(text);
  headers.push('Content-Type', contentType, 'Content-Length', String(length));
  // Plain characters leave with the head in one write; a buffer would make it a `writev`, which costs much more.
  finish(x, status, headers, length === text.length ? text : Buffer.from(text));
}

/** A body in memory. To a HEAD the same without the body. */
export function sendBytes(x: Exchange, status: number, body: Buffer, contentType: string, headers: Headers = []): void {
  headers.push('Content-Type', contentType, 'Content-Length', String(body.length));
  finish(x, status, headers, body);
}

/** Small content, 200. The same answer is prepared for the next who asks for it by the same target. */
export function sendKept(x: Exchange, asked: HotAnswer['asked'], content: Content, contentType: string, headers: Headers): void {
  const { hot, apiHeaders } = x.service;
  const length = String(content.bytes.length);
  hot.keep(x.url, asked, content, [...headers, 'Content-Type', contentType, 'Content-Length', length, ...apiHeaders]);
  sendBytes(x, 200, content.bytes, contentType, headers);
}

/** The head of an answer to a HEAD, whose body would have `length` bytes. */
export function sendHead(x: Exchange, status: number, length: number, headers: Headers): void {
  headers.push('Content-Length', String(length));
  finish(x, status, headers, undefined);
}

/**
 * The bytes of a blob. A piece goes out while the next is read; the one after that is asked for when the connection has
 * taken the first, since the source uses its buffers again. A source that fails ends the connection: never a clean end of
 * something that is not whole.
 */
export async function sendBlob(x: Exchange, status: number, blob: OpenBlob, headers: Headers): Promise<void> {
  const { response } = x;
  let left = blob.range.end - blob.range.start;
  headers.push('Content-Length', String(left));
  writeHead(x, status, headers, 'plain');
  if (hasBody(x.request)) x.request.resume();
  let earlier: Promise<void> = Promise.resolve();
  for await (const piece of blob.chunks()) {
    left -= piece.length;
    const written = write(x, piece);
    // Looked at one round later; until then a failure must not count as unhandled.
    written.catch(() => undefined);
    await earlier;
    earlier = written;
  }
  await earlier;
  // Ended cleanly, the connection would go on, and the next answer would pass for the rest of this one.
  if (left !== 0) throw new Error(`the store gave another number of bytes than it had told, by ${left}`);
  x.answered = true;
  response.end();
}

/** Resolves when the connection has taken the piece; fails when the client is gone. */
function write(x: Exchange, piece: Uint8Array): Promise<void> {
  const { response, signal } = x;
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(signal.reason);
    if (signal.aborted) return gone();
    signal.addEventListener('abort', gone, { once: true });
    response.write(piece, (error) => {
      signal.removeEventListener('abort', gone);
      if (error) {
        // Node 22 and later tell of a lost connection here first, and only then by `close`.
        x.gone = true;
        return reject(x.signal.reason);
      }
      x.bytesOut += piece.length;
      resolve();
    });
  });
}

function finish(x: Exchange, status: number, headers: Headers, body: Buffer | string | undefined): void {
  const { response, method } = x;
  const ending = endingOf(x);
  writeHead(x, status, headers, ending);
  x.answered = true;
  const content = method === 'HEAD' ? undefined : body;
  if (content) x.bytesOut += content.length;
  if (ending !== 'linger') {
    response.end(content, 'latin1');
    // The next request of the connection is seen only when the body of this one has passed.
    if (ending === 'discard') x.request.resume();
    return;
  }
  if (content) response.write(content, 'latin1');
  else response.flushHeaders();
  endAfterRest(x, response);
}

function writeHead(x: Exchange, status: number, headers: Headers, ending: Ending): void {
  const { service, response } = x;
  headers.push(...(x.isApi ? service.apiHeaders : service.headers), 'X-Request-Id', x.id);
  // A connection that goes on would keep a server alive that wants to stop.
  if (service.draining || ending === 'linger') headers.push('Connection', 'close');
  response.writeHead(status, headers);
}
