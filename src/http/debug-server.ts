/** A second server for those who watch over the first: health and figures, on an address of its own. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Registry } from '../registry/registry.js';
import type { MetricsPage } from './context.js';
import { type ListenAddress, listenAt } from './listen.js';

/** What the debug server is made of. */
export interface DebugServerOptions {
  readonly registry: Registry;
  readonly metrics?: MetricsPage;
  /** Where the metrics are. `/metrics` when not given. */
  readonly metricsPath?: string;
  /** True once the first server is about to stop. */
  readonly isDraining?: () => boolean;
}

/** A server that can be started once and stopped once. */
export interface DebugServer {
  listen(address: ListenAddress): Promise<string>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const READY_TIMEOUT_MS = 5_000;

/** `/healthz`, `/readyz`, `/debug/health` (docker/distribution's name for the latter) and the metrics. */
export function createDebugServer({ registry, metrics, metricsPath = '/metrics', isDraining }: DebugServerOptions): DebugServer {
  const ready = async (): Promise<Answer> => {
    if (isDraining?.()) return json(503, { server: 'about to stop' });
    try {
      await registry.ready({ signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
      return json(200, {});
    } catch {
      return json(503, { storage: 'does not answer' });
    }
  };
  const answerFor = async (path: string): Promise<Answer> => {
    if (path === '/healthz') return json(200, {});
    if (path === '/readyz' || path === '/debug/health') return ready();
    if (path === metricsPath && metrics) return { status: 200, ...(await metrics()) };
    return json(404, {});
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const { status, contentType, body } = await answerFor(path).catch(() => json(500, {}));
    response.writeHead(status, [
      'Content-Type',
      contentType,
      'Content-Length',
      String(Buffer.byteLength(body)),
      'Cache-Control',
      'no-store',
    ]);
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const server = createServer((request, response) => void handle(request, response));
  return {
    listen: (address) => listenAt(server, address),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function json(status: number, document: object): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(document) };
}
