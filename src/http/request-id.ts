/** Names for requests, by which a client's report and a log line find each other. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const ACCEPTED = /^[A-Za-z0-9._:=+/-]{1,128}$/;

/** The next id of this process: a random part for the process, a count for the request. */
export function createRequestIds(): () => string {
  const prefix = randomBytes(8).toString('hex');
  let count = 0;
  return () => `${prefix}-${(++count).toString(36)}`;
}

/** The `X-Request-Id` that a proxy has given the request, when it is fit for a log line; else the next of ours. */
export function requestIdOf(request: IncomingMessage, next: () => string): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED.test(given) ? given : next();
}
