/** The public entry: a registry inside any Node program or test, with or without a server in front of it. */
import { startConfigured } from './compose/start.js';
import { parseAddress } from './config/address.js';
import { ConfigurationError } from './config/configuration-error.js';
import { defaultConfiguration } from './config/load.js';
import { createLogger, type Logger } from './log/logger.js';
import { openRegistry } from './open-store.js';
import type { Registry } from './registry/registry.js';

export type { Descriptor } from './core/descriptor.js';
export type { Digest, HashAlgorithm } from './core/digest.js';
export { digestOf, parseDigest } from './core/digest.js';
export type { ErrorCode } from './core/errors.js';
export { RegistryError } from './core/errors.js';
export type { ListOptions, Pages } from './core/pages.js';
export type { Reference, RepositoryName, Tag, UploadId } from './core/reference.js';
export { parseReference, parseRepositoryName, parseTag } from './core/reference.js';
export type { Logger } from './log/logger.js';
export type {
  Actor,
  BlobDescriptor,
  BlobService,
  CallOptions,
  Content,
  ManifestService,
  OpenBlob,
  PutManifestOptions,
  PutManifestResult,
  ReferrerService,
  Registry,
  Repository,
  TagChange,
  TagService,
  TrashedDelete,
  TrashService,
  UploadService,
  UploadStatus,
} from './registry/registry.js';

/** Where a registry keeps its data. */
export interface RegistryOptions {
  /** A folder, made when it is missing; without it everything is in memory, gone with the registry. */
  readonly root?: string;
}

/** How a registry is served. */
export interface StartOptions extends RegistryOptions {
  /** `host:port`; a free port of 127.0.0.1 when not given. */
  readonly addr?: string;
  /** Whether tags, manifests and blobs may be deleted. True when not given. */
  readonly deleteEnabled?: boolean;
  /** Takes requests and events; without it there is no log. */
  readonly logger?: Logger;
}

/** A registry that is being served. */
export interface StartedRegistry {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly registry: Registry;
  /** Lets requests end, for 30 s at most, and closes the registry. Safe to repeat. */
  close(): Promise<void>;
}

/** A registry without a server. Whoever makes it closes it. */
export function createRegistry({ root }: RegistryOptions = {}): Promise<Registry> {
  return openRegistry(root);
}

/** A registry behind a server of its own. Rejects when the address is not free or the folder cannot be used. */
export async function startRegistry({
  root,
  addr = '127.0.0.1:0',
  deleteEnabled = true,
  logger = createLogger({ target: SILENCE }),
}: StartOptions = {}): Promise<StartedRegistry> {
  const address = parseAddress(addr);
  if (address === undefined) throw new ConfigurationError([`addr is ${JSON.stringify(addr)}; expected host:port`]);
  const running = await startConfigured(
    {
      ...defaultConfiguration(),
      'http.addr': address,
      'http.debug.prometheus.enabled': false,
      'storage.delete.enabled': deleteEnabled,
      ...(root === undefined ? { 'storage.inmemory': true } : { 'storage.filesystem.rootdirectory': root }),
    },
    logger,
  );
  return { url: running.url, registry: running.registry, close: running.close };
}

const SILENCE = { write: () => undefined, flush: () => undefined };
