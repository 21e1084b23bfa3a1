/** What handlers get: the service, one for a server, and the exchange, one for a request and its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthMethod, Principal } from '../auth/auth.js';
import type { RepositoryName } from '../core/reference.js';
import type { PullSink } from '../registry/events.js';
import type { Origin, Registry, Repository } from '../registry/registry.js';
import type { AccessLog, RequestRecord } from './access-log.js';
import type { HotAnswers } from './hot.js';
import type { Kind } from './request.js';
import type { HttpSettings } from './settings.js';
import type { Targets } from './targets.js';

/** Text for `GET /metrics`. */
export type MetricsPage = () => Promise<{ readonly contentType: string; readonly body: string }>;

/** Is told that one more request of a kind is being answered, or one less. Must not throw. */
export type CountRunning = (kind: Kind, change: 1 | -1) => void;

/** What docker/distribution answers while a health check fails. */
export const UNWELL = 'health check failed: please see /debug/health';

/** What the checks of those who run the server have found. */
export interface HealthView {
  /** False while any check fails: then every request is refused. Costs nothing. */
  isWell(): boolean;
  /** What is wrong, by the names of the checks that fail. */
  failing(): Readonly<Record<string, string>>;
}

/** What all requests of a server share. */
export interface Service {
  readonly registry: Registry;
  /** Without one, everybody may do everything. */
  readonly auth: AuthMethod | undefined;
  readonly targets: Targets;
  /** These five change together, between two requests; what a request has read of them is its own. */
  settings: HttpSettings;
  /** What stands before `/v2/` in URLs that are paths alone. */
  basePath: string;
  hot: HotAnswers;
  /** Names and values in turn, for every answer; the second list for answers of the API. */
  headers: readonly string[];
  apiHeaders: readonly string[];
  readonly log: AccessLog;
  readonly metrics: MetricsPage | undefined;
  readonly inFlight: CountRunning;
  readonly health: Pick<HealthView, 'isWell'>;
  /** Is told what was read; undefined when nobody wants to know. */
  readonly pulled: PullSink | undefined;
  /** The request behind a call of the registry; undefined when nobody wants to know. */
  readonly originOf: ((x: Exchange) => Origin) | undefined;
  readonly nextId: () => string;
  /** Uploads whose bytes are being received. */
  uploadsRunning: number;
  /** True once the server has begun to close. */
  draining: boolean;
}

/** A request and what becomes of it. */
export interface Exchange {
  readonly service: Service;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly isApi: boolean;
  readonly client: string | undefined;
  /** Fires when the client is gone. For reads: writes are finished, or left in a state from which they can be repeated. */
  readonly signal: AbortSignal;
  readonly startedAt: number;
  /** The client waits for a `100 Continue` before it sends the body. */
  awaitsContinue: boolean;
  /** A handler is taking the body at the moment. */
  receiving: boolean;
  /** The connection was closed before the answer was out. */
  gone: boolean;
  /** The client was cut off because it neither sent nor took anything. */
  idle: boolean;
  /** All of the answer has been handed to the connection. */
  answered: boolean;
  kind: RequestRecord['kind'];
  /** As what it counts among those that run. */
  counted: Kind | undefined;
  repository: RepositoryName | undefined;
  /** Who asks; undefined until it is known, and always without a method of authentication. */
  principal: Principal | undefined;
  refusal: string | undefined;
  bytesIn: number;
  bytesOut: number;
  errorCode: string | undefined;
  error: unknown;
  signed: RequestRecord['signed'];
}

/** The repository, as the one who asks may see it; the log line names it. */
export function openRepository(x: Exchange, name: RepositoryName): Repository {
  x.repository = name;
  const { registry, originOf } = x.service;
  return registry.repository(name, x.principal?.name ? { name: x.principal.name } : undefined, originOf?.(x));
}

/** A request header as one text. */
export function headerOf(x: Exchange, name: string): string | undefined {
  const value = x.request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
