/**
 * The only door to data. A `Registry` gives a `Repository` by name; a repository reaches a blob only through its own links,
 * so a digest alone opens nothing. Policies are wrappers of these interfaces: services are plain objects, to be spread.
 *
 * What is missing is an error here (BLOB_UNKNOWN and so on). Besides the errors that a call names, any may throw
 * UNAVAILABLE (the store is slow, away or full) and, when its signal fires, an AbortError.
 */
import type { ByteRange } from '../core/byte-range.js';
import type { Descriptor } from '../core/descriptor.js';
import type { Digest, HashAlgorithm } from '../core/digest.js';
import type { ListOptions, Pages } from '../core/pages.js';
import type { Reference, RepositoryName, Tag, UploadId } from '../core/reference.js';

/** Who asks; for history, trash and logs. */
export interface Actor {
  readonly name: string;
}

/** The request behind a call, for those who tell of it. */
export interface Origin {
  readonly id: string;
  /** Of the client, with a port where it is known. */
  readonly addr: string;
  /** As the client asked for it. */
  readonly host: string;
  readonly method: string;
  readonly userAgent: string;
  /** The URL of content, as this client would be told. */
  urlOf(kind: 'blob' | 'manifest', name: RepositoryName, digest: Digest): string;
}

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/**
 * Tells, at the price of a system call at most, whether the same call would give the same answer now: what this process
 * has changed counts at once, a tag moved by another process at once, what another process has deleted within 5 s.
 * Once false, for ever false.
 */
export type Fresh = () => boolean;

/** All repositories of one store. */
export interface Registry {
  /** The repository of that name, which need not exist. `origin` is for those who tell of changes. Does no input or output. */
  repository(name: RepositoryName, actor?: Actor, origin?: Origin): Repository;
  /** Names of all repositories, component by component (`a`, `a/b`, `a-b`). */
  repositories(options?: ListOptions): Pages<RepositoryName>;
  /** Resolves when the store answers; UNAVAILABLE otherwise. */
  ready(options?: CallOptions): Promise<void>;
  /** Ends what runs; no call after it. */
  close(): Promise<void>;
}

/** One repository. An object of this kind lives for one request. */
export interface Repository {
  readonly name: RepositoryName;
  readonly blobs: BlobService;
  readonly uploads: UploadService;
  readonly manifests: ManifestService;
  readonly tags: TagService;
  readonly referrers: ReferrerService;
  readonly trash: TrashService;
}

/** A blob, by the digest that was asked for. */
export interface BlobDescriptor extends Descriptor {
  /** What that digest stands for, where it is an alias or a tarsum: it may stand for other content another day. */
  readonly canonical?: Digest;
}

/** A blob's bytes, opened. */
export interface OpenBlob {
  readonly descriptor: BlobDescriptor;
  readonly range: ByteRange;
  /**
   * The bytes of the range. Fails before its last piece when the content turns out not to be what the digest says. A piece
   * may be overwritten once the piece after the next one is asked for.
   */
  chunks(): AsyncIterable<Uint8Array>;
  /** Frees what is held. Must be called, also after an error. Safe to repeat. */
  close(): Promise<void>;
}

/** Small content in memory. */
export interface Content {
  readonly descriptor: BlobDescriptor;
  readonly bytes: Buffer;
  readonly fresh: Fresh;
}

