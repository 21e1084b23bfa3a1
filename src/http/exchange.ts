/** Begins exchanges, and tells of them when they have ended. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientAddress, type RequestRecord } from './access-log.js';
import type { Exchange, Service } from './context.js';
import type { HotAnswer } from './hot.js';
import { tellHotPull } from './pulls.js';
import { requestIdOf } from './request-id.js';
import { shownTarget } from './shown-target.js';

const CLIENT_GONE = 499;
const CLIENT_IDLE = 408;

/** A request that is about to be answered. Its record is logged when the connection is done with the answer. */
export function beginExchange(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
): Exchange {
  let controller: AbortController | undefined;
  const url = request.url ?? '/';
  const x: Exchange = {
    service,
    request,
    response,
    id: requestIdOf(request, service.nextId),
    method: request.method ?? 'GET',
    url,
    isApi: service.targets.isApi(url),
    // Asked for now: a connection that is closed has forgotten it.
    client: clientAddress(request),
    // Made when somebody asks for it: half of all requests never do, and it costs as much as their parsing.
    get signal() {
      controller ??= new AbortController();
      if (x.gone) controller.abort();
      return controller.signal;
    },
    startedAt: performance.now(),
    awaitsContinue,
    receiving: false,
    gone: false,
    idle: false,
    answered: false,
    kind: 'unknown',
    counted: undefined,
    repository: undefined,
    principal: undefined,
    refusal: undefined,
    bytesIn: 0,
    bytesOut: 0,
    errorCode: undefined,
    error: undefined,
    signed: undefined,
  };
  // A client that closes the connection as soon as it has all bytes is not an error; `close` tells what became of it.
  response.on('error', ignore);
  request.on('error', ignore);
  response.once('close', () => {
    x.gone = !response.writableFinished;
    if (x.gone) controller?.abort();
    if (x.counted !== undefined) service.inFlight(x.counted, -1);
    service.log(recordOf(x));
  });
  return x;
}

function ignore(): void {
  // An `error` event without a listener would end the process.
}

function recordOf(x: Exchange): RequestRecord {
  const { request, response } = x;
  return {
    id: x.id,
    method: x.method,
    url: shownTarget(x.url),
    kind: x.kind,
    repository: x.repository,
    user: x.principal?.name || undefined,
    refusal: x.refusal,
    status: statusOf(x, response),
    bytesIn: x.bytesIn,
    bytesOut: x.bytesOut,
    durationMs: performance.now() - x.startedAt,
    client: x.client,
    userAgent: request.headers['user-agent'],
    errorCode: x.errorCode,
    error: x.error,
    ...(x.signed ? { signed: x.signed } : {}),
  };
}

/** An answer counts as given when all of it was handed on, also when the client closed before the last acknowledgement. */
function statusOf(x: Exchange, response: ServerResponse): number {
  if (x.idle) return CLIENT_IDLE;
  if (x.answered || response.writableFinished) return response.statusCode;
  return x.error === undefined || !response.headersSent ? CLIENT_GONE : response.statusCode;
}

/** Sends a prepared answer and tells of it at once. */
export function sendHot(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  answer: HotAnswer,
  startedAt: number,
  user: string | undefined,
): void {
  const id = requestIdOf(request, service.nextId);
  const isHead = request.method === 'HEAD';
  response.writeHead(200, answer.headers.concat('X-Request-Id', id));
  if (isHead) response.end();
  else response.end(answer.body, 'latin1');
  if (service.pulled !== undefined) tellHotPull(service, request, answer, id, user);
  service.log({
    id,
    method: isHead ? 'HEAD' : 'GET',
    url: shownTarget(request.url ?? '/'),
    kind: answer.asked.kind,
    repository: answer.asked.name,
    user,
    refusal: undefined,
    status: 200,
    bytesIn: 0,
    bytesOut: isHead ? 0 : answer.body.length,
    durationMs: performance.now() - startedAt,
    client: clientAddress(request),
    userAgent: request.headers['user-agent'],
    errorCode: undefined,
    error: undefined,
    prepared: true,
  });
}
