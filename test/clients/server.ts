/**
 * Starts a server as a real process on a free loopback port, waits until it answers, and stops it by its process id.
 * Used by everything that measures or tests from outside: the client checks, the kill test and the benchmarks.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** How a server is started. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The loopback port that the command makes it listen on. */
  readonly port: number;
  /** A file that takes what it prints. */
  readonly log: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The path that answers 200 as soon as it is up. `/v2/` when not given. */
  readonly readyAt?: string;
  /** How long it may take until that is answered. 20,000 ms when not given. */
  readonly patienceMs?: number;
}

/** A server that runs. */
export interface RunningServer {
  readonly pid: number;
  /** `127.0.0.1:<port>`. */
  readonly address: string;
  readonly port: number;
  /** From the start of the process to the first 200, in ms. */
  readonly startedInMs: number;
  /** What it has printed so far, the last 4,000 characters. */
  log(): string;
  /** Ends it and waits until it is gone; SIGKILL when it does not go within 10 s. Safe to repeat. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The built command of lading, beside this file. */
export const LADING_MAIN = fileURLToPath(new URL('../../src/cli/main.cjs', import.meta.url));

/** A loopback port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** `lading serve` on a folder. */
export function ladingOn(root: string, port: number, log: string): ServerCommand {
  return {
    command: process.execPath,
    args: [LADING_MAIN, 'serve', '--root', root, '--addr', `127.0.0.1:${port}`],
    port,
    log,
  };
}

/** Starts it and waits for the first 200. Throws with its last words when it ends or does not answer in time. */
export async function startServer(options: ServerCommand): Promise<RunningServer> {
  const started = performance.now();
  const out = openSync(options.log, 'a');
  const child = spawn(options.command, [...options.args], {
    stdio: ['ignore', out, out],
    env: options.env ?? process.env,
  });
  closeSync(out);
  const lastWords = () => readFileSync(options.log, 'utf8').slice(-4000);
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  const deadline = started + (options.patienceMs ?? 20_000);
  while (!(await answers(options.port, options.readyAt ?? '/v2/'))) {
    const gone = failure !== undefined || child.exitCode !== null || child.signalCode !== null;
    if (gone || performance.now() > deadline) {
      await stopChild(child, 'SIGKILL');
      throw new Error(`${options.command} ${gone ? 'ended' : 'did not answer in time'}: ${failure?.message ?? lastWords()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return {
    pid: child.pid ?? 0,
    address: `127.0.0.1:${options.port}`,
    port: options.port,
    startedInMs: performance.now() - started,
    log: lastWords,
    stop: (signal = 'SIGTERM') => stopChild(child, signal),
  };
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(late);
}

/** One bare request, so that waiting costs the machine as little as can be. */
function answers(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let text = '';
    const done = () => {
      socket.destroy();
      resolve(text.startsWith('HTTP/1.1 200'));
    };
    socket.setTimeout(2000, done);
    socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.length >= 12) done();
    });
    socket.on('error', done);
    socket.on('end', done);
  });
}
