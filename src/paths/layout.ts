/**
 * The layout of the store, as one table: each row is the documentation of an object, the type of its variables, the way
 * to its path (`path-for.ts`) and the way back (`parse-path.ts`). docs/layout.md is rendered from it. No path is built or
 * taken apart anywhere else. The forms that it had before 2.0 are tables of the same kind, in `ages/`.
 *
 * Rows marked `ours` stand where docker/distribution never looks: in folders of a repository whose name begins with `_`, in
 * folders beside `blobs` and `repositories`, and in files beside a revision's link or the bytes of an upload.
 */

/** What a variable of a template stands for, and so how it is spelled in a path; see `variables.ts`. */
export type Variable =
  | 'name'
  | 'tag'
  | 'digest'
  | 'blob'
  | 'signature'
  | 'subject'
  | 'upload'
  | 'algorithm'
  | 'offset'
  | 'entry'
  | 'document'
  | 'veto'
  | 'endpoint'
  | 'worker';

/** One kind of object or folder in the store. */
export interface Row {
  readonly path: string;
  readonly type: 'object' | 'folder';
  /** What docker/distribution calls it, where that is not the kind's own name. */
  readonly knownAs?: string;
  readonly about: string;
  readonly content?: string;
  readonly writtenBy?: string;
  readonly removedBy?: string;
  /** How the content changes once it is there. */
  readonly changes?: string;
  /** What it means that it is missing, or cannot be read. */
  readonly without?: string;
  /** What docker/distribution does with it. Nothing, where it is `ours`. */
  readonly others?: string;
  /** Not known to docker/distribution. */
  readonly ours?: true;
}

const LINK = 'A digest, nothing else: no line end.';

/** What every path of the store begins with, since 2014. */
export const ROOT = '/docker/registry/v2';

