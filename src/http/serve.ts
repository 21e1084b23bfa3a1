/** One request from its first look to its answer: parse, pass the gate, find the handler, run it, and the one catch. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthMethod } from '../auth/auth.js';
import { RegistryError } from '../core/errors.js';
import { KNOWN } from './access.js';
import { type Exchange, type Service, UNWELL } from './context.js';
import { answerError, clientIsGone, methodNotAllowed, onlyReadable } from './error-response.js';
import { beginExchange, sendHot } from './exchange.js';
import { admit, recallReader } from './gate.js';
import type { Kind, RegistryRequest } from './request.js';
import { accessWanted, allowedMethods, findHandler, isOffForReading } from './routes.js';
import { type Headers, sendEmpty } from './send.js';

/** Answered also while the server drains or a health check fails: whoever watches over it wants to know. */
const WATCHED: ReadonlySet<Exchange['kind']> = new Set(['health', 'ready', 'metrics']);
const RETRY_AFTER_S = 5;
const EVERY_METHOD = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** Answers with what is prepared, if whoever asks is known to be allowed to have it. True when it did. */
export function serveHot(service: Service, request: IncomingMessage, response: ServerResponse): boolean {
  if (service.draining || !service.health.isWell()) return false;
  const startedAt = performance.now();
  const answer = service.hot.find(request);
  if (answer === undefined) return false;
  if (service.auth === undefined) sendHot(service, request, response, answer, startedAt, undefined);
  else {
    const principal = recallReader(service.auth, request, answer.asked.name);
    if (principal === undefined) return false;
    sendHot(service, request, response, answer, startedAt, principal.name || undefined);
  }
  return true;
}

/** Answers a request. Never rejects. The exchange is handed out before anything is done for it. */
export async function serve(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
  begun: (x: Exchange) => void,
): Promise<void> {
  const x = beginExchange(service, request, response, awaitsContinue);
  begun(x);
  try {
    refuseWithoutHost(request);
    refuseUnwell(x);
    if (x.method === 'OPTIONS') answerOptions(x);
    else await answer(x);
  } catch (error) {
    answerError(x, error);
  }
  if (clientIsGone(x)) response.destroy();
}

/** RFC 9112, section 3.2. */
function refuseWithoutHost({ headers, httpVersion }: IncomingMessage): void {
  if (headers.host !== undefined || httpVersion !== '1.1') return;
  throw new RegistryError('UNSUPPORTED', { status: 400, message: 'a request of HTTP/1.1 has a Host header' });
}

/** Nobody is asked who it is: as in docker/distribution, balancers without credentials must see it too. */
function refuseUnwell(x: Exchange): void {
  if (x.service.health.isWell()) return;
  x.kind = kindOf(x);
  if (WATCHED.has(x.kind)) return;
  throw new RegistryError('UNAVAILABLE', { detail: UNWELL });
}

function kindOf({ service, url }: Exchange): Exchange['kind'] {
  try {
    return service.targets.parse(url).kind;
  } catch {
    return 'unknown';
  }
}

async function answer(x: Exchange): Promise<void> {
  if (x.url.length > x.service.settings.maxUrlBytes) {
    throw new RegistryError('NOT_FOUND', {
      status: 414,
      message: `a request target has at most ${x.service.settings.maxUrlBytes} bytes here`,
    });
  }
  const { auth } = x.service;
  const asked = auth === undefined ? x.service.targets.parse(x.url) : await parseForKnown(x, auth);
  if (asked === undefined) return;
  x.kind = asked.kind;
  x.counted = asked.kind;
  x.service.inFlight(asked.kind, 1);
  if (x.service.draining && !WATCHED.has(asked.kind)) {
    throw new RegistryError('UNAVAILABLE', { message: 'the server is about to stop', retryAfter: RETRY_AFTER_S });
  }
  if (auth !== undefined) {
    const wanted = accessWanted(asked.kind, asked, x.method);
    if (wanted !== undefined && !(await admit(x, auth, wanted))) return;
  }
  await run(x, asked.kind, asked);
}

/** Strangers are not told what is wrong with a target of the API. Undefined when one was answered. */
async function parseForKnown(x: Exchange, auth: AuthMethod): Promise<RegistryRequest | undefined> {
  try {
    return x.service.targets.parse(x.url);
  } catch (error) {
    if (x.isApi && !(await admit(x, auth, KNOWN))) return undefined;
    throw error;
  }
}

async function run<K extends Kind>(x: Exchange, kind: K, asked: RegistryRequest<K>): Promise<void> {
  const { settings } = x.service;
  const handler = findHandler(kind, x.method, settings);
  if (handler) return handler(x, asked);
  const error = isOffForReading(kind, x.method, settings) ? onlyReadable() : methodNotAllowed(x.method);
  answerError(x, error, ['Allow', allowedMethods(kind, settings)]);
}

/** Needs no rights and no well-formed target: browsers ask before they send either (Fetch standard, CORS preflight). */
function answerOptions(x: Exchange): void {
  const allow = x.isApi ? allowedAt(x) : 'GET, HEAD, OPTIONS';
  const configured = new Set(Object.keys(x.service.settings.headers).map((name) => name.toLowerCase()));
  const headers: Headers = ['Allow', allow];
  for (const [name, value] of [['Access-Control-Allow-Methods', allow] as const, ...CORS])
    if (!configured.has(name.toLowerCase())) headers.push(name, value);
  sendEmpty(x, 204, headers);
}

/** Which origins may ask is for the configuration to say: `Access-Control-Allow-Origin` among `http.headers`. */
const CORS = [
  [
    'Access-Control-Allow-Headers',
    'Authorization, Accept, Content-Type, Content-Range, Range, If-Match, If-None-Match, If-Range, X-Request-Id',
  ],
  ['Access-Control-Max-Age', '86400'],
] as const;

function allowedAt(x: Exchange): string {
  try {
    const { kind } = x.service.targets.parse(x.url);
    x.kind = kind;
    return allowedMethods(kind, x.service.settings);
  } catch {
    return EVERY_METHOD;
  }
}
