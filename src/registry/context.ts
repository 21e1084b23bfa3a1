import type { Digest } from '../core/digest.js';
import type { Gate } from '../core/gate.js';
import type { RepositoryName } from '../core/reference.js';
import type { RepositoryStores, Stores } from '../store/stores.js';
import type { ManifestRules } from './manifest-rules.js';
import type { Actor } from './registry.js';
import type { Signer } from './signer.js';
import type { Tarsums } from './tarsums.js';
import type { UploadLocks } from './upload-locks.js';

/** Repositories that this process has seen to hold a blob: where an anonymous mount looks. A hint, always checked. */
export interface Holders {
  note(digest: Digest, name: RepositoryName): void;
  of(digest: Digest): readonly RepositoryName[];
}

/** What is done about manifests of docker schema 1. All of them are served. */
export interface Schema1Policy {
  /** Whether they may be pushed. */
  readonly pushes: boolean;
  /** Whether they must be signed for the repository and the tag that they are pushed to. */
  readonly strictNames: boolean;
}

/** What the services of one repository share. */
export interface RepositoryContext {
  readonly stores: Stores;
  readonly here: RepositoryStores;
  readonly holders: Holders;
  readonly locks: UploadLocks;
  readonly schema1: Schema1Policy;
  readonly rules: ManifestRules;
  readonly tarsums: Tarsums;
  readonly signer: Signer;
  /** Lets so many signatures be verified at once, for all repositories: threads of the pool must be left for the disk. */
  readonly verifying: Gate;
  readonly actor: Actor | undefined;
}
