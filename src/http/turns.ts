/**
 * Pipelined requests, one at a time: each sees what the one before it on its connection has done (RFC 9112, section 9.3.2,
 * allows to run beside one another only those that change nothing).
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The turns of each connection. */
export interface Turns {
  /**
   * Begins at once when nothing runs on the connection; else when all before it are answered, if the client still waits.
   * A connection on which far too many wait is cut.
   */
  whenFree(socket: Socket, begin: () => void): void;
  /** From now until the response is closed, something runs. */
  occupy(socket: Socket, response: ServerResponse): void;
}

interface Turn {
  busy: boolean;
  readonly waiting: (() => void)[];
}

/** More than any client sends before it reads; each takes some kilobytes. */
const MOST_WAITING = 1_000;

/** Turns of no connection yet. */
export function createTurns(): Turns {
  const turns = new WeakMap<Socket, Turn>();
  return {
    whenFree(socket, begin) {
      const turn = turns.get(socket);
      if (turn === undefined || !turn.busy) return begin();
      if (turn.waiting.length >= MOST_WAITING) {
        socket.destroy();
        return;
      }
      turn.waiting.push(() => {
        if (!socket.destroyed) begin();
      });
    },
    occupy(socket, response) {
      const turn = turns.get(socket) ?? { busy: false, waiting: [] };
      turns.set(socket, turn);
      turn.busy = true;
      response.once('close', () => {
        turn.busy = false;
        while (!turn.busy) {
          const next = turn.waiting.shift();
          if (next === undefined) return;
          next();
        }
      });
    },
  };
}
