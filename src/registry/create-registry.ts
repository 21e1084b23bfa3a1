import { createGate } from '../core/gate.js';
import type { SigningKey } from '../manifest/signing-key.js';
import type { Stores } from '../store/stores.js';
import type { Schema1Policy } from './context.js';
import { createHolders } from './holders.js';
import { EVERYTHING, type ManifestRules } from './manifest-rules.js';
import { createReferrerMemory } from './referrers.js';
import type { Registry } from './registry.js';
import { createRepository } from './repository.js';
import { createSigner } from './signer.js';
import { createTarsums, type TarsumPolicy } from './tarsums.js';
import { createUploadLocks, type UploadLocks } from './upload-locks.js';

/** What a registry may be told. */
export interface RegistryOptions {
  /** Docker schema 1: pushes are taken, under any name, unless this says otherwise. */
  readonly schema1?: Partial<Schema1Policy>;
  /** Which manifests are taken: all that are whole, unless this says otherwise. */
  readonly rules?: ManifestRules;
  /** Content pushed by a tarsum: what Docker 1.3 to 1.5 pushed by is taken, within limits, unless this says otherwise. */
  readonly tarsum?: Partial<TarsumPolicy>;
  /** Signs schema 1 manifests that have no signature; without one, a key that is kept in the store. */
  readonly signingKey?: SigningKey;
  /** Those of an inventory that changes uploads of the same stores; its own when not given. */
  readonly locks?: UploadLocks;
}

/** Signatures that are verified at the same time. */
const VERIFIED_AT_ONCE = 2;

/** The registry over these stores. Closing it closes them. */
export function createRegistry(
  stores: Stores,
  { schema1, rules = EVERYTHING, tarsum, signingKey, locks = createUploadLocks() }: RegistryOptions = {},
): Registry {
  const policy: Schema1Policy = { pushes: true, strictNames: false, ...schema1 };
  const signer = createSigner(stores, signingKey);
  const verifying = createGate(VERIFIED_AT_ONCE);
  const holders = createHolders();
  const tarsums = createTarsums(stores.clock, tarsum);
  const memory = createReferrerMemory();
  return {
    repository: (name, actor) =>
      createRepository(
        { stores, here: stores.repository(name), holders, locks, schema1: policy, rules, tarsums, signer, verifying, actor },
        memory,
      ),
    repositories: (options) => stores.catalog.list(options),
    ready: (options) => stores.probe(options),
    close: () => stores.close(),
  };
}
