/** Servers for tests, and connections on which every byte is under control. */
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import type { RequestRecord } from '../../src/http/access-log.js';
import { createServer, type RegistryServer, type ServerOptions } from '../../src/http/server.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import type { Registry } from '../../src/registry/registry.js';
import { openStores } from '../../src/store/stores.js';
import { createHttpClient, type HttpAnswer, type HttpClient, type HttpParts } from '../support/http-client.js';

/** A server that runs until the test is over. */
export interface TestServer {
  readonly base: string;
  readonly registry: Registry;
  readonly server: RegistryServer;
  /** What was logged so far. */
  readonly records: readonly RequestRecord[];
  /** The record that the predicate finds, as soon as it is there. */
  record(wanted: (record: RequestRecord) => boolean): Promise<RequestRecord>;
  send(method: string, target: string, parts?: HttpParts): Promise<HttpAnswer>;
  /** A connection of its own. */
  client(): HttpClient;
  /** A connection for bytes. */
  open(): Wire;
}

/** How the server is made. */
export interface TestServerOptions extends Partial<Omit<ServerOptions, 'log'>> {
  readonly driver?: StorageDriver;
}

/** Starts a server, over memory unless something else is given. */
export async function startServer(test: TestContext, options: TestServerOptions = {}): Promise<TestServer> {
  const { driver = createMemoryDriver(), registry = createRegistry(openStores(driver)), ...rest } = options;
  const records: RequestRecord[] = [];
  const waiting = new Set<() => void>();
  const log = (record: RequestRecord): void => {
    records.push(record);
    for (const look of [...waiting]) look();
  };
  const server = createServer({ registry, log, ...rest, settings: { drainMs: 2_000, ...rest.settings } });
  const base = await server.listen({ host: '127.0.0.1', port: 0 });
  const clients: HttpClient[] = [];
  const client = (): HttpClient => {
    const one = createHttpClient(base);
    clients.push(one);
    return one;
  };
  const first = client();
  const wires: Wire[] = [];
  test.after(async () => {
    for (const one of clients) one.close();
    for (const wire of wires) wire.socket.destroy();
    await server.close();
    await registry.close();
  });
  return {
    base,
    registry,
    server,
    records,
    record: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = records.find(wanted);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    send: (method, target, parts) => first.send(method, target, parts),
    client,
    open() {
      const wire = openWire(base);
      wires.push(wire);
      return wire;
    },
  };
}

/** A connection on which text is written as it is. */
export interface Wire {
  readonly socket: Socket;
  /** Writes text, with `\n` for the ends of lines of a head. */
  write(text: string): Wire;
  /** Resolves when the server has been sent all that was written, and had a moment to read it. */
  written(): Promise<void>;
  /** All that has come, as soon as it matches. Rejects when the connection ends before. */
  until(wanted: RegExp): Promise<string>;
  /** All that came until the server closed the connection. */
  closed(): Promise<string>;
}

function openWire(base: string): Wire {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname);
  let text = '';
  let over = false;
  const looks = new Set<() => void>();
  const look = (): void => {
    for (const one of [...looks]) one();
  };
  socket.setEncoding('latin1');
  socket.on('data', (piece: string) => {
    text += piece;
    look();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    over = true;
    look();
  });
  const when = (isSo: () => boolean, orElse: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const one = (): void => {
        if (isSo()) resolve(text);
        else if (over) reject(new Error(`${orElse}; what came: ${text}`));
        else return;
        looks.delete(one);
      };
      looks.add(one);
      one();
    });
  const wire: Wire = {
    socket,
    write(some) {
      socket.write(some.replaceAll('\n', '\r\n'), 'latin1');
      return wire;
    },
    async written() {
      await new Promise<void>((resolve) => socket.write('', () => resolve()));
      // The server reads in this same process: what has left one socket is read at the other within a few turns.
      for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    until: (wanted) => when(() => wanted.test(text), `the connection ended before ${wanted}`),
    closed: () => when(() => over, 'never'),
  };
  return wire;
}

/** The codes of an error answer. */
export function codesOf(answer: HttpAnswer): readonly string[] {
  return (JSON.parse(answer.body.toString()) as { errors: { code: string }[] }).errors.map(({ code }) => code);
}
