/** What the model believes of a registry: plain sets and maps, and no thought of how a registry does it. */
import { type Algorithm, BLOBS, digestBy, type KnownManifest, MANIFESTS } from './contents.js';

/** A repository. It comes to be with the first blob or manifest and stays. */
export interface RepositoryState {
  exists: boolean;
  readonly blobs: Set<string>;
  readonly manifests: Set<string>;
  readonly tags: Map<string, string>;
}

/** An upload that goes on. */
export interface UploadState {
  readonly repository: string;
  readonly location: string;
  bytes: Buffer;
}

/** All of it. */
export interface State {
  readonly repositories: Map<string, RepositoryState>;
  uploads: UploadState[];
  /** Every content that was ever pushed or could have been, by digest. */
  readonly contents: Map<string, Buffer>;
  /** Blobs in the order in which they came to be known. */
  readonly known: Buffer[];
  /** What one client has deleted and the other may still be shown, by client, repository and digest, and for how long. */
  readonly doubts: Map<string, number>;
  /** Whether the two clients talk to two processes on one store. */
  readonly apart: boolean;
}

/** An empty registry. */
export function createState(apart: boolean): State {
  const state: State = {
    repositories: new Map(),
    uploads: [],
    contents: new Map(),
    known: [],
    doubts: new Map(),
    apart,
  };
  for (const bytes of BLOBS) learn(state, bytes);
  return state;
}

/** A copy that shares nothing that changes. */
export function copyOf(state: State): State {
  const repositories = [...state.repositories].map(([name, one]): [string, RepositoryState] => [
    name,
    { exists: one.exists, blobs: new Set(one.blobs), manifests: new Set(one.manifests), tags: new Map(one.tags) },
  ]);
  return {
    ...state,
    repositories: new Map(repositories),
    uploads: state.uploads.map((upload) => ({ ...upload })),
    contents: new Map(state.contents),
    known: [...state.known],
    doubts: new Map(state.doubts),
  };
}

/** The repository of that name, empty when nothing was done with it yet. */
export function repositoryOf(state: State, name: string): RepositoryState {
  const found = state.repositories.get(name) ?? { exists: false, blobs: new Set(), manifests: new Set(), tags: new Map() };
  state.repositories.set(name, found);
  return found;
}

/** Makes bytes known, under both digests. */
export function learn(state: State, bytes: Buffer): void {
  const digest = digestBy('sha256', bytes);
  if (state.contents.has(digest)) return;
  state.contents.set(digest, bytes);
  state.contents.set(digestBy('sha512', bytes), bytes);
  state.known.push(bytes);
}

/** A known blob by its place, modulo how many there are. */
export function blobAt(state: State, place: number): Buffer {
  return state.known[place % state.known.length] ?? Buffer.alloc(0);
}

/** A manifest by its place. */
export function manifestAt(place: number): KnownManifest {
  const found = MANIFESTS[place];
  if (found === undefined) throw new RangeError(`there is no manifest ${place}`);
  return found;
}

/** The manifest of a digest. */
export function manifestOf(digest: string): KnownManifest {
  const found = BY_DIGEST.get(digest);
  if (found === undefined) throw new RangeError(`no manifest has the digest ${digest}`);
  return found;
}

const BY_DIGEST = new Map(
  MANIFESTS.flatMap((one) =>
    (['sha256', 'sha512'] as const).map((algorithm: Algorithm): [string, KnownManifest] => [digestBy(algorithm, one.bytes), one]),
  ),
);

/** A process may believe for so long what another has changed. */
const SEEN_WITHIN_MS = 5_000;

/** Notes that a client has deleted something: the other may be shown it for a while. */
export function doubt(state: State, client: 0 | 1, key: string, forMs = SEEN_WITHIN_MS): void {
  if (state.apart || forMs === Number.POSITIVE_INFINITY) state.doubts.set(`${1 - client} ${key}`, performance.now() + forMs);
}

/** Nothing is doubtful about this any more. */
export function settleDoubt(state: State, key: string): void {
  for (const client of [0, 1]) state.doubts.delete(`${client} ${key}`);
}

/** Whether this client may be shown what is there no longer. */
export function isDoubtful(state: State, client: 0 | 1, key: string): boolean {
  return (state.doubts.get(`${client} ${key}`) ?? 0) > performance.now();
}
