/** A second server for those who watch over the first: health and figures, on an address of its own. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Registry } from '../registry/registry.js';
import type { HealthView, MetricsPage } from './context.js';
import { type ListenAddress, listenAt } from './listen.js';

/** What the debug server is made of. */
export interface DebugServerOptions {
  readonly registry: Registry;
  readonly metrics?: MetricsPage;
  /** Where the metrics are. `/metrics` when not given. */
  readonly metricsPath?: string;
  /** Without one, all is well. */
  readonly health?: HealthView;
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

/** What docker/distribution has at these addresses, or others hope for, and where to go instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '/debug/health/down': 'to take the server out of service, make a file that health.file names',
  '/debug/health/up': 'to bring the server back, remove the file that health.file names',
  '/debug/pprof': 'there are no Go profiles: start node with --cpu-prof or --inspect, and see the metrics',
};

/**
 * `/healthz`, `/readyz` and the metrics; under docker/distribution's names `/debug/health`, with what is wrong by the names of
 * the checks, and `/debug/vars`, with facts about the process.
 */
export function createDebugServer({
  registry,
  metrics,
  metricsPath = '/metrics',
  health,
  isDraining = () => false,
}: DebugServerOptions): DebugServer {
  const failing = (): Record<string, string> => ({
    ...health?.failing(),
    ...(isDraining() ? { server: 'about to stop' } : {}),
  });
  const ready = async (): Promise<Answer> => {
    const faults = failing();
    if (Object.keys(faults).length > 0) return json(503, faults);
    try {
      await registry.ready({ signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
      return json(200, {});
    } catch {
      return json(503, { storage: 'does not answer' });
    }
  };
  const answerFor = async (method: string, path: string): Promise<Answer> => {
    const elsewhere = ELSEWHERE[path.replace(/^(\/debug\/pprof)\/.*/, '$1')];
    if (elsewhere !== undefined) return text(404, elsewhere);
    if (method !== 'GET' && method !== 'HEAD') return text(405, `there is no ${method} here`);
    if (path === '/healthz') return json(200, {});
    if (path === '/readyz') return ready();
    if (path === '/debug/health') return json(Object.keys(failing()).length > 0 ? 503 : 200, failing());
    if (path === '/debug/vars') return json(200, processVars());
    if (path === metricsPath && metrics) return { status: 200, ...(await metrics()) };
    return json(404, {});
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const { status, contentType, body } = await answerFor(request.method ?? 'GET', path).catch(() => json(500, {}));
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

/** As Go's expvar, but for what only Go has. The command line is left out: people put secrets there. */
function processVars(): object {
  return { memory: process.memoryUsage(), uptimeSeconds: Math.round(process.uptime()), node: process.version };
}

function text(status: number, sentence: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${sentence}\n` };
}

function json(status: number, document: object): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(document) };
}
