/**
 * The registry on `node:http`: connections, limits, time-outs, and a stop that loses nothing. What is asked and answered is
 * in `serve.ts`. Logs, figures and the page come in as functions.
 */
import { createServer as createNodeServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Registry } from '../registry/registry.js';
import type { AccessLog } from './access-log.js';
import { answerClientError } from './client-error.js';
import type { Exchange, MetricsPage, Page, Service } from './context.js';
import { createHotAnswers } from './hot.js';
import { onIdle } from './idle.js';
import { type ListenAddress, listenAt } from './listen.js';
import { createRequestIds } from './request-id.js';
import { serve, serveHot } from './serve.js';
import { DEFAULT_SETTINGS, type HttpSettings } from './settings.js';

/** What a server is made of. */
export interface ServerOptions {
  readonly registry: Registry;
  /** Called once for each request, when its answer is done. */
  readonly log?: AccessLog;
  /** What differs from `DEFAULT_SETTINGS`. */
  readonly settings?: Partial<HttpSettings>;
  readonly metrics?: MetricsPage;
  readonly page?: Page;
}

/** A server that can be started once and stopped once. */
export interface RegistryServer {
  /** Begins to listen; resolves to the URL. */
  listen(address: ListenAddress): Promise<string>;
  /**
   * Stops accepting. Requests that run have `drainMs` to end, then their connections are cut; new ones on connections that
   * were kept get 503 and `Connection: close`. Safe to repeat. The registry stays open.
   */
  close(): Promise<void>;
  /** Answers a request of another server. Its time-outs and its stop are then that server's. */
  handler(request: IncomingMessage, response: ServerResponse): void;
}

/** Handlers that were cut off have so long to notice it. */
const AFTERMATH_MS = 1_000;
const API_HEADERS = ['Docker-Distribution-Api-Version', 'registry/2.0'];

/** A server over a registry. Does not listen yet. */
export function createServer(options: ServerOptions): RegistryServer {
  const service = createService(options);
  const { settings } = service;
  const running = new Set<Promise<void>>();
  const exchanges = new WeakMap<object, Exchange>();

  const handle = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void => {
    const done = serve(service, request, response, awaitsContinue, (x) => exchanges.set(request.socket, x));
    running.add(done);
    void done.then(() => running.delete(done));
  };
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    if (!serveHot(service, request, response)) handle(request, response, false);
  };

  const server = createNodeServer(
    {
      maxHeaderSize: settings.maxHeaderBytes,
      headersTimeout: settings.headersTimeoutMs,
      // A layer may take hours; `idleTimeoutMs` ends those that do not move.
      requestTimeout: 0,
      keepAliveTimeout: settings.keepAliveMs,
      connectionsCheckingInterval: Math.min(5_000, Math.max(50, settings.headersTimeoutMs / 4)),
      noDelay: true,
    },
    handler,
  );
  server.timeout = settings.idleTimeoutMs;
  server.on('timeout', (socket) => onIdle(socket, exchanges.get(socket), settings.idleTimeoutMs));
  server.on('checkContinue', (request, response) => handle(request, response, true));
  server.on('clientError', (error, socket) => {
    const x = exchanges.get(socket);
    const hasBegun = x !== undefined && !x.response.closed;
    answerClientError(error, socket as typeof socket & import('node:net').Socket, hasBegun, service.nextId(), service.log);
  });

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    service.draining = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const ended = Promise.all([closed, settled(running)]).then(() => undefined);
    await within(settings.drainMs, ended);
    server.closeAllConnections();
    await within(AFTERMATH_MS, ended);
  };

  return {
    listen: (address) => listenAt(server, address),
    close: () => (closing ??= close()),
    handler,
  };
}

/** What the requests of a server share. */
export function createService(options: ServerOptions): Service {
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const headers = Object.entries(settings.headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]));
  return {
    registry: options.registry,
    settings,
    log: options.log ?? (() => undefined),
    hot: createHotAnswers(settings.hotBytes),
    metrics: options.metrics,
    page: options.page,
    headers,
    apiHeaders: [...API_HEADERS, ...headers],
    nextId: createRequestIds(),
    uploadsRunning: 0,
    draining: false,
  };
}

async function settled(running: ReadonlySet<Promise<void>>): Promise<void> {
  while (running.size > 0) await Promise.all(running);
}

async function within(ms: number, task: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([task, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
