/**
 * A client on one kept connection, over the bare socket: Node's own client costs as much as a server, and what is to be
 * measured is the server. One request at a time; it never tries again.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Answer, createAnswerParser } from './answer-parser.js';

/** A request. The body is written in these pieces. */
export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: readonly Uint8Array[];
}

/** One connection to a server on loopback. */
export interface Connection {
  /** Resolves with the whole answer. Fails when the connection is cut. */
  send(ask: Ask): Promise<Answer>;
  close(): void;
}

const RECEIVE_BYTES = 256 * 1024;
const SMALL = 64 * 1024;

/** Connects. */
export async function openConnection(port: number): Promise<Connection> {
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  let method = '';
  const parse = createAnswerParser(
    (answer) => {
      const { resolve } = waiting ?? {};
      waiting = undefined;
      resolve?.(answer);
    },
    () => method === 'HEAD',
  );
  const buffer = Buffer.allocUnsafeSlow(RECEIVE_BYTES);
  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer,
      callback(length) {
        parse(buffer.subarray(0, length));
        return true;
      },
    },
  });
  await once(socket, 'connect');
  const fail = (error?: Error): void => {
    waiting?.reject(error ?? new Error('the connection was cut'));
    waiting = undefined;
  };
  let wake: (() => void) | undefined;
  socket.on('drain', () => wake?.());
  socket.on('error', fail);
  socket.on('close', () => {
    fail();
    wake?.();
  });

  const write = async (pieces: readonly Uint8Array[]): Promise<void> => {
    for (const piece of pieces) {
      if (socket.destroyed) return;
      if (!socket.write(piece)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  };

  return {
    send(ask) {
      method = ask.method;
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        if (socket.destroyed) return fail();
        void write(piecesOf(port, ask));
      });
    },
    close: () => socket.destroy(),
  };
}

/** Head and body; a small request is one piece, as real clients send it. */
function piecesOf(port: number, { method, path, headers = {}, body = [] }: Ask): readonly Uint8Array[] {
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  let head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;
  if (method !== 'GET' && method !== 'HEAD') head += `Content-Length: ${length}\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  const pieces = [Buffer.from(`${head}\r\n`, 'latin1'), ...body];
  return length < SMALL ? [Buffer.concat(pieces)] : pieces;
}

/** The answer, when its status is one of these; throws otherwise. */
export async function expecting(answer: Promise<Answer>, ...statuses: number[]): Promise<Answer> {
  const got = await answer;
  if (statuses.includes(got.status)) return got;
  throw new Error(`${got.status} instead of ${statuses.join(' or ')}: ${got.text.slice(0, 300)}`);
}