/** The table. `<name>` may span several parts of a path; every other variable is spelled as `variables.ts` says. */
export const LAYOUT = {
  blobs: {
    path: 'blobs',
    type: 'folder',
    about: 'Content, stored once and shared by all repositories: layers, configurations, manifests, signatures.',
    others: 'Garbage collection looks at every file below it that is called `data`.',
  },
  blobData: {
    path: 'blobs/<blob>/data',
    type: 'object',
    about:
      'Content of a blob at its canonical digest. A repository reaches it only through a link; the digest alone opens nothing.',
    content: 'The bytes. Their media type is not stored here.',
    writtenBy: 'Commit of an upload (a move, after its link); put of a manifest, for its payload and its signatures.',
    removedBy: 'Nobody yet: garbage collection is to come.',
    changes: 'Never. A push replaces a copy that is too short, or one found to be wrong.',
    without:
      'Links to it open nothing: 404. Empty, though its digest says otherwise, is as good as missing; what a read finds to be other bytes is moved to `quarantine`.',
    others:
      'Reads and writes it, and believes a copy that it finds, of whatever size. Its garbage collection removes the folder of every blob that no manifest of any repository names.',
  },
  blobFolder: {
    path: 'blobs/<blob>',
    type: 'folder',
    knownAs: 'blob',
    about: 'Holds one blob.',
  },
  repositories: {
    path: 'repositories',
    type: 'folder',
    knownAs: 'repositoriesRoot',
    about:
      'One folder for each repository, nested as its name is. Names that begin with `_` are parts of a repository, never names.',
  },
  repository: {
    path: 'repositories/<name>',
    type: 'folder',
    about: 'A repository: links into the blob store, tags, uploads; and repositories below it.',
  },
  layers: {
    path: 'repositories/<name>/_layers',
    type: 'folder',
    about: 'Links to the blobs of the repository. docker/distribution 2 lists a repository that has this folder.',
    writtenBy: 'Before the first link of the repository.',
  },
  layerLink: {
    path: 'repositories/<name>/_layers/<digest>/link',
    type: 'object',
    about:
      'Grants the repository access to a blob. Under a digest that is an alias (tarsum; sha512 as docker/distribution writes it) it holds the canonical digest.',
    content: LINK,
    writtenBy:
      'Commit of an upload, before its bytes are in place; an alias after them, unless it leads to content already; mount.',
    removedBy: 'Delete of the blob, with all its aliases (into the trash).',
    changes:
      'Never; but an alias whose content is gone. Its time is renewed by a push, by a mount, and by a HEAD of somebody who may push.',
    without: 'The repository does not have the blob.',
    others:
      'Reads and writes it. 2.1 linked manifests here by mistake, so they are looked for here too. For a blob pushed by sha512 it writes one that holds the sha256; that is read.',
  },
  layerFolder: {
    path: 'repositories/<name>/_layers/<digest>',
    type: 'folder',
    about: 'Holds one layer link.',
  },
  manifests: {
    path: 'repositories/<name>/_manifests',
    type: 'folder',
    about: 'Revisions and tags. docker/distribution 3 lists a repository that has this folder.',
    writtenBy: 'Before the first link of the repository, with `tags` in it.',
  },
  revisions: {
    path: 'repositories/<name>/_manifests/revisions',
    type: 'folder',
    knownAs: 'manifestRevisions',
    about: 'The manifests of the repository, tagged or not, by the algorithm of their digests.',
  },
  revisionFolder: {
    path: 'repositories/<name>/_manifests/revisions/<digest>',
    type: 'folder',
    knownAs: 'manifestRevision',
    about: 'One manifest of the repository, with what belongs to it.',
  },
  revisionLink: {
    path: 'repositories/<name>/_manifests/revisions/<digest>/link',
    type: 'object',
    knownAs: 'manifestRevisionLink',
    about: 'Makes a manifest part of the repository. A push adds one and takes none away.',
    content: LINK,
    writtenBy: 'Put of a manifest, after its media type and signatures, before its payload and its tags.',
    removedBy: 'Delete of the manifest (into the trash).',
    changes: 'Never. A push of the same manifest writes it again.',
    without: 'The repository does not have the manifest, unless it is linked as a layer.',
    others:
      'Reads and writes it. Every one of them keeps content in its garbage collection, and one that is empty ends that with an error. With `-m` it removes the folders of manifests that no tag names.',
  },
  revisionMediaType: {
    path: 'repositories/<name>/_manifests/revisions/<digest>/mediatype',
    type: 'object',
    about: 'The media type that the manifest was pushed with, where its bytes do not tell it.',
    content: 'A media type, nothing else.',
    writtenBy: 'Put of a manifest, before its link.',
    removedBy: 'Nobody: it says nothing without the link, and is needed when the manifest comes back from the trash.',
    changes: 'By a push of the same bytes as another type.',
    without: 'The type is read from the bytes; where they do not tell it, it is `application/octet-stream`.',
    ours: true,
  },
  signatures: {
    path: 'repositories/<name>/_manifests/revisions/<digest>/signatures',
    type: 'folder',
    knownAs: 'manifestSignatures',
    about: 'The signatures of a schema 1 manifest, outside its payload: those posted at different times stand side by side.',
  },
  signaturesByAlgorithm: {
    path: 'repositories/<name>/_manifests/revisions/<digest>/signatures/<algorithm>',
    type: 'folder',
    about: 'The signatures by the algorithm of their digests, which is sha256.',
  },
  signatureLink: {
    path: 'repositories/<name>/_manifests/revisions/<digest>/signatures/<signature>/link',
    type: 'object',
    knownAs: 'manifestSignatureLink',
    about: 'One signature of a schema 1 manifest; the signature itself is a blob.',
    content: LINK,
    writtenBy: 'Put of a signed manifest, before its revision can be seen.',
    removedBy: 'Delete of the manifest (into the trash).',
    changes: 'Never.',
    without: 'That signature is left out. When none is left, the registry signs by itself: see `signingKey`.',
    others: 'Those of 2.0 to 2.4 read and write it. Later ones take no notice, and their garbage collection removes the blobs.',
  },
  tags: {
    path: 'repositories/<name>/_manifests/tags',
    type: 'folder',
    knownAs: 'manifestTags',
    about: 'The tags of the repository: each child is one. Made with the repository, since others fail without it.',
  },
  tagFolder: {
    path: 'repositories/<name>/_manifests/tags/<tag>',
    type: 'folder',
    knownAs: 'manifestTag',
    about: 'One tag. Gone when the tag is removed.',
  },
  tagCurrent: {
    path: 'repositories/<name>/_manifests/tags/<tag>/current/link',
    type: 'object',
    knownAs: 'manifestTagCurrent',
    about: 'The manifest that the tag names now.',
    content: LINK,
    writtenBy: 'Put of a manifest by tag, last of all; written again when unchanged, since its time says when.',
    removedBy: 'Delete of the tag, or of its manifest (into the trash).',
    changes: 'With each move, whole and at once.',
    without: 'There is no such tag.',
    others:
      'Reads and writes it, up to 3.0 in place: a crash can leave it empty, and it then answers 500. The tag is listed there even if this is missing.',
  },
  tagIndex: {
    path: 'repositories/<name>/_manifests/tags/<tag>/index',
    type: 'folder',
    knownAs: 'manifestTagIndex',
    about: 'The manifests that the tag has named, by the algorithm of their digests.',
  },
  tagIndexLink: {
    path: 'repositories/<name>/_manifests/tags/<tag>/index/<digest>/link',
    type: 'object',
    knownAs: 'manifestTagIndexEntryLink',
    about: 'A manifest that the tag names or has named; its time says when it was last pushed under the tag.',
    content: LINK,
    writtenBy: 'Put of a manifest by tag, before the current link.',
    removedBy: 'Delete of the tag (into the trash).',
    changes: 'Never. Each push of the manifest under the tag writes it again.',
    without: 'The tag has a shorter past.',
    others: 'Writes it. With `-m`, garbage collection removes those of manifests that it removes.',
  },
  uploads: {
    path: 'repositories/<name>/_uploads',
    type: 'folder',
    about: 'Uploads that have begun and not ended.',
  },
  uploadFolder: {
    path: 'repositories/<name>/_uploads/<upload>',
    type: 'folder',
    about: 'One upload. Gone when it is committed, cancelled or purged.',
  },
  uploadStartedAt: {
    path: 'repositories/<name>/_uploads/<upload>/startedat',
    type: 'object',
    about:
      'When the upload began. An upload without it does not exist. Its own time is renewed while requests come, so that every process sees that somebody is about the upload.',
    content: 'UTC, RFC 3339, whole seconds, such as 2026-11-24T02:03:25Z; no line end.',
    writtenBy: 'Start of the upload; this makes it one.',
    removedBy: 'End of the upload, with its folder; a purge moves it aside before.',
    changes: 'Never.',
    without: 'There is no such upload, whatever else its folder holds.',
    others: 'Reads and writes it. Its purge goes by the time in it, and never removes an upload without one.',
  },
  uploadData: {
    path: 'repositories/<name>/_uploads/<upload>/data',
    type: 'object',
    about: 'What has been received so far; its size is the offset.',
    content: 'The bytes.',
    writtenBy: 'Each request of the upload.',
    removedBy: 'Commit moves it into the blob store; else with its folder.',
    changes: 'Grows at its end.',
    without: 'Nothing has been received.',
    others:
      'Reads and writes it, and goes on where it ends: for a client that has a URL of its own making, which holds a signed state.',
  },
  uploadPurge: {
    path: 'repositories/<name>/_uploads/<upload>/purging',
    type: 'object',
    about:
      'What was `startedat`, while a purge decides: the upload does not exist any more. One that is an hour old was left by a purge that died; the next one goes on.',
    content: 'As `startedat`; its own time says when the purge came.',
    writtenBy: 'Purge of old uploads: a move of `startedat`.',
    removedBy: 'The same, with the folder; or by moving it back, when the upload has turned out to be alive.',
    changes: 'Never.',
    without: 'No purge is at the upload.',
    ours: true,
  },
  uploadHashState: {
    path: 'repositories/<name>/_uploads/<upload>/hashstates/<algorithm>/<offset>',
    type: 'object',
    about: 'State of a running hash, as docker/distribution saves it. Never written here and never read.',
    removedBy: 'End of the upload, with its folder.',
    content: 'A running SHA-256, as the library of Go writes it.',
    writtenBy: 'Nobody here.',
    changes: 'Never.',
    without: 'The data is read once more at the end.',
    others: 'Writes one at the end of each request, and reads it to go on.',
  },
  referrers: {
    path: 'repositories/<name>/_referrers/<subject>',
    type: 'folder',
    about: 'The manifests of the repository that name this one as their subject.',
    ours: true,
  },
  referrerLink: {
    path: 'repositories/<name>/_referrers/<subject>/<digest>/link',
    type: 'object',
    about: 'A manifest whose `subject` is the one that the folder names. Can be rebuilt from the revisions.',
    content: LINK,
    writtenBy: 'Put of a manifest with a subject, beside its revision link.',
    removedBy: 'Delete of the manifest (into the trash).',
    changes: 'Never.',
    without: 'The manifest is missing from the list of referrers.',
    ours: true,
  },
  history: {
    path: 'repositories/<name>/_history/<tag>',
    type: 'folder',
    about: 'What has happened to the tag, oldest first. Outlives the tag.',
    ours: true,
  },
  historyEntry: {
    path: 'repositories/<name>/_history/<tag>/<entry>',
    type: 'object',
    about: 'One move or removal of the tag. Written once, never changed.',
    content: 'JSON: action, digest, previous digest, time, actor.',
    writtenBy: 'Move and removal of a tag, after it.',
    removedBy: 'Nobody yet: retention is to come.',
    changes: 'Never.',
    without: 'The history has a gap. One that cannot be read is left out, and reported.',
    ours: true,
  },
  trash: {
    path: 'repositories/<name>/_trash',
    type: 'folder',
    about:
      'What people have deleted, one entry for each delete, until the trash is emptied. All that stands in it counts as a reference.',
    ours: true,
  },
  trashFolder: {
    path: 'repositories/<name>/_trash/<entry>',
    type: 'folder',
    about: 'One delete.',
    ours: true,
  },
  trashEntry: {
    path: 'repositories/<name>/_trash/<entry>/links',
    type: 'object',
    about: 'All links that one delete takes away, so that they can be put back whole.',
    content: 'JSON: who, when, why, and each link with its kind, variables and target.',
    writtenBy: 'A delete, before it takes the first link away.',
    removedBy: 'Restore, after the links are back.',
    changes: 'Never.',
    without: 'That delete cannot be undone. An entry that cannot be read stays, and is reported.',
    ours: true,
  },
  condemned: {
    path: '_gc/condemned',
    type: 'folder',
    about: 'What garbage collection is about to take. Whoever writes a reference looks here after it; nearly always empty.',
    ours: true,
  },
  condemnedDocument: {
    path: '_gc/condemned/<document>',
    type: 'object',
    about: 'One batch of condemned items of one run. Nothing writes any yet; whoever writes a reference heeds them.',
    content: 'JSON: run, phase (`condemned` or `deleting`), heartbeat, items.',
    writtenBy: 'Garbage collection.',
    removedBy: 'Garbage collection, when the batch is done; whoever finds it stale.',
    changes: 'Its heartbeat while the run is alive, its phase once.',
    without: 'Nothing is condemned. One that cannot be read condemns everything.',
    ours: true,
  },
  vetoes: {
    path: '_gc/vetoes/<document>',
    type: 'folder',
    about: 'Objections to one batch.',
    ours: true,
  },
  veto: {
    path: '_gc/vetoes/<document>/<veto>',
    type: 'object',
    about: 'Names items of the batch that have a reference now, and so stay.',
    content: 'JSON: items.',
    writtenBy: 'Whoever writes a reference and finds what it needs condemned.',
    removedBy: 'Its writer, once the batch is gone; garbage collection, with the batch.',
    changes: 'Never.',
    without: 'Nobody objects. One that cannot be read objects to everything.',
    ours: true,
  },
  keys: {
    path: '_keys',
    type: 'folder',
    about: 'Keys of the store itself.',
    ours: true,
  },
  signingKey: {
    path: '_keys/schema1',
    type: 'object',
    about:
      'The key that signs schema 1 manifests whose own signatures are gone, where none is configured. Whoever can read the store can sign with it: it says that this store served the manifest, and no more.',
    content: 'A private P-256 key, as a JWK.',
    writtenBy: 'The first read of a schema 1 manifest without signatures.',
    removedBy: 'An operator; another one is made then.',
    changes: 'Never.',
    without: 'One is made. One that cannot be read is reported, and each process signs with a key of its own.',
    ours: true,
  },
  presence: {
    path: '_servers/<document>',
    type: 'object',
    about:
      'Says that a server, a task or a migration of the layout is at work on the store, so that a migration and the others refuse one another. Two minutes after its last heartbeat it says nothing any more.',
    content: 'JSON: role, host, process, since, heartbeat.',
    writtenBy: 'Start of the server, the task or the migration; again every 30 seconds.',
    removedBy: 'Its end; whoever comes next and finds it old.',
    changes: 'Its heartbeat does.',
    without: 'Nobody is at work as far as lading can tell; docker/distribution leaves no such note.',
    ours: true,
  },
  presences: {
    path: '_servers',
    type: 'folder',
    about: 'Who is at work on the store.',
    ours: true,
  },
  outboxes: {
    path: '_outbox',
    type: 'folder',
    about: 'Events that are still to be sent to the endpoints of notifications.',
    ours: true,
  },
  endpointOutbox: {
    path: '_outbox/<endpoint>',
    type: 'folder',
    about: 'Those of one endpoint, known by its name and a sum of that.',
    ours: true,
  },
  workerOutbox: {
    path: '_outbox/<endpoint>/<worker>',
    type: 'folder',
    about: 'Those that one process sends. Of a process that is gone, another one makes them its own.',
    ours: true,
  },
  outboxBatch: {
    path: '_outbox/<endpoint>/<worker>/<entry>',
    type: 'object',
    about: 'Events that happened at about the same time, of any repositories. Its name tells when, and how many.',
    content: 'A line of JSON for each: what the endpoint is told of it.',
    writtenBy: 'The requests that made them, before they are answered; of pulls a moment later.',
    removedBy: 'The process, when all of them are sent.',
    changes: 'Never; another process may move it into its own folder.',
    without: 'Nothing is to be sent.',
    ours: true,
  },
  deadLetters: {
    path: '_deadletters',
    type: 'folder',
    about: 'Events that could not be sent, and are not tried again by themselves.',
    ours: true,
  },
  endpointDeadLetters: {
    path: '_deadletters/<endpoint>',
    type: 'folder',
    about: 'Those of one endpoint.',
    ours: true,
  },
  deadLetter: {
    path: '_deadletters/<endpoint>/<entry>',
    type: 'object',
    about: 'Events that have waited for too long, or for which there was no room. See `lading notifications`.',
    content: 'As in the outbox.',
    writtenBy: 'The process that gave them up.',
    removedBy: 'The command `lading notifications`; the oldest go also when there are too many.',
    changes: 'Never.',
    without: 'Nothing was given up.',
    ours: true,
  },
  migrated: {
    path: '_migration/known/<digest>/link',
    type: 'object',
    about: 'While older forms of the layout are migrated: the canonical digest of content that was known by its tarsum.',
    content: LINK,
    writtenBy: 'A run of `lading migrate-layout`, when the content was verified and stands in its place.',
    removedBy: 'The end of that run, or of the next that comes to an end.',
    changes: 'Never.',
    without: 'The content is verified again.',
    ours: true,
  },
  migrating: {
    path: '_migration/incoming/<digest>/data',
    type: 'object',
    about: 'While a volume is migrated into another one: content on its way, not verified yet.',
    content: 'The bytes.',
    writtenBy: 'A run of `lading migrate-layout --to`.',
    removedBy: 'A move into the blob store; the end of the migration.',
    changes: 'It grows.',
    without: 'Nothing.',
    ours: true,
  },
  migration: {
    path: '_migration',
    type: 'folder',
    about: 'What a migration of the layout knows, so that it can go on after it was interrupted.',
    ours: true,
  },
  quarantine: {
    path: '_quarantine/<blob>/<entry>',
    type: 'object',
    about:
      'Bytes that were found not to be what their digest says. Nobody is served them; they are kept for whoever wants to look.',
    content: 'The bytes as they were found.',
    writtenBy: 'The read that finds it out moves them here.',
    removedBy: 'An operator.',
    changes: 'Never.',
    without: 'Nothing was found, or somebody has looked.',
    ours: true,
  },
} as const satisfies Record<string, Row>;

/** A table of rows: this one, or that of an earlier form (`ages/`). */
export type Layout = Readonly<Record<string, Row>>;

/** Names a kind of object or folder. */
export type Kind = keyof typeof LAYOUT;

type VariablesIn<T extends string> = T extends `${string}<${infer V}>${infer Rest}` ? WithoutShape<V> | VariablesIn<Rest> : never;

/** A variable may be followed by a shape that its value has in this place: `<digest:tarsum>`. */
type WithoutShape<V extends string> = V extends `${infer Name}:${string}` ? Name : V;

/** The variables of a kind's template. */
export type VariablesOf<K extends Kind> = VariablesIn<(typeof LAYOUT)[K]['path']>;

/** The variables of a kind's template in any table. */
export type VariablesInTable<L extends Layout, K extends keyof L> = VariablesIn<L[K]['path']>;
