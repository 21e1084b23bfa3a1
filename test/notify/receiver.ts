/** A receiver of events: a real server, which answers as the test says. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One envelope that came. */
export interface Received {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly events: readonly Told[];
}

/** What a test looks at in an event. */
export interface Told {
  readonly id: string;
  readonly action: string;
  readonly timestamp: string;
  readonly target: Readonly<Record<string, unknown>> & { readonly repository: string };
  readonly request: Readonly<Record<string, string>>;
  readonly actor: Readonly<Record<string, string>>;
  readonly source: Readonly<Record<string, string>>;
}

/** How a request is answered: with a status, not at all, or by hand. */
export type Answer = number | 'hang' | ((received: Received, response: ServerResponse) => void);

/** A receiver that listens. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** All that came, accepted or not. */
  readonly received: readonly Received[];
  /** Connections that were made. */
  connections(): number;
  answer: Answer;
  /** Resolves when so many have come. */
  count(wanted: number): Promise<readonly Received[]>;
  /** Resolves when the check holds for all that came. */
  until(check: (received: readonly Received[]) => boolean): Promise<readonly Received[]>;
  close(): Promise<void>;
}

/** Listens on the loopback address, on a port that is free unless one is given. */
export async function startReceiver(answer: Answer = 200, port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const waiters = new Set<() => void>();
  let connections = 0;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString('utf8');
      const { events } = body === '' ? { events: [] } : (JSON.parse(body) as { events: Told[] });
      const one: Received = { url: request.url ?? '', headers: request.headers, body, events };
      received.push(one);
      if (typeof receiver.answer === 'function') receiver.answer(one, response);
      else if (receiver.answer !== 'hang') response.writeHead(receiver.answer).end('taken\n');
      for (const waiter of waiters) waiter();
    });
  });
  server.on('connection', () => {
    connections++;
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const at = (server.address() as AddressInfo).port;
  const until = (check: (all: readonly Received[]) => boolean): Promise<readonly Received[]> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!check(received)) return;
        waiters.delete(look);
        resolve(received);
      };
      waiters.add(look);
      look();
    });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${at}/hook`,
    port: at,
    received,
    connections: () => connections,
    answer,
    count: (wanted) => until((all) => all.length >= wanted),
    until,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return receiver;
}
