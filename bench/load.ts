/** Requests a second that a server answers: by wrk where it is installed, else by connections of this process. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expecting, openConnection } from './connection.js';
import { clientCores, pinned } from './machine.js';

/** A load: one target, so many connections, each with one request at a time. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
}

const ACCEPT = 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*';

/** Whether wrk makes the load. */
export const HAS_WRK = spawnSync('wrk', ['--version']).error === undefined;

/** Requests a second. Throws when an answer is not a 200. */
export function requestsPerSecond(load: Load): Promise<number> {
  return HAS_WRK ? byWrk(load) : byConnections(load);
}

async function byWrk({ port, path, connections, seconds }: Load): Promise<number> {
  const url = `http://127.0.0.1:${port}${path}`;
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-H', `Accept: ${ACCEPT}`, url];
  const { command, args: all } = pinned(clientCores(), 'wrk', args);
  const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (piece) => {
    text += String(piece);
  });
  await once(child, 'close');
  const rate = /Requests\/sec:\s*([\d.]+)/.exec(text)?.[1];
  if (rate === undefined || /Non-2xx|Socket errors/.test(text)) throw new Error(`wrk ${url}: ${text}`);
  return Number(rate);
}

async function byConnections({ port, path, connections, seconds }: Load): Promise<number> {
  const started = performance.now();
  const stop = started + seconds * 1000;
  let count = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = await openConnection(port);
      for (; performance.now() < stop; count++) {
        await expecting(connection.send({ method: 'GET', path, headers: { Accept: ACCEPT } }), 200);
      }
      connection.close();
    }),
  );
  return count / ((performance.now() - started) / 1000);
}
