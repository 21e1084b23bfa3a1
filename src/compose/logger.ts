/** The log that is configured, and who else hears of requests. */
import type { Configuration } from '../config/keys.js';
import type { AccessLog } from '../http/access-log.js';
import { createLogger, type Logger } from '../log/logger.js';
import type { Metrics } from '../metrics/metrics.js';

/** The log of a server that is started by itself. */
export function loggerFor(configuration: Configuration): Logger {
  return createLogger({
    level: configuration['log.level'],
    formatter: configuration['log.formatter'],
    fields: configuration['log.fields'],
    accessDisabled: configuration['log.accesslog.disabled'],
  });
}

/** Takes the record of each request, for the log and for the metrics where there are any. */
export function recordsTo(logger: Logger, metrics: Metrics | undefined): AccessLog {
  if (metrics === undefined) return logger.request;
  return (record) => {
    logger.request(record);
    metrics.request(record);
  };
}
