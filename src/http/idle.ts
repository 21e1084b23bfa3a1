/** Slow clients: a connection on which nothing moves is cut, unless it is we who are slow. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Exchange } from './context.js';

/** To be called when nothing has moved on a connection for `timeoutMs`. */
export function onIdle(socket: Socket, x: Exchange | undefined, timeoutMs: number): void {
  if (x === undefined || x.response.closed || waitsForClient(x, socket)) {
    if (x && !x.response.closed) x.idle = !x.answered || socket.writableLength > 0;
    socket.destroy();
  } else socket.setTimeout(timeoutMs);
}

/** True when the next move is the client's: to send what it announced, or to take what was written. */
function waitsForClient({ receiving, answered, request }: Exchange, socket: Socket): boolean {
  return socket.writableLength > 0 || answered || (receiving && awaitsBytes(request));
}

/** With bytes in the buffer it is the store that is slow. */
function awaitsBytes(request: IncomingMessage): boolean {
  return !request.complete && request.readableLength === 0;
}
