/** Figures of requests, under the names that registry:2 has for them, 2.8 and 3. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { createHistogram } from './histogram.js';

/** One answered request. */
export interface MeasuredRequest {
  readonly method: string;
  /** What was asked for. */
  readonly kind: string;
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly durationMs: number;
  /** Whether the answer was prepared, and sent as it was. */
  readonly prepared?: boolean;
}

/** Counts requests. */
export interface RequestMetrics {
  /** One more of this kind is being answered, or one less. */
  inFlight(kind: string, change: 1 | -1): void;
  /** Counts a request that was answered. Never throws. */
  request(request: MeasuredRequest): void;
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
/** 1 KiB to 2 GiB, as registry:2 has them. */
const BYTES = Array.from({ length: 22 }, (_, power) => 1024 * 2 ** power);
/** What may be prepared. */
const PREPARABLE: ReadonlySet<string> = new Set(['manifest', 'blob']);
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** No figures yet. */
export function createRequestMetrics(register: Registry): RequestMetrics {
  const registers = [register];
  const requests = new Counter({
    name: 'registry_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['code', 'handler', 'method'],
    registers,
  });
  const durations = createHistogram(register, {
    name: 'registry_http_request_duration_seconds',
    help: 'Time from the first look at a request to the end of its answer.',
    labelNames: ['handler', 'method'],
    buckets: SECONDS,
  });
  const received = createHistogram(register, {
    name: 'registry_http_request_size_bytes',
    help: 'Bytes of request bodies.',
    labelNames: ['handler'],
    buckets: BYTES,
  });
  const sent = createHistogram(register, {
    name: 'registry_http_response_size_bytes',
    help: 'Bytes of answer bodies.',
    labelNames: ['handler'],
    buckets: BYTES,
  });
  const running = new Gauge({
    name: 'registry_http_in_flight_requests',
    help: 'Requests that are being answered.',
    labelNames: ['handler'],
    registers,
  });
  const count = createCacheMetrics(register);

  // Finding the series of labels costs more than counting, so they are found once.
  const gauges = new Map<string, Gauge.Internal<'handler'>>();
  const series = new Map<string, (request: MeasuredRequest) => void>();
  const prepare = ({ kind, method: name, status }: MeasuredRequest): ((request: MeasuredRequest) => void) => {
    const handler = HANDLERS[kind] ?? kind;
    const method = METHODS.has(name.toLowerCase()) ? name.toLowerCase() : 'other';
    const total = requests.labels(String(status), handler, method);
    const [duration, bytesIn, bytesOut] = [durations({ handler, method }), received({ handler }), sent({ handler })];
    const isRead = PREPARABLE.has(kind) && READS.has(name);
    return (one) => {
      total.inc();
      duration(one.durationMs / 1000);
      bytesIn(one.bytesIn);
      bytesOut(one.bytesOut);
      if (isRead) count(one.prepared === true);
    };
  };

  return {
    inFlight(kind, change) {
      let one = gauges.get(kind);
      if (one === undefined) {
        one = running.labels({ handler: HANDLERS[kind] ?? kind });
        gauges.set(kind, one);
      }
      one.inc(change);
    },
    request(request) {
      const key = `${request.kind} ${request.status} ${request.method}`;
      let one = series.get(key);
      if (one === undefined) {
        one = prepare(request);
        // A client may invent methods; what it invents is counted, not kept.
        if (METHODS.has(request.method.toLowerCase())) series.set(key, one);
      }
      one(request);
    },
  };
}

/** Reads of manifests and blobs by whether the answer was prepared; 2.8 has one name for all of it, 3 has three. */
function createCacheMetrics(register: Registry): (isHit: boolean) => void {
  const registers = [register];
  const help = 'Reads of manifests and blobs, by whether the answer was prepared.';
  const total = new Counter({ name: 'registry_storage_cache_total', help, labelNames: ['type'], registers });
  const requests = new Counter({ name: 'registry_storage_cache_requests_total', help, registers });
  const hits = new Counter({ name: 'registry_storage_cache_hits_total', help: 'Those whose answer was prepared.', registers });
  new Counter({ name: 'registry_storage_cache_errors_total', help: 'Always 0: the cache is in memory.', registers });
  const [request, hit, miss] = [total.labels('Request'), total.labels('Hit'), total.labels('Miss')];
  return (isHit) => {
    request.inc();
    requests.inc();
    (isHit ? hit : miss).inc();
    if (isHit) hits.inc();
  };
}
