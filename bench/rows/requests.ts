/** What the rows of small requests share: both registries filled alike, one target, a load of many connections. */
import type { RunningServer } from '../../test/clients/server.js';
import { type Connection, openConnection } from '../connection.js';
import { requestsPerSecond } from '../load.js';
import type { Bench, Measure } from '../row.js';
import type { Side } from '../servers.js';

const CONNECTIONS = 16;
const SECONDS = 2;
/** A link younger than 2 s is trusted by nobody: the first seconds of a store are not how it runs. */
const SETTLE_MS = 2_500;

/** Starts the registries, fills each, and measures `path` on it. */
export async function requestSides(
  bench: Bench,
  path: string,
  fill: (connection: Connection) => Promise<void>,
): Promise<Partial<Record<Side, Measure>>> {
  const servers = new Map<Side, RunningServer>();
  for (const side of bench.registries) {
    const server = await bench.start(side, { isolated: true });
    const connection = await openConnection(server.port);
    await fill(connection);
    connection.close();
    servers.set(side, server);
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const measure =
    ({ port }: RunningServer, seconds: number): Measure =>
    async () => {
      const value = await requestsPerSecond({ port, path, connections: CONNECTIONS, seconds });
      return { value, work: value * seconds };
    };
  for (const server of servers.values()) await measure(server, 1)(0);
  return Object.fromEntries([...servers].map(([side, server]) => [side, measure(server, SECONDS)]));
}

/** Requests a second are steady within a few per cent on a quiet machine. */
export const REQUEST_ROW = { unit: 'requests/s', better: 'more', rounds: 7 } as const;
