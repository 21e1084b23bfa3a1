import type { Stores } from '../store/stores.js';
import { createHolders } from './holders.js';
import { createReferrerMemory } from './referrers.js';
import type { Registry } from './registry.js';
import { createRepository } from './repository.js';
import { createUploadLocks } from './upload-locks.js';

/** The registry over these stores. Closing it closes them. */
export function createRegistry(stores: Stores): Registry {
  const holders = createHolders();
  const locks = createUploadLocks();
  const memory = createReferrerMemory();
  return {
    repository: (name, actor) => createRepository({ stores, here: stores.repository(name), holders, locks, actor }, memory),
    repositories: (options) => stores.catalog.list(options),
    ready: (options) => stores.probe(options),
    close: () => stores.close(),
  };
}