/** Blobs that the repository holds a link to. */
export interface BlobService {
  /** BLOB_UNKNOWN when the repository has no link or the content is gone. `refresh` renews the time of an old link (a pusher's HEAD). */
  stat(digest: Digest, options?: CallOptions & { refresh?: boolean }): Promise<BlobDescriptor>;
  /** BLOB_UNKNOWN as `stat`. The range is clamped to the blob. */
  open(digest: Digest, options?: CallOptions & { range?: ByteRange }): Promise<OpenBlob>;
  /** The whole of a blob that is small enough to be kept in memory; undefined for a larger one. BLOB_UNKNOWN as `stat`. */
  read(digest: Digest, options?: CallOptions): Promise<Content | undefined>;
  /**
   * Links a blob of another repository into this one: of an alias the content too, whose digest is returned. What this one
   * has under an alias stays. Undefined when `from` does not hold it. With no `from`, looks in repositories known to hold it
   * for which `mayRead` says yes.
   */
  mount(
    digest: Digest,
    source: { readonly from: RepositoryName } | { readonly mayRead: (name: RepositoryName) => boolean },
    options?: CallOptions,
  ): Promise<Descriptor | undefined>;
  /** Takes the link away, and with the content's own all its aliases, into the trash. BLOB_UNKNOWN when there is none. */
  remove(digest: Digest, options?: CallOptions): Promise<void>;
}

/** What is known of an upload. */
export interface UploadStatus {
  readonly id: UploadId;
  /** Bytes stored. */
  readonly size: number;
}

/** Unfinished uploads. All of their state is in the store: any process can go on with any upload. */
export interface UploadService {
  /** Begins an upload. `algorithm` is the hash that the commit will want, when the client says so. */
  start(options?: CallOptions & { algorithm?: HashAlgorithm }): Promise<UploadStatus>;
  /** BLOB_UPLOAD_UNKNOWN when there is no such upload. */
  status(id: UploadId, options?: CallOptions): Promise<UploadStatus>;
  /**
   * Appends the source. What arrived before a failure stays. BLOB_UPLOAD_UNKNOWN; BLOB_UPLOAD_INVALID (416) when `at`
   * is given and is not where the upload ends, or when another request writes to it at the same time.
   */
  append(id: UploadId, source: AsyncIterable<Uint8Array>, options?: CallOptions & { at?: number }): Promise<UploadStatus>;
  /**
   * Makes the upload a blob of the repository: verified, on stable storage, linked. By a tarsum it gets an alias too, unless
   * that stands for other content here, and its canonical digest is returned. DIGEST_INVALID when the content is another or
   * has no such tarsum (the upload is gone then), or when the tarsum is of a kind that is not taken; BLOB_UPLOAD_UNKNOWN.
   */
  commit(id: UploadId, digest: Digest, options?: CallOptions): Promise<Descriptor>;
  /** Forgets the upload and its bytes. BLOB_UPLOAD_UNKNOWN. */
  cancel(id: UploadId, options?: CallOptions): Promise<void>;
}

/** How a manifest is put. */
export interface PutManifestOptions extends CallOptions {
  /** Content-Type without parameters; when missing, the body's `mediaType` decides. */
  readonly mediaType?: string;
  /** The digest that the content must have; DIGEST_INVALID otherwise. Its algorithm is the one it is stored under. */
  readonly digest?: Digest;
  /** Classes of content for which whoever pushes may push here; any when not given. Asked for only where there is a policy of them. */
  readonly classes?: readonly string[];
  /** Tags to set, in this order, when all else is done. */
  readonly tags?: readonly Tag[];
  /** A tag is set only while it names this digest (`ifMatch`), or nothing (`ifAbsent`): MANIFEST_INVALID with 412 otherwise. */
  readonly ifMatch?: Digest;
  readonly ifAbsent?: boolean;
}

/** What a put did. */
export interface PutManifestResult {
  readonly descriptor: Descriptor;
  readonly subject?: Digest;
  /** Of a manifest of docker schema 1. */
  readonly signed?: SignedPush;
}

/** Who has signed what was put: verified, all of it. */
export interface SignedPush {
  /** Each key once, in the order of the served manifest. */
  readonly keyIds: readonly string[];
  readonly signatures: number;
  /** How many of the signatures were not there before. */
  readonly added: number;
}

