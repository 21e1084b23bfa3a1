/** All stores of one driver: what the registry is built from. */
import { type Clock, systemClock } from '../core/clock.js';
import type { RepositoryName } from '../core/reference.js';
import type { CallOptions, StorageDriver } from '../driver/driver.js';
import { pathFor } from '../paths/path-for.js';
import { type AliasStore, createAliasStore } from './aliases.js';
import { type BlobStore, createBlobStore } from './blobs.js';
import { createBounded } from './bounded.js';
import { type Catalog, createCatalog } from './catalog.js';
import { type Condemned, createCondemned } from './condemned.js';
import { createFolders } from './folders.js';
import { createHistoryStore, type HistoryStore } from './history.js';
import { createLinkStore, type LinkStore } from './links.js';
import { createRecent, type Recent } from './recent.js';
import { createReferrerStore, type ReferrerStore } from './referrers.js';
import type { Report } from './report.js';
import { createRevisionStore, type RevisionStore } from './revisions.js';
import { createSignatureStore, type SignatureStore } from './signatures.js';
import { createSigningKeyStore, type SigningKeyStore } from './signing-key.js';
import { createKnownTags, createTagStore, type TagStore } from './tags.js';
import { translated } from './translated.js';
import { createTrashStore, type TrashStore } from './trash.js';
import { createUploadFolders, type UploadFolders } from './upload-folders.js';
import { createRunningHashes, createUploadStore, type UploadStore } from './uploads.js';

/** The stores of one repository, which need not exist. */
export interface RepositoryStores {
  readonly name: RepositoryName;
  readonly layers: LinkStore;
  readonly aliases: AliasStore;
  readonly revisions: RevisionStore;
  readonly signatures: SignatureStore;
  readonly tags: TagStore;
  readonly history: HistoryStore;
  readonly referrers: ReferrerStore;
  readonly uploads: UploadStore;
  readonly trash: TrashStore;
  /** Makes the folders by which docker/distribution, 2 and 3, tells a repository. Before the first link. Safe to repeat. */
  prepare(): Promise<void>;
}

/** Everything that the paths of one store mean. */
export interface Stores {
  readonly clock: Clock;
  /** Tells whoever runs the store what was found damaged. */
  readonly report: Report;
  readonly blobs: BlobStore;
  readonly catalog: Catalog;
  readonly condemned: Condemned;
  readonly recent: Recent;
  readonly signingKey: SigningKeyStore;
  readonly uploadFolders: UploadFolders;
  /** Does no input or output. */
  repository(name: RepositoryName): RepositoryStores;
  /** Resolves when the driver answers. */
  probe(options?: CallOptions): Promise<void>;
  /** Closes the driver. */
  close(): Promise<void>;
}

/** What the stores need from outside. */
export interface StoresOptions {
  readonly clock?: Clock;
  /** Is told what was found damaged. */
  readonly report?: Report;
}

/** Repositories whose stores are kept ready. */
const MAX_REPOSITORIES = 10_000;

/** The stores of a driver. Asks nothing of it yet. */
export function openStores(raw: StorageDriver, { clock = systemClock, report = () => undefined }: StoresOptions = {}): Stores {
  const driver = translated(raw);
  const running = createRunningHashes();
  const folders = createFolders(driver);
  const tagMemory = { known: createKnownTags(), folders };
  const repositories = createBounded<RepositoryName, RepositoryStores>(MAX_REPOSITORIES);

  const blobs = createBlobStore(driver, clock, report);

  const open = (name: RepositoryName): RepositoryStores => {
    let prepared: Promise<void> | undefined;
    // Shared by all who come meanwhile, so it heeds nobody's signal.
    const prepare = async (): Promise<void> => {
      await driver.makeFolder(pathFor('layers', { name }));
      await driver.makeFolder(pathFor('tags', { name }));
    };
    const layers = createLinkStore(driver, (digest) => pathFor('layerLink', { name, digest }), report);
    return {
      name,
      layers,
      aliases: createAliasStore(driver, name, layers),
      signatures: createSignatureStore(driver, name, blobs, report),
      revisions: createRevisionStore(driver, name, report),
      tags: createTagStore(driver, name, tagMemory, report),
      history: createHistoryStore(driver, name, clock, report),
      referrers: createReferrerStore(driver, name),
      uploads: createUploadStore(driver, name, clock, running),
      trash: createTrashStore(driver, name, clock, report),
      prepare() {
        prepared ??= prepare().catch((error: unknown) => {
          prepared = undefined;
          throw error;
        });
        return prepared;
      },
    };
  };

  return {
    clock,
    report,
    blobs,
    catalog: createCatalog(driver, folders),
    condemned: createCondemned(driver, clock, report),
    recent: createRecent(clock),
    signingKey: createSigningKeyStore(driver, report),
    uploadFolders: createUploadFolders(driver, clock, running),
    repository(name) {
      const known = repositories.get(name);
      if (known) return known;
      const stores = open(name);
      repositories.set(name, stores);
      return stores;
    },
    async probe(options) {
      for await (const _page of driver.list(pathFor('repositories', {}), { ...options, limit: 1 })) break;
    },
    close: () => driver.close(),
  };
}
