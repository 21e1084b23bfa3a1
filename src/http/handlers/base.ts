/** What is asked before anything else: is this a registry, and is it well? */
import { RegistryError } from '../../core/errors.js';
import { type Exchange, UNWELL } from '../context.js';
import { sendBytes, sendEmpty, sendJson } from '../send.js';
import { wantsPage, welcomePage } from '../welcome.js';

/** How long the store may take to answer before it counts as away. */
const READY_TIMEOUT_MS = 5_000;

/** `GET /v2/`: yes, by version 2 of the API. */
export function getBase(x: Exchange): void {
  sendBytes(x, 200, Buffer.from('{}'), 'application/json; charset=utf-8');
}

/** `GET /v2`: the same, one slash further. */
export function redirectToBase(x: Exchange): void {
  sendEmpty(x, 301, ['Location', `${x.service.basePath}/v2/`]);
}

/** `GET /`: load balancers ask it, and get nothing; browsers a page. */
export function getRoot(x: Exchange): void {
  const headers = ['Cache-Control', 'no-cache', 'Vary', 'Accept'];
  if (!wantsPage(x.request)) return sendEmpty(x, 200, headers);
  headers.push('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
  sendBytes(x, 200, Buffer.from(welcomePage(x.request, x.service.basePath)), 'text/html; charset=utf-8', headers);
}

/** `GET /healthz`: the process runs. Does not ask the store. */
export function getHealth(x: Exchange): void {
  sendJson(x, 200, { status: 'alive' }, ['Cache-Control', 'no-store']);
}

/** `GET /readyz`: the store answers, no health check fails and the server is not about to stop; UNAVAILABLE otherwise. */
export async function getReady(x: Exchange): Promise<void> {
  if (x.service.draining) throw new RegistryError('UNAVAILABLE', { message: 'the server is about to stop' });
  if (!x.service.health.isWell()) throw new RegistryError('UNAVAILABLE', { detail: UNWELL });
  try {
    await x.service.registry.ready({ signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
  } catch (error) {
    throw new RegistryError('UNAVAILABLE', { message: 'the store does not answer', cause: error });
  }
  sendJson(x, 200, { status: 'ready' }, ['Cache-Control', 'no-store']);
}

/** `GET /metrics`, where they are offered; NOT_FOUND otherwise. */
export async function getMetrics(x: Exchange): Promise<void> {
  if (x.service.metrics === undefined) throw new RegistryError('NOT_FOUND', { detail: { path: '/metrics' } });
  const { contentType, body } = await x.service.metrics();
  sendBytes(x, 200, Buffer.from(body), contentType);
}
