/** What the head of a request says of its body. */
import type { IncomingMessage } from 'node:http';

/** True when the request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) > 0);
}

/** The length that the body is announced with; undefined when it is sent in chunks of unknown number. */
export function contentLengthOf({ headers }: IncomingMessage): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
}
