/** The composition root: a configuration in, a running server out. Every wire between the parts is on this page. */
import { readFile } from 'node:fs/promises';
import type { AuthMethod } from './auth/auth.js';
import { type MethodName, type MethodOptions, openAuthMethod } from './auth/methods.js';
import type { TokenOptions } from './auth/token.js';
import type { Address } from './config/address.js';
import { ConfigurationError } from './config/configuration-error.js';
import type { Configuration } from './config/keys.js';
import { systemClock } from './core/clock.js';
import type { AccessLog } from './http/access-log.js';
import { createDebugServer, type DebugServer } from './http/debug-server.js';
import type { ListenAddress } from './http/listen.js';
import { createServer } from './http/server.js';
import type { HttpSettings } from './http/settings.js';
import { checkTls, type TlsSettings } from './http/tls.js';
import { createLogger, type Logger } from './log/logger.js';
import { needsMigration } from './maintenance/migrate-layout/detect.js';
import { createPurgeUploads } from './maintenance/purge-uploads.js';
import type { TaskReport } from './maintenance/run.js';
import { type Schedule, scheduleTask } from './maintenance/schedule.js';
import { createMetrics, type Metrics } from './metrics/metrics.js';
import { openConfigured } from './open-store.js';
import type { Inventory } from './registry/inventory.js';
import type { Registry } from './registry/registry.js';
import type { Announced } from './store/presence.js';

/** A server that runs. */
export interface Running {
  /** Where it listens, such as `http://127.0.0.1:5000`. */
  readonly url: string;
  /** Where the second server listens; undefined when there is none. */
  readonly debugUrl: string | undefined;
  /** The folder that takes the data, absolute; undefined when it is kept in memory. */
  readonly folder: string | undefined;
  readonly registry: Registry;
  readonly logger: Logger;
  /**
   * Stops accepting, lets requests end for as long as is configured, closes the store and writes what is left of the log.
   * Safe to repeat.
   */
  close(): Promise<void>;
}

/** Starts what is configured. Rejects, with nothing left open, when the store cannot be opened or an address is not free. */
export async function startConfigured(configuration: Configuration, logger = loggerFor(configuration)): Promise<Running> {
  const auth = await authFrom(configuration, logger);
  const tls = await tlsFrom(configuration);
  const metrics = configuration['http.debug.prometheus.enabled'] ? createMetrics() : undefined;
  const { folder, driver, registry, inventory, announceWorker } = await openConfigured(configuration, { logger, metrics });
  const debugAddress = configuration['http.debug.addr'];
  const server = createServer({
    registry,
    auth,
    tls,
    settings: settingsFrom(configuration),
    log: recordsTo(logger, metrics),
    ...(metrics && debugAddress === undefined ? { metrics: metrics.page } : {}),
  });
  let draining = false;
  let debug: DebugServer | undefined;
  let purging: Schedule | undefined;
  let presence: Announced | undefined;
  const stop = async (): Promise<void> => {
    draining = true;
    await purging?.stop();
    await server.close();
    await debug?.close();
    await presence?.end();
    await registry.close();
    logger.close();
  };
  try {
    if (folder !== undefined) {
      presence = await announceWorker('server', (message, error) => logger.warn(message, { err: error }));
      const advice = await needsMigration(driver);
      if (advice !== undefined) logger.warn(advice, { folder });
    }
    const url = await server.listen(listenAddress(configuration['http.addr']));
    let debugUrl: string | undefined;
    if (debugAddress) {
      const metricsPath = configuration['http.debug.prometheus.path'];
      debug = createDebugServer({
        registry,
        metricsPath,
        isDraining: () => draining,
        ...(metrics ? { metrics: metrics.page } : {}),
      });
      debugUrl = await debug.listen(listenAddress(debugAddress));
    }
    if (configuration['storage.maintenance.uploadpurging.enabled'])
      purging = schedulePurge(configuration, inventory, logger, metrics);
    let stopped: Promise<void> | undefined;
    return { url, debugUrl, folder, registry, logger, close: () => (stopped ??= stop()) };
  } catch (error) {
    debug = undefined;
    await stop();
    throw error;
  }
}

