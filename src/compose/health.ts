/** Health checks, from what is configured. */
import type { Configuration } from '../config/keys.js';
import { systemClock } from '../core/clock.js';
import { fileCheck, httpCheck, shownUri, storageCheck, tcpCheck } from '../health/checks.js';
import { type Health, type HealthCheck, watchHealth } from '../health/health.js';
import type { Logger } from '../log/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Registry } from '../registry/registry.js';

/** The store may be slow under load; three such answers in a row are no load any more. */
const STORAGE_TIMEOUT_MS = 10_000;
const FILE_TIMEOUT_MS = 10_000;

/** Begins to run the checks that are configured. Whoever gets them stops them. */
export function watchConfigured(
  configuration: Configuration,
  registry: Registry,
  driver: string,
  log: Logger,
  metrics: Pick<Metrics, 'healthCheck'> | undefined,
): Health {
  const checks = withNamesOfTheirOwn(checksFrom(configuration, registry, driver));
  for (const { name } of checks) metrics?.healthCheck(name, false);
  return watchHealth(checks, { clock: systemClock, log, onChange: (name, isFailing) => metrics?.healthCheck(name, isFailing) });
}

/** The checks, under the names that docker/distribution gives them, without secrets. */
function checksFrom(configuration: Configuration, registry: Registry, driver: string): readonly HealthCheck[] {
  const checks: HealthCheck[] = [];
  if (configuration['health.storagedriver.enabled'])
    checks.push({
      name: `storagedriver_${driver}`,
      intervalMs: configuration['health.storagedriver.interval'],
      threshold: configuration['health.storagedriver.threshold'],
      timeoutMs: STORAGE_TIMEOUT_MS,
      run: storageCheck((options) => registry.ready(options)),
    });
  for (const { file, interval } of configuration['health.file'])
    checks.push({ name: file, intervalMs: interval, threshold: 0, timeoutMs: FILE_TIMEOUT_MS, run: fileCheck(file) });
  for (const { uri, headers, statuscode, ...pace } of configuration['health.http'])
    checks.push({ name: shownUri(uri), ...paceOf(pace), run: httpCheck({ uri, headers, statusCode: statuscode }) });
  for (const { addr, ...pace } of configuration['health.tcp'])
    checks.push({ name: addr.text, ...paceOf(pace), run: tcpCheck(addr) });
  return checks;
}

/** registry:2 waits for ever where no time-out is set; whoever never answers fails here all the same. */
function paceOf({ interval, timeout, threshold }: { interval: number; timeout: number; threshold: number }) {
  return { intervalMs: interval, timeoutMs: timeout > 0 ? timeout : interval, threshold };
}

function withNamesOfTheirOwn(checks: readonly HealthCheck[]): readonly HealthCheck[] {
  const seen = new Map<string, number>();
  return checks.map((check) => {
    const count = (seen.get(check.name) ?? 0) + 1;
    seen.set(check.name, count);
    return count === 1 ? check : { ...check, name: `${check.name} (${count})` };
  });
}
