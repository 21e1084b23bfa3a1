/** Figures for Prometheus: those of requests under registry:2's names, those of the process under the client library's. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createHistogram } from './histogram.js';
import { createNotificationMetrics, type NotificationMetrics } from './notifications.js';
import { createRequestMetrics, type RequestMetrics } from './requests.js';

/** One run of a maintenance task. */
export interface MeasuredTask {
  readonly task: string;
  readonly end: string;
  readonly done: { readonly count: number; readonly bytes: number };
  readonly left: { readonly count: number };
  readonly failed: { readonly count: number };
}

/** The figures of one process or one registry. */
export interface Metrics extends RequestMetrics {
  /** Counts a call of the storage driver. */
  storage(driver: string, action: string, seconds: number): void;
  /** Counts a run of a maintenance task. */
  task(run: MeasuredTask): void;
  /** Shows the outcome of a health check: whether it fails, so that requests are refused. */
  healthCheck(name: string, isFailing: boolean): void;
  readonly notifications: NotificationMetrics;
  /** What a scraper gets. */
  page(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60];

/** No figures yet. */
export function createMetrics(): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const actions = createHistogram(register, {
    name: 'registry_storage_action_seconds',
    help: 'Time of a call of the storage driver.',
    labelNames: ['driver', 'action'],
    buckets: SECONDS,
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

  const checks = new Gauge({
    name: 'lading_health_check_failing',
    help: 'Whether a health check fails: then every request is refused.',
    labelNames: ['check'],
    registers: [register],
  });
  const storageSeries = new Map<string, (seconds: number) => void>();

  return {
    ...createRequestMetrics(register),
    storage(driver, action, seconds) {
      const key = `${driver} ${action}`;
      let observe = storageSeries.get(key);
      if (observe === undefined) {
        observe = actions({ driver, action });
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
    healthCheck: (check, isFailing) => checks.set({ check }, isFailing ? 1 : 0),
    notifications: createNotificationMetrics(register),
    page: async () => ({ contentType: register.contentType, body: await register.metrics() }),
  };
}
