/**
 * The composition root: a configuration in, a running server out. How the parts hang together is on this page; what each is
 * made of, from the configuration, is in the files beside it.
 */
import type { Configuration } from '../config/keys.js';
import { createDebugServer, type DebugServer } from '../http/debug-server.js';
import { createServer } from '../http/server.js';
import type { Logger } from '../log/logger.js';
import { needsMigration } from '../maintenance/migrate-layout/detect.js';
import { createMetrics } from '../metrics/metrics.js';
import { openConfigured } from '../open-store.js';
import type { Registry } from '../registry/registry.js';
import type { Announced } from '../store/presence.js';
import { authFrom } from './auth.js';
import { watchConfigured } from './health.js';
import { loggerFor, recordsTo } from './logger.js';
import { notificationsFrom } from './notifications.js';
import { createPurging } from './purge.js';
import { createReloader, type Reloader } from './reload.js';
import { apiUrl, listenAddress, settingsFrom } from './settings.js';
import { tlsFrom } from './tls.js';

/** A server that runs. */
export interface Running extends Pick<Reloader, 'reload' | 'files'> {
  /** Where it listens, such as `http://127.0.0.1:5000`, or `unix:` and the path of a socket. */
  readonly url: string;
  /** Where the API is, such as `http://127.0.0.1:5000/v2/`. */
  readonly apiUrl: string;
  /** Where the second server listens; undefined when there is none. */
  readonly debugUrl: string | undefined;
  /** The folder that takes the data, absolute; undefined when it is kept in memory. */
  readonly folder: string | undefined;
  /** True when it was started to be read alone. */
  readonly isReadOnly: boolean;
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
  // Then its folder may be one that nobody can write to.
  const isReadOnly = configuration['storage.maintenance.readonly.enabled'];
  const store = await openConfigured(configuration, { logger, metrics }, isReadOnly ? 'reading' : 'writing');
  const { folder, driver, inventory, announceWorker } = store;
  let presence: Announced | undefined;
  const notifications = notificationsFrom(configuration, { store, logger, metrics, presence: () => presence });
  const { registry, announces } = notifications;
  const debugAddress = configuration['http.debug.addr'];
  const health = watchConfigured(configuration, registry, driver.name, logger, metrics);
  const server = createServer({
    registry,
    auth,
    tls,
    settings: settingsFrom(configuration),
    log: recordsTo(logger, metrics),
    health,
    ...(metrics ? { inFlight: metrics.inFlight } : {}),
    ...(announces ? { announces } : {}),
    ...(metrics && debugAddress === undefined ? { metrics: metrics.page } : {}),
  });
  let draining = false;
  let debug: DebugServer | undefined;
  const purging = createPurging(inventory, logger, metrics);
  const reloader = createReloader({ configuration, tls, server, auth, logger, purging });
  const stop = async (): Promise<void> => {
    draining = true;
    reloader.stop();
    await purging.stop();
    await health.stop();
    await server.close();
    await debug?.close();
    await notifications.close();
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
    notifications.start();
    const url = await server.listen(listenAddress(configuration['http.addr']));
    let debugUrl: string | undefined;
    if (debugAddress) {
      const metricsPath = configuration['http.debug.prometheus.path'];
      debug = createDebugServer({
        registry,
        metricsPath,
        health,
        isDraining: () => draining,
        ...(metrics ? { metrics: metrics.page } : {}),
      });
      debugUrl = await debug.listen(listenAddress(debugAddress));
    }
    await purging.follow(configuration);
    let stopped: Promise<void> | undefined;
    return {
      url,
      apiUrl: apiUrl(url, configuration),
      debugUrl,
      folder,
      isReadOnly,
      registry,
      logger,
      reload: reloader.reload,
      files: reloader.files,
      close: () => (stopped ??= stop()),
    };
  } catch (error) {
    debug = undefined;
    await stop();
    throw error;
  }
}
