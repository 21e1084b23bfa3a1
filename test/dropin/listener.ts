/** The endpoint that the configuration names for notifications. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What it wants to see of whoever tells it something. */
export const EVENTS_TOKEN = 'a-token-of-the-port-office';

/** The endpoint. */
export interface Listener {
  readonly url: string;
  /** Waits until it has been told of such an event. Fails when it is not. */
  told(action: string, repository: string): Promise<void>;
  close(): Promise<void>;
}

interface Envelope {
  readonly events?: readonly { readonly action?: string; readonly target?: { readonly repository?: string } }[];
}

const PATIENCE_MS = 30_000;

/** Listens on a loopback port of its own, for the whole life. */
export async function createListener(): Promise<Listener> {
  const heard = new Set<string>();
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const end = (status: number): void => void response.writeHead(status).end();
    if (request.headers.authorization !== `Bearer ${EVENTS_TOKEN}`) return end(401);
    json(request).then(
      (envelope) => {
        for (const { action, target } of (envelope as Envelope).events ?? []) heard.add(`${action} ${target?.repository}`);
        end(200);
        for (const look of [...waiting]) look();
      },
      () => end(400),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/events`,
    told: (action, repository) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          clearTimeout(late);
          waiting.delete(look);
          finish();
        };
        const late = setTimeout(
          () =>
            settle(() => reject(new Error(`nobody has told of a ${action} in ${repository}; heard: ${[...heard].join(', ')}`))),
          PATIENCE_MS,
        );
        const look = (): void => {
          if (heard.has(`${action} ${repository}`)) settle(resolve);
        };
        waiting.add(look);
        look();
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
