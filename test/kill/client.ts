/** A bare HTTP client: sends what it is told, tells a cut connection from an answer, and never tries again by itself. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** One request. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** An answer, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The connection was cut or never made. The request may have been carried out, or not. */
export class Cut extends Error {
  override readonly name = 'Cut';
}

/** Speaks to one server. */
export interface Client {
  /** Throws `Cut` when there is no whole answer. */
  send(call: Call): Promise<Answer>;
  /** Closes idle connections. */
  close(): void;
}

const PIECE = 64 * 1024;
const PATIENCE_MS = 20_000;

/** A client of a loopback port. */
export function createClient(port: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    send: ({ method, path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const cut = (error: Error) => reject(new Cut(`${method} ${path}: ${error.message}`));
        const length = body !== undefined || method !== 'GET' ? { 'content-length': String(body?.length ?? 0) } : {};
        const req = request({
          host: '127.0.0.1',
          port,
          method,
          path,
          headers: { ...length, ...headers },
          agent,
          timeout: PATIENCE_MS,
        });
        req.on('timeout', () => req.destroy(new Error('no answer in time')));
        req.on('error', cut);
        req.on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', cut);
          response.on('aborted', () => cut(new Error('cut off')));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
          );
        });
        // In pieces, so that the server dies in the middle of bodies too.
        const write = (at: number) => {
          if (req.destroyed) return;
          if (body === undefined || at >= body.length) req.end();
          else req.write(body.subarray(at, at + PIECE), () => setImmediate(write, at + PIECE));
        };
        write(0);
      }),
    close: () => agent.destroy(),
  };
}
