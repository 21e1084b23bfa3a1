/** The composition root: a configuration in, a running server out. Every wire between the parts is on this page. */
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AuthMethod } from './auth/auth.js';
import { type MethodName, type MethodOptions, openAuthMethod } from './auth/methods.js';
import type { TokenOptions } from './auth/token.js';
import type { Address } from './config/address.js';
import { ConfigurationError } from './config/configuration-error.js';
import type { Configuration } from './config/keys.js';
import { systemClock } from './core/clock.js';
import type { StorageDriver } from './driver/driver.js';
import { openDriver } from './driver/drivers.js';
import { readOnly } from './driver/read-only.js';
import { timed } from './driver/timed.js';
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
import { readSigningKey, type SigningKey } from './manifest/signing-key.js';
import { createMetrics, type Metrics } from './metrics/metrics.js';
import { createRegistry, type RegistryOptions } from './registry/create-registry.js';
import { createInventory, type Inventory } from './registry/inventory.js';
import type { Registry } from './registry/registry.js';
import { createUploadLocks } from './registry/upload-locks.js';
import { announceServer } from './store/claims.js';
import { type Announced, createPresences, type Presences } from './store/presence.js';
import { openStores, type Stores } from './store/stores.js';
import { hasEnded, thisProcess } from './this-process.js';

export { claimForMigration, refuseOthers } from './store/claims.js';

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
  const { folder, driver, registry, inventory, presences } = await openConfigured(configuration, { logger, metrics });
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
      presence = await announceServer(presences, (message, error) => logger.warn(message, { err: error }));
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

/** Who is told what happens below the registry. */
interface Observers {
  readonly logger?: Pick<Logger, 'warn'>;
  readonly metrics?: Metrics | undefined;
}

/** A store that is open, for those who work on it without a server. */
export interface OpenedStore {
  /** Where it is, absolute; undefined when it is in memory. */
  readonly folder: string | undefined;
  /** What the registry stands on; for those who have to do with paths. */
  readonly driver: StorageDriver;
  /** Closing it closes the driver. */
  readonly registry: Registry;
  /** What the registry stands on, as it sees it. */
  readonly stores: Stores;
  /** Who is at work on it. */
  readonly presences: Presences;
  /** For maintenance. Uploads that the registry is at are safe from it. */
  readonly inventory: Inventory;
}

/** What is to be done to a store: of one that is only read, nothing but reading is asked, and no change is let through. */
export type Access = 'reading' | 'writing';

/** Opens the store that is configured. Rejects when its folder cannot be used; a missing one is made. */
export async function openConfigured(
  configuration: Configuration,
  observers: Observers = {},
  wanted: Access = 'writing',
): Promise<OpenedStore> {
  return openStore(folderOf(configuration), observers, await registryOptionsFrom(configuration), wanted);
}

/** A store in a folder, which is made; in memory when there is none. */
export function openFolder(folder: string | undefined, observers: Observers = {}): Promise<OpenedStore> {
  return openStore(folder, observers);
}

/** The registry over a folder; over memory when there is none. Rejects when the folder cannot be used. */
export async function openRegistry(folder: string | undefined): Promise<Registry> {
  return (await openStore(folder)).registry;
}

async function openStore(
  folder: string | undefined,
  { logger, metrics }: Observers = {},
  options: RegistryOptions = {},
  wanted: Access = 'writing',
): Promise<OpenedStore> {
  const raw = await (folder === undefined ? openDriver('inmemory') : openDriver('filesystem', { rootdirectory: folder }));
  // Now, and not at the first push.
  if (folder !== undefined) await access(folder, constants.R_OK | constants.X_OK | (wanted === 'writing' ? constants.W_OK : 0));
  const allowed = wanted === 'reading' ? readOnly(raw) : raw;
  const driver: StorageDriver = metrics ? timed(allowed, metrics.storage) : allowed;
  const stores = openStores(driver, { report: ({ message, ...finding }) => logger?.warn(message, { ...finding }) });
  const locks = createUploadLocks();
  return {
    folder,
    driver,
    stores,
    registry: createRegistry(stores, { ...options, locks }),
    inventory: createInventory(stores, locks),
    presences: createPresences(driver, { clock: systemClock, self: thisProcess(), isGone: hasEnded }),
  };
}

async function registryOptionsFrom(configuration: Configuration): Promise<RegistryOptions> {
  const pushes = configuration['compatibility.schema1.enabled'];
  const strictNames = configuration['lading.schema1.strictnames'];
  const tarsum = {
    taken: configuration['lading.tarsum.labels'],
    limits: {
      maxBytes: configuration['lading.tarsum.maxbytes'],
      maxRatio: configuration['lading.tarsum.maxratio'],
      maxEntries: configuration['lading.tarsum.maxentries'],
    },
    timeoutMs: configuration['lading.tarsum.timeout'],
  };
  const file = configuration['compatibility.schema1.signingkeyfile'];
  return { schema1: { pushes, strictNames }, tarsum, ...(file === undefined ? {} : { signingKey: await signingKeyFrom(file) }) };
}

async function signingKeyFrom(file: string): Promise<SigningKey> {
  try {
    return readSigningKey(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([
      `compatibility.schema1.signingkeyfile is ${file}; expected a file with a private key, in PEM or as a JWK: ${why}`,
    ]);
  }
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

/** The folder that takes the data, absolute; undefined when it is kept in memory. */
export function folderOf(configuration: Configuration): string | undefined {
  return configuration['storage.inmemory'] ? undefined : resolve(configuration['storage.filesystem.rootdirectory']);
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