/** One signature of a manifest. What a block that cannot be read would say is undefined. */
export interface SignatureFacts {
  /** Of the block that is stored. */
  readonly digest: Digest;
  readonly keyId?: string;
  readonly algorithm?: string;
  /** Such as `EC P-256` or `RSA 2048`. */
  readonly keyType?: string;
  /** Of a key that came in a certificate: what that says of itself, in any characters. */
  readonly certificate?: { readonly subject: string; readonly chainLength: number };
  /** When the signer says that it was made. */
  readonly signedAt?: string;
  /** When it was stored here, the last time that it was posted. */
  readonly storedAt?: Date;
  /** Why it is no signature of this manifest, in a sentence; undefined when it verifies. */
  readonly fault?: string;
}

/** Who has signed a manifest. */
export interface ManifestSignatures {
  readonly digest: Digest;
  /** Those that are stored: in the order in which they are served, then those that cannot be. */
  readonly signatures: readonly SignatureFacts[];
  /** The registry's own key, with which the manifest is served when nobody's signature can be; undefined when there is none yet. */
  readonly ownKeyId?: string;
}

/** Manifests of the repository. Nothing is overwritten: revisions accumulate, tags move. */
export interface ManifestService {
  /** MANIFEST_UNKNOWN when there is no such tag or revision, or its content is gone. Bytes are verified when first read. */
  get(reference: Reference, options?: CallOptions): Promise<Content>;
  /**
   * The signatures of a manifest of docker schema 1, each verified now and by itself; undefined for a manifest of another
   * kind, which has none beside it. Changes nothing. MANIFEST_UNKNOWN as `get`.
   */
  signatures(reference: Reference, options?: CallOptions): Promise<ManifestSignatures | undefined>;
  /** MANIFEST_INVALID, DIGEST_INVALID, DENIED (by its class), MANIFEST_BLOB_UNKNOWN (one for each missing reference). Refused, it leaves nothing behind. */
  put(bytes: Buffer, options?: PutManifestOptions): Promise<PutManifestResult>;
  /** Takes the revision and every tag that names it away, into the trash; tells which tags those were. MANIFEST_UNKNOWN. */
  remove(digest: Digest, options?: CallOptions): Promise<{ readonly tags: readonly Tag[] }>;
}

/** One thing that happened to a tag. */
export interface TagChange {
  readonly action: 'set' | 'removed' | 'seen';
  /** What the tag named afterwards; for `removed`, what it named before. */
  readonly digest: Digest;
  readonly previous?: Digest;
  readonly at: Date;
  readonly actor?: string;
}

/** Tags of the repository. */
export interface TagService {
  /** In byte order. NAME_UNKNOWN when the repository does not exist. */
  list(options?: ListOptions): Pages<Tag>;
  /** Takes the tag away, into the trash; its manifest stays. MANIFEST_UNKNOWN. */
  remove(tag: Tag, options?: CallOptions): Promise<void>;
  /** Newest first. For what was pushed before history was kept, what the tag's index tells (`seen`). Empty for an unknown tag. */
  history(tag: Tag, options?: CallOptions): Promise<readonly TagChange[]>;
}

/** Manifests that name another as their subject. */
export interface ReferrerService {
  /** In order of their digests; with the entries of fallback tags that older clients have written. `after` is a digest. */
  list(subject: Digest, options?: ListOptions & { artifactType?: string }): Pages<Descriptor>;
}

/** One delete, as the trash keeps it. */
export interface TrashedDelete {
  readonly id: string;
  readonly at: Date;
  readonly actor?: string;
  /** What was deleted, such as `manifest sha256:...` or `tag latest`. */
  readonly what: string;
}

/** What people have deleted from the repository, until the trash is emptied. */
export interface TrashService {
  /** Oldest first. */
  list(options?: CallOptions): Promise<readonly TrashedDelete[]>;
  /**
   * Puts back all that one delete took away, and takes the entry out of the trash. A tag that names something else by now
   * stays as it is: those are returned. NOT_FOUND when there is no such entry; BLOB_UNKNOWN when its content is gone.
   */
  restore(id: string, options?: CallOptions): Promise<{ readonly keptTags: readonly Tag[] }>;
}
