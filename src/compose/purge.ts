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

/** The purge of a server, as it is configured at the moment. There is never more than one. */
export interface Purging {
  /** Begins, ends or changes it as the configuration says; one that is configured as before goes on. Resolves when that is done. */
  follow(configuration: Configuration): Promise<void>;
  /** Ends it for good. Safe to repeat. */
  stop(): Promise<void>;
}

/** Purges nothing until it is told a configuration. */
export function createPurging(inventory: Inventory, logger: Logger, metrics: Metrics | undefined): Purging {
  let current: { readonly plan: string; readonly schedule: Schedule } | undefined;
  let ended = false;
  const end = async (): Promise<void> => {
    const { schedule } = current ?? {};
    current = undefined;
    await schedule?.stop();
  };
  return {
    async follow(configuration) {
      const plan = planOf(configuration);
      if (plan === current?.plan) return;
      await end();
      if (plan !== undefined && !ended) current = { plan, schedule: schedulePurge(configuration, inventory, logger, metrics) };
    },
    async stop() {
      ended = true;
      await end();
    },
  };
}

/** All that the schedule is made of; undefined when there is none. */
function planOf(configuration: Configuration): string | undefined {
  if (configuration['storage.maintenance.readonly.enabled']) return undefined;
  if (!configuration['storage.maintenance.uploadpurging.enabled']) return undefined;
  const { 'storage.maintenance.uploadpurging.age': age, 'storage.maintenance.uploadpurging.interval': interval } = configuration;
  return [age, interval, configuration['storage.maintenance.uploadpurging.dryrun']].join(' ');
}

function schedulePurge(
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
