/** Uploads that nobody finishes: purged by the server itself, from time to time. */
import type { Configuration } from '../config/keys.js';
import type { Logger } from '../log/logger.js';
import { createPurgeUploads } from '../maintenance/purge-uploads.js';
import type { TaskReport } from '../maintenance/run.js';
import { type Schedule, scheduleTask } from '../maintenance/schedule.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Inventory } from '../registry/inventory.js';

/** As in docker/distribution, replicas that are started together begin at different times. */
const FIRST_PURGE_WITHIN_MS = 60 * 60 * 1000;

/** Starts the schedule that is configured. Whoever gets it stops it. */
export function schedulePurge(
  configuration: Configuration,
  inventory: Inventory,
  logger: Logger,
  metrics: Metrics | undefined,
): Schedule {
  const task = createPurgeUploads(inventory);
  const options = task.options({ ageMs: configuration['storage.maintenance.uploadpurging.age'] });
  return scheduleTask(task, options, {
    firstAfterMs: Math.random() * FIRST_PURGE_WITHIN_MS,
    everyMs: configuration['storage.maintenance.uploadpurging.interval'],
    dryRun: configuration['storage.maintenance.uploadpurging.dryrun'],
    log: logger,
    onReport: (report: TaskReport) => metrics?.task(report),
  });
}
