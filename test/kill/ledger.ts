/**
 * What the clients know of the store: what was acknowledged, what was acknowledged as deleted, and what was under way when
 * the server died, and so may be there whole or not at all.
 */
import type { Sample } from './random.js';

/**
 * `maybe`: asked for and not answered. A blob can stay so for long: its link is written before its content is in place, so a
 * push that was cut off between the two is finished by whoever brings the same content, into whatever repository.
 */
export type State = 'present' | 'absent' | 'maybe';

/** A blob in a repository. */
export interface BlobEntry {
  readonly repository: string;
  readonly sample: Sample;
  state: State;
  /** The round that last touched it. */
  round: number;
}

/** A manifest in a repository. */
export interface ManifestEntry {
  readonly repository: string;
  readonly digest: string;
  readonly bytes: Buffer;
  /** Digests of its configuration and layers. */
  readonly parts: readonly string[];
  /** The digest of what it refers to, if it does. */
  readonly subject: string | undefined;
  state: State;
  round: number;
}

/** A tag: the digests that it may name now; the empty text means that it may be gone. */
export interface TagEntry {
  readonly repository: string;
  readonly tag: string;
  possible: Set<string>;
  round: number;
}

/** An upload that was begun. */
export interface UploadEntry {
  readonly repository: string;
  readonly sample: Sample;
  location: string;
  /** Bytes that were acknowledged: never fewer may be there. */
  acknowledged: number;
  /** Bytes that were sent: never more may be there. */
  sent: number;
  /** What was sent last and not answered. */
  state: 'open' | 'committing' | 'cancelling';
}

/** All of it. */
export interface Ledger {
  readonly blobs: ReadonlyMap<string, BlobEntry>;
  readonly manifests: ReadonlyMap<string, ManifestEntry>;
  readonly tags: ReadonlyMap<string, TagEntry>;
  readonly uploads: Set<UploadEntry>;
  /** The entry of a blob, made as absent when there is none. */
  blob(repository: string, sample: Sample): BlobEntry;
  manifest(facts: Pick<ManifestEntry, 'repository' | 'digest' | 'bytes' | 'parts' | 'subject'>): ManifestEntry;
  tag(repository: string, tag: string): TagEntry;
  blobsOf(repository: string, state: State): BlobEntry[];
  manifestsOf(repository: string): ManifestEntry[];
  tagsOf(repository: string): TagEntry[];
  /** The round that runs; entries that are touched carry it. */
  round: number;
}

/** An empty ledger. */
export function createLedger(): Ledger {
  const blobs = new Map<string, BlobEntry>();
  const manifests = new Map<string, ManifestEntry>();
  const tags = new Map<string, TagEntry>();
  const touch = <E extends { round: number }>(map: Map<string, E>, key: string, make: () => E): E => {
    const entry = map.get(key) ?? make();
    map.set(key, entry);
    entry.round = ledger.round;
    return entry;
  };
  const ledger: Ledger = {
    blobs,
    manifests,
    tags,
    uploads: new Set(),
    round: 0,
    blob: (repository, sample) =>
      touch(blobs, `${repository}@${sample.digest}`, () => ({ repository, sample, state: 'absent', round: 0 })),
    manifest: ({ repository, digest, bytes, parts, subject }) =>
      touch(manifests, `${repository}@${digest}`, () => ({
        repository,
        digest,
        bytes,
        parts,
        subject,
        state: 'absent',
        round: 0,
      })),
    tag: (repository, tag) => touch(tags, `${repository}:${tag}`, () => ({ repository, tag, possible: new Set(['']), round: 0 })),
    blobsOf: (repository, state) =>
      [...blobs.values()].filter((entry) => entry.repository === repository && entry.state === state),
    manifestsOf: (repository) => [...manifests.values()].filter((entry) => entry.repository === repository),
    tagsOf: (repository) => [...tags.values()].filter((entry) => entry.repository === repository),
  };
  return ledger;
}
