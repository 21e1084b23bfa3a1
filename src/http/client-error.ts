/** Requests that never became one: the parser's errors, answered by hand on the connection. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ErrorCode, RegistryError } from '../core/errors.js';
import type { AccessLog } from './access-log.js';
import { errorDocument } from './error-response.js';

interface Fault {
  readonly status: number;
  readonly message: string;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'the head of the request is too large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'the head of the request took too long' },
  CONNECT: { status: 405, message: 'this is no proxy' },
};
const MALFORMED: Fault = { status: 400, message: 'the request is not well-formed HTTP' };

/** True when nobody can be answered any more. */
export function isLost(error: Error & { code?: string }, socket: Duplex): boolean {
  return error.code === 'ECONNRESET' || !socket.writable;
}

/** Answers on a connection that the parser has given up, and closes it. */
export function answerClientError(error: Error & { code?: string }, socket: Socket, id: string, log: AccessLog): void {
  // What comes behind the fault is a fault again.
  if (!socket.writable) return;
  const { status, message } = FAULTS[error.code ?? ''] ?? MALFORMED;
  const code: ErrorCode = 'UNSUPPORTED';
  const body = JSON.stringify(errorDocument(new RegistryError(code, { status, message })));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  log({
    id,
    method: '',
    url: '',
    kind: 'malformed',
    repository: undefined,
    user: undefined,
    refusal: undefined,
    status,
    bytesIn: 0,
    bytesOut: body.length,
    durationMs: 0,
    client: socket.remoteAddress,
    userAgent: undefined,
    errorCode: code,
    error: undefined,
  });
}
