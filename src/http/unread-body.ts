/**
 * A body that was not read when the answer is due. Closing a connection with bytes unread makes the kernel reset it, and the
 * client, still sending, loses the answer. So the answer is sent at once and the rest of the body is read away, up to a bound.
 */
import type { ServerResponse } from 'node:http';
import { contentLengthOf, hasBody } from './announced-body.js';
import type { Exchange } from './context.js';

/** A body announced with no more than this is read away, and the connection is kept. */
const WORTH_KEEPING_BYTES = 1 << 20;
/** Of a larger one, this much and no more. */
const MOST_BYTES = 64 << 20;
const MOST_MS = 30_000;
/** A client that sends nothing for so long has taken the answer. */
const QUIET_MS = 2_000;

/** How an answer has to end: there is no body; the rest of one is read away; or the same, and the connection is closed. */
export type Ending = 'plain' | 'discard' | 'linger';

/** Whether the connection can be kept after the answer to this request. */
export function endingOf(x: Exchange): Ending {
  const { request } = x;
  if (!hasBody(request) || request.readableEnded) return 'plain';
  if (request.complete) return 'discard';
  const length = contentLengthOf(request);
  return x.awaitsContinue || length === undefined || length > WORTH_KEEPING_BYTES ? 'linger' : 'discard';
}

/** Ends an answer whose bytes are all written, when the client has stopped sending or has sent more than enough. */
export function endAfterRest(x: Exchange, response: ServerResponse): void {
  const { request } = x;
  let bytes = 0;
  const end = (): void => {
    clearTimeout(total);
    clearTimeout(quiet);
    request.off('data', count);
    if (!response.writableEnded) response.end();
  };
  const total = setTimeout(end, MOST_MS);
  const quiet = setTimeout(end, QUIET_MS);
  const count = (piece: Buffer): void => {
    bytes += piece.length;
    quiet.refresh();
    if (bytes > MOST_BYTES) end();
  };
  request.on('data', count);
  request.once('end', end);
  response.once('close', end);
  request.resume();
}
