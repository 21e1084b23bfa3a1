/**
 * The registry on `node:http`: connections, limits, time-outs, and a stop that loses nothing. What is asked and answered is
 * in `serve.ts`. Logs, figures and the page come in as functions.
 */
import { createServer as createNodeServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AuthMethod } from '../auth/auth.js';
import type { PullSink } from '../registry/events.js';
import type { Registry } from '../registry/registry.js';
import type { AccessLog } from './access-log.js';
import { basePath } from './base-url.js';
import { answerClientError, isLost } from './client-error.js';
import type { CountRunning, Exchange, HealthView, MetricsPage, Service } from './context.js';
import { createHotAnswers } from './hot.js';
import { onIdle } from './idle.js';
import { type ListenAddress, listenAt } from './listen.js';
import { originOf } from './pulls.js';
import { createRequestIds } from './request-id.js';
import { serve, serveHot } from './serve.js';
import { DEFAULT_SETTINGS, type HttpSettings } from './settings.js';
import { createTargets } from './targets.js';
import { createTlsServer, renewTls, type TlsSettings } from './tls.js';
import { createTurns } from './turns.js';

/** What a server is made of. */
export interface ServerOptions {
  readonly registry: Registry;
  /** Tells who may; without one everybody may do everything. */
  readonly auth?: AuthMethod | undefined;
  /** With it, nothing but TLS is spoken. */
  readonly tls?: TlsSettings | undefined;
  /** Called once for each request, when its answer is done. */
  readonly log?: AccessLog;
  /** What differs from `DEFAULT_SETTINGS`. */
  readonly settings?: Partial<HttpSettings>;
  readonly metrics?: MetricsPage;
  readonly inFlight?: CountRunning;
  /** Without one, all is well. */
  readonly health?: Pick<HealthView, 'isWell'>;
  /** Given when the registry tells others of changes: then it is told of the requests behind them. */
  readonly announces?: {
    /** Is told what was read; undefined when nobody wants to know. */
    readonly pulled: PullSink | undefined;
  };
}

/** What can change while a server runs. */
export interface ServerChange {
  /** What differs from `DEFAULT_SETTINGS`. */
  readonly settings: Partial<HttpSettings>;
  /** For a server that speaks TLS; see `renewTls`. */
  readonly tls?: TlsSettings | undefined;
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
  /**
   * Requests that come from now on are answered by these settings, in place of all before; those that run are not disturbed.
   * What the server was built with stays: limits of heads, time-outs of connections. Throws, with nothing changed, when the
   * TLS cannot be used.
   */
  change(to: ServerChange): void;
  /** Resolves when no request that changes something is under way of those that are now. */
  writesEnded(): Promise<void>;
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
  const writing = new Set<Promise<void>>();
  const exchanges = new WeakMap<object, Exchange>();
  const turns = createTurns();

  const handle = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void => {
    turns.occupy(request.socket, response);
    const done = serve(service, request, response, awaitsContinue, (x) => exchanges.set(request.socket, x));
    running.add(done);
    if (request.method !== 'GET' && request.method !== 'HEAD') writing.add(done);
    void done.then(() => {
      running.delete(done);
      writing.delete(done);
    });
  };
  const handler = (request: IncomingMessage, response: ServerResponse): void =>
    turns.whenFree(request.socket, () => {
      if (!serveHot(service, request, response)) handle(request, response, false);
    });

  const http = {
    maxHeaderSize: settings.maxHeaderBytes,
    headersTimeout: settings.headersTimeoutMs,
    // A layer may take hours; `idleTimeoutMs` ends those that do not move.
    requestTimeout: 0,
    keepAliveTimeout: settings.keepAliveMs,
    connectionsCheckingInterval: Math.min(5_000, Math.max(50, settings.headersTimeoutMs / 4)),
    noDelay: true,
    // Without it the answer is one of ours, and logged.
    requireHostHeader: false,
  };
  const server = options.tls === undefined ? createNodeServer(http, handler) : createTlsServer(options.tls, http, handler);
  server.timeout = settings.idleTimeoutMs;
  server.on('timeout', (socket) => onIdle(socket, exchanges.get(socket), settings.idleTimeoutMs));
  server.on('checkContinue', (request, response) => turns.whenFree(request.socket, () => handle(request, response, true)));
  // What else a client may expect is left aside, as RFC 9110, section 10.1.1, allows.
  server.on('checkExpectation', handler);
  const refuse = (error: Error & { code?: string }, socket: Duplex): void => {
    const x = exchanges.get(socket);
    // The fault is in the body of a request that runs: its handler must not wait for the rest.
    if (isLost(error, socket) || (x && !x.response.closed && !x.request.complete)) socket.destroy(error);
    else turns.whenFree(socket as Socket, () => answerClientError(error, socket as Socket, service.nextId(), service.log));
  };
  server.on('clientError', refuse);
  server.on('connect', (_request, socket) => refuse(Object.assign(new Error('CONNECT'), { code: 'CONNECT' }), socket));

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    service.draining = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const ended = Promise.all([closed, allEnded(running)]).then(() => undefined);
    await within(service.settings.drainMs, ended);
    server.closeAllConnections();
    await within(AFTERMATH_MS, ended);
  };

  return {
    listen: (address) => listenAt(server, address),
    close: () => (closing ??= close()),
    change({ settings, tls }) {
      const changing = settled(settings);
      if (tls !== undefined && server instanceof SecureServer) renewTls(server, tls);
      Object.assign(service, changing);
    },
    writesEnded: () => Promise.all(writing).then(() => undefined),
    handler,
  };
}

/** What the requests of a server share. */
export function createService(options: ServerOptions): Service {
  const changing = settled(options.settings);
  return {
    registry: options.registry,
    auth: options.auth,
    ...changing,
    targets: createTargets(changing.settings.prefix),
    log: options.log ?? (() => undefined),
    metrics: options.metrics,
    inFlight: options.inFlight ?? (() => undefined),
    health: options.health ?? { isWell: () => true },
    pulled: options.announces?.pulled,
    originOf: options.announces && ((x) => originOf(x.service, x.request, x.id)),
    nextId: createRequestIds(),
    uploadsRunning: 0,
    draining: false,
  };
}

/** What is made of settings. Prepared answers hold headers, so they go with them. */
function settled(changed: Partial<HttpSettings> = {}): Pick<Service, 'settings' | 'basePath' | 'hot' | 'headers' | 'apiHeaders'> {
  const given = { ...DEFAULT_SETTINGS, ...changed };
  const settings = { ...given, host: given.host?.replace(/\/+$/, '') };
  const headers = Object.entries(settings.headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]));
  return {
    settings,
    basePath: basePath(settings),
    hot: createHotAnswers(settings.hotBytes),
    headers,
    apiHeaders: [...API_HEADERS, ...headers],
  };
}

async function allEnded(running: ReadonlySet<Promise<void>>): Promise<void> {
  while (running.size > 0) await Promise.all(running);
}

async function within(ms: number, task: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([task, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