/** As in docker/distribution, replicas that are started together begin at different times. */
const FIRST_PURGE_WITHIN_MS = 60 * 60 * 1000;

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

/** TLS, with its files read. A ConfigurationError when one cannot be, or when they do not fit one another. */
async function tlsFrom(configuration: Configuration): Promise<TlsSettings | undefined> {
  const { 'http.tls.certificate': certificate, 'http.tls.key': key, 'http.tls.clientcas': authorities } = configuration;
  if (certificate === undefined || key === undefined) return undefined;
  try {
    const ca = authorities && (await Promise.all(authorities.map((file) => readFile(file, 'utf8'))));
    const tls: TlsSettings = {
      cert: await readFile(certificate, 'utf8'),
      key: await readFile(key, 'utf8'),
      ca,
      clientAuth: configuration['http.tls.clientauth'] ?? (ca && 'require-and-verify-client-cert'),
      minVersion: configuration['http.tls.minimumtls'],
      ciphers: configuration['http.tls.ciphersuites'],
    };
    checkTls(tls);
    return tls;
  } catch (error) {
    throw new ConfigurationError([`http.tls cannot be used: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** The method of authentication that is configured. A ConfigurationError when what it names cannot be used. */
async function authFrom(configuration: Configuration, logger: Logger): Promise<AuthMethod | undefined> {
  const [realm, path] = [configuration['auth.htpasswd.realm'], configuration['auth.htpasswd.path']];
  if (realm !== undefined && path !== undefined) return openMethod('htpasswd', { realm, path }, logger);
  const token = tokenOptionsFrom(configuration);
  return token && openMethod('token', token, logger);
}

function tokenOptionsFrom(configuration: Configuration): TokenOptions | undefined {
  const { 'auth.token.realm': realm, 'auth.token.service': service, 'auth.token.issuer': issuer } = configuration;
  if (realm === undefined || service === undefined || issuer === undefined) return undefined;
  return {
    realm,
    service,
    issuer,
    rootcertbundle: configuration['auth.token.rootcertbundle'],
    jwks: configuration['auth.token.jwks'],
    signingalgorithms: configuration['auth.token.signingalgorithms'],
    autoredirect: configuration['auth.token.autoredirect'],
    autoredirectpath: configuration['auth.token.autoredirectpath'],
  };
}

async function openMethod<M extends MethodName>(name: M, options: MethodOptions[M], logger: Logger): Promise<AuthMethod> {
  try {
    return await openAuthMethod(name, options, { clock: systemClock, log: logger });
  } catch (error) {
    throw new ConfigurationError([`auth.${name}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function loggerFor(configuration: Configuration): Logger {
  return createLogger({
    level: configuration['log.level'],
    formatter: configuration['log.formatter'],
    fields: configuration['log.fields'],
    accessDisabled: configuration['log.accesslog.disabled'],
  });
}

function settingsFrom(configuration: Configuration): Partial<HttpSettings> {
  return {
    deleteEnabled: configuration['storage.delete.enabled'],
    relativeUrls: configuration['http.relativeurls'],
    host: configuration['http.host'],
    headers: configuration['http.headers'],
    drainMs: configuration['http.draintimeout'],
    catalogMaxEntries: configuration['catalog.maxentries'],
    tagsMaxEntries: configuration['tags.maxtags'],
  };
}

function recordsTo(logger: Logger, metrics: Metrics | undefined): AccessLog {
  if (metrics === undefined) return logger.request;
  return (record) => {
    logger.request(record);
    metrics.request(record);
  };
}

/** No host means every address, of both families where the machine has both. */
function listenAddress({ host, port }: Address): ListenAddress {
  return { host, port };
}
