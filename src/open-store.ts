/** Opens a store for whoever works on it, a server or a command: the driver, the stores over it, the registry over those. */
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigurationError } from './config/configuration-error.js';
import { driverOf } from './config/drivers.js';
import type { Configuration } from './config/keys.js';
import { systemClock } from './core/clock.js';
import type { StorageDriver } from './driver/driver.js';
import { openDriver } from './driver/drivers.js';
import { readOnly } from './driver/read-only.js';
import { timed } from './driver/timed.js';
import type { Logger } from './log/logger.js';
import { readSigningKey, type SigningKey } from './manifest/signing-key.js';
import { manifestRulesFrom } from './manifest-rules.js';
import type { Metrics } from './metrics/metrics.js';
import { entryName } from './paths/entry-name.js';
import { pathFor } from './paths/path-for.js';
import { createRegistry, type RegistryOptions } from './registry/create-registry.js';
import type { EventSink } from './registry/events.js';
import { createInventory, type Inventory } from './registry/inventory.js';
import type { Registry } from './registry/registry.js';
import { createUploadLocks } from './registry/upload-locks.js';
import { announced } from './registry/wrap/announced.js';
import { createDeadLetters, type DeadLetters } from './store/dead-letters.js';
import { announceMigration, announceWorker, refuseMigration, refuseOthers, type Worker } from './store/keep-apart.js';
import { createOutboxStore, type OutboxStore } from './store/outbox.js';
import { type Announced, createPresences } from './store/presence.js';
import { openStores, type Stores } from './store/stores.js';
import { hasEnded, thisProcess } from './this-process.js';

/** Who is told what happens below the registry. */
interface Observers {
  readonly logger?: Pick<Logger, 'warn'>;
  readonly metrics?: Metrics | undefined;
}

/** A store that is open, and what stands on it. */
export interface OpenedStore {
  /** Where it is, absolute; undefined when it is in memory. */
  readonly folder: string | undefined;
  /** What the registry stands on; for those who have to do with paths. */
  readonly driver: StorageDriver;
  /** Closing it closes the driver. */
  readonly registry: Registry;
  /** What the registry stands on, as it sees it. */
  readonly stores: Stores;
  /** The same registry, which tells the sink of every change before it answers. Closing it closes the driver. */
  announcing(sink: EventSink): Registry;
  /** Where the events of one endpoint wait that this process sends, of which at most so many may be given up and kept. */
  openOutbox(endpoint: string, presence: () => Announced | undefined, maxDead: number): OutboxStore;
  /** Events that wait for endpoints of notifications, and those that were given up. */
  readonly deadLetters: DeadLetters;
  /** For maintenance. Uploads that the registry is at are safe from it. */
  readonly inventory: Inventory;
  /**
   * Says that a server or a task is at work; see `keep-apart.ts`, also for the two that follow. Of a store that was opened for
   * reading nothing is said: it only rejects while a migration is at work.
   */
  announceWorker(role: Worker, warn: (message: string, error: unknown) => void): Promise<Announced | undefined>;
  announceMigration(): Promise<Announced>;
  refuseOthers(): Promise<void>;
}

/** What is to be done to a store: of one that is only read, nothing but reading is asked, and no change is let through. */
export type Access = 'reading' | 'writing';

/** Opens the store that is configured. Rejects when its folder cannot be used; a missing one is made, but for reading. */
export async function openConfigured(
  configuration: Configuration,
  observers: Observers = {},
  wanted: Access = 'writing',
): Promise<OpenedStore> {
  return openStore(folderOf(configuration), observers, await registryOptionsFrom(configuration), wanted);
}

/** A store in a folder, which is made; in memory when there is none. */
export function openFolder(folder: string | undefined): Promise<OpenedStore> {
  return openStore(folder);
}

/** The registry over a folder; over memory when there is none. Rejects when the folder cannot be used. */
export async function openRegistry(folder: string | undefined): Promise<Registry> {
  return (await openStore(folder)).registry;
}

/**
 * Now, and not at the first push: the folder lets us in, and so do those in it that each push writes below. Whoever ran a
 * registry before as another user may have handed over the outermost alone.
 */
async function confirmAccess(folder: string, wanted: Access): Promise<void> {
  const mode = constants.R_OK | constants.X_OK | (wanted === 'writing' ? constants.W_OK : 0);
  await access(folder, mode);
  for (const path of [pathFor('repositories', {}), pathFor('blobs', {})]) {
    await access(join(folder, path), mode).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  }
}

async function openStore(
  folder: string | undefined,
  { logger, metrics }: Observers = {},
  options: RegistryOptions = {},
  wanted: Access = 'writing',
): Promise<OpenedStore> {
  if (folder !== undefined && wanted === 'reading') await refuseMissing(folder);
  const raw = await (folder === undefined ? openDriver('inmemory') : openDriver('filesystem', { rootdirectory: folder }));
  if (folder !== undefined) await confirmAccess(folder, wanted);
  const allowed = wanted === 'reading' ? readOnly(raw) : raw;
  const driver: StorageDriver = metrics ? timed(allowed, metrics.storage) : allowed;
  const stores = openStores(driver, { report: ({ message, ...finding }) => logger?.warn(message, { ...finding }) });
  const locks = createUploadLocks();
  const presences = createPresences(driver, { clock: systemClock, self: thisProcess(), isGone: hasEnded });
  const registry = createRegistry(stores, { ...options, locks });
  // Of a store that is only read, nothing but pulls is told.
  const outboxDriver = wanted === 'reading' ? await openDriver('inmemory') : driver;
  // Without a presence, others take what this one has not sent yet for left behind: it is sent, maybe twice.
  const unnamed = entryName(systemClock.now());
  const others = async (): Promise<ReadonlySet<string>> => new Set((await presences.list()).map(({ document }) => document));
  return {
    folder,
    driver,
    stores,
    registry,
    announcing: (sink) => announced(registry, sink),
    openOutbox: (endpoint, presence, maxDead) =>
      createOutboxStore(outboxDriver, {
        endpoint,
        worker: () => presence()?.document ?? unnamed,
        others,
        maxDead,
        clock: systemClock,
      }),
    deadLetters: createDeadLetters(driver),
    inventory: createInventory(stores, locks),
    announceWorker: async (role, warn) => {
      if (wanted === 'writing') return announceWorker(presences, role, warn);
      await refuseMigration(presences);
      return undefined;
    },
    announceMigration: () => announceMigration({ presences, folder }),
    refuseOthers: () => refuseOthers({ presences, folder }),
  };
}

/** The driver would make it, and whoever serves nothing by mistake should know. */
async function refuseMissing(folder: string): Promise<void> {
  const isMissing = await access(folder).then(
    () => false,
    // Other faults are told by whoever opens it.
    ({ code }: NodeJS.ErrnoException) => code === 'ENOENT' || code === 'ENOTDIR',
  );
  if (isMissing) throw new ConfigurationError([`there is no folder ${folder}, and none is made where the store is only read`]);
}

/** The folder that takes the data, absolute; undefined when it is kept in memory. */
export function folderOf(configuration: Configuration): string | undefined {
  return driverOf(configuration) === 'inmemory' ? undefined : resolve(configuration['storage.filesystem.rootdirectory']);
}

/** What the registry is told, with the files read that are named. A ConfigurationError when one cannot be used. */
export async function registryOptionsFrom(configuration: Configuration): Promise<RegistryOptions> {
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
  const rules = manifestRulesFrom(configuration);
  return {
    schema1: { pushes, strictNames },
    rules,
    tarsum,
    ...(file === undefined ? {} : { signingKey: await signingKeyFrom(file) }),
  };
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
