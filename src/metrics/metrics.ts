/** Figures for Prometheus: those of requests under registry:2's names, those of the process under the client library's. */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** One answered request. */
export interface MeasuredRequest {
  readonly method: string;
  /** What was asked for. */
  readonly kind: string;
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly durationMs: number;
}

/** One run of a maintenance task. */
export interface MeasuredTask {
  readonly task: string;
  readonly end: string;
  readonly done: { readonly count: number; readonly bytes: number };
  readonly left: { readonly count: number };
  readonly failed: { readonly count: number };
}

/** The figures of one process or one registry. */
export interface Metrics {
  /** Counts a request. Never throws. */
  request(request: MeasuredRequest): void;
  /** Counts a call of the storage driver. */
  storage(driver: string, action: string, seconds: number): void;
  /** Counts a run of a maintenance task. */
  task(run: MeasuredTask): void;
  /** What a scraper gets. */
  page(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** registry:2's names of what is asked for; our own where it has none. */
const HANDLERS: Readonly<Record<string, string>> = {
  root: 'root',
  bare: 'base',
  base: 'base',
  uploads: 'blob_upload',
  upload: 'blob_upload_chunk',
};
/** Methods beyond these are counted as one, so that no client can make series. */
const METHODS: ReadonlySet<string> = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'options']);
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60];

/** No figures yet. */
export function createMetrics(): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const requests = new Counter({
    name: 'registry_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['code', 'handler', 'method'],
    registers: [register],
  });
  const durations = new Histogram({
    name: 'registry_http_request_duration_seconds',
    help: 'Time from the first look at a request to the end of its answer.',
    labelNames: ['handler', 'method'],
    buckets: SECONDS,
    registers: [register],
  });
  const received = new Counter({
    name: 'registry_http_request_bytes_total',
    help: 'Bytes of request bodies.',
    labelNames: ['handler'],
    registers: [register],
  });
  const sent = new Counter({
    name: 'registry_http_response_bytes_total',
    help: 'Bytes of answer bodies.',
    labelNames: ['handler'],
    registers: [register],
  });
  const actions = new Histogram({
    name: 'registry_storage_action_seconds',
    help: 'Time of a call of the storage driver.',
    labelNames: ['driver', 'action'],
    buckets: SECONDS,
    registers: [register],
  });

  const runs = new Counter({
    name: 'lading_task_runs_total',
    help: 'Runs of maintenance tasks, by how they ended.',
    labelNames: ['task', 'end'],
    registers: [register],
  });
  const outcomes = new Counter({
    name: 'lading_task_actions_total',
    help: 'What maintenance tasks did, left or failed to do.',
    labelNames: ['task', 'outcome'],
    registers: [register],
  });
  const freed = new Counter({
    name: 'lading_task_bytes_total',
    help: 'Bytes of what maintenance tasks did: those that a purge removed.',
    labelNames: ['task'],
    registers: [register],
  });

  // Finding the series of labels costs more than counting, so they are found once.
  const series = new Map<string, (request: MeasuredRequest) => void>();
  const prepare = (request: MeasuredRequest): ((request: MeasuredRequest) => void) => {
    const handler = HANDLERS[request.kind] ?? request.kind;
    const method = METHODS.has(request.method.toLowerCase()) ? request.method.toLowerCase() : 'other';
    const total = requests.labels(String(request.status), handler, method);
    const duration = durations.labels(handler, method);
    const bytesIn = received.labels(handler);
    const bytesOut = sent.labels(handler);
    return (one) => {
      total.inc();
      duration.observe(one.durationMs / 1000);
      if (one.bytesIn > 0) bytesIn.inc(one.bytesIn);
      if (one.bytesOut > 0) bytesOut.inc(one.bytesOut);
    };
  };
  const storageSeries = new Map<string, (seconds: number) => void>();

  return {
    request(request) {
      const key = `${request.kind} ${request.status} ${request.method}`;
      let count = series.get(key);
      if (count === undefined) {
        count = prepare(request);
        // A client may invent methods; what it invents is counted, not kept.
        if (METHODS.has(request.method.toLowerCase())) series.set(key, count);
      }
      count(request);
    },
    storage(driver, action, seconds) {
      const key = `${driver} ${action}`;
      let observe = storageSeries.get(key);
      if (observe === undefined) {
        const child = actions.labels(driver, action);
        observe = (value) => child.observe(value);
        storageSeries.set(key, observe);
      }
      observe(seconds);
    },
    task({ task, end, done, left, failed }) {
      runs.inc({ task, end });
      outcomes.inc({ task, outcome: 'done' }, done.count);
      outcomes.inc({ task, outcome: 'left' }, left.count);
      outcomes.inc({ task, outcome: 'failed' }, failed.count);
      freed.inc({ task }, done.bytes);
    },
    page: async () => ({ contentType: register.contentType, body: await register.metrics() }),
  };
}
