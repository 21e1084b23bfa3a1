/** How each variable of a template is spelled in a path, and read back. Every spelling has one reading, or none. */
import { algorithmOf, type Digest, encodedOf, isContentDigest, isDigest, isHashAlgorithm, tarsumOf } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';
import { isRepositoryName, isTag, isUploadId, type RepositoryName, type Tag, type UploadId } from '../core/reference.js';
import type { Variable } from './layout.js';

/** The type of each variable's value. */
export interface Values {
  readonly name: RepositoryName;
  readonly tag: Tag;
  /** In links: `sha256/<hex>`, `tarsum/v1/sha256/<hex>`. */
  readonly digest: Digest;
  /** In the blob store: as `digest`, with the first two characters of the hex as a folder of their own. */
  readonly blob: Digest;
  readonly signature: Digest;
  readonly subject: Digest;
  readonly upload: UploadId;
  readonly algorithm: string;
  readonly offset: number;
  /** A name that sorts by time; see `entry-name.ts`. */
  readonly entry: string;
  readonly document: string;
  readonly veto: string;
  readonly endpoint: string;
  readonly worker: string;
}

/** Spelling of one variable. */
export interface Spelling<T> {
  /**
   * How many parts of a path it may span. `name`: all up to the next that begins with `_`, as no part of a name does; `open`:
   * any number of those, so that what comes behind decides where the name ends.
   */
  readonly parts: readonly number[] | 'name' | 'open';
  spell(value: T): string;
  /** The value, when the text is the one way to spell it. */
  read(text: string): T | undefined;
}

const TARSUM_VERSION = /^tarsum(?:\.([a-z0-9]+))?\+(.+)$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** The longest name of a file that every file system takes. */
const MAX_PART = 255;

function spellDigest(digest: Digest, middle: string): string {
  const algorithm = algorithmOf(digest);
  const tarsum = isHashAlgorithm(algorithm) ? null : TARSUM_VERSION.exec(algorithm);
  const folder = tarsum ? `tarsum/${tarsum[1] ?? 'v0'}/${tarsum[2]}` : algorithm;
  return `${folder}/${middle}${encodedOf(digest)}`;
}

function readDigest(algorithm: readonly string[], encoded: string | undefined): Digest | undefined {
  let name = algorithm[0];
  if (algorithm.length === 3) name = algorithm[1] === 'v0' ? `tarsum+${algorithm[2]}` : `tarsum.${algorithm[1]}+${algorithm[2]}`;
  const text = `${name}:${encoded}`;
  return isDigest(text) ? text : undefined;
}

const linkDigest: Spelling<Digest> = {
  parts: [2, 4],
  spell: (digest) => spellDigest(digest, ''),
  read(text) {
    const parts = text.split('/');
    const encoded = parts.pop();
    return onlySpelling(this, readDigest(parts, encoded), text);
  },
};

const blobDigest: Spelling<Digest> = {
  parts: [3, 5],
  spell: (digest) => spellDigest(digest, `${encodedOf(digest).slice(0, 2)}/`),
  read(text) {
    const parts = text.split('/');
    const encoded = parts.pop();
    parts.pop();
    return onlySpelling(this, readDigest(parts, encoded), text);
  },
};

/** A value counts only when the text is the one way to spell it, so that no two paths mean the same. */
function onlySpelling<T>(spelling: Spelling<T>, value: T | undefined, text: string): T | undefined {
  return value !== undefined && spelling.spell(value) === text ? value : undefined;
}

const plain: Spelling<string> = {
  parts: [1],
  // These come as plain texts, from people too: one that is no name of a file must not lead out of its folder.
  spell(value) {
    if (this.read(value) === undefined)
      throw new RegistryError('NOT_FOUND', { message: 'there is no entry of this name', detail: value.slice(0, MAX_PART) });
    return value;
  },
  read: (text) => (text.length <= MAX_PART && PLAIN.test(text) ? text : undefined),
};

/** The spelling of each variable. */
export const SPELLINGS: { readonly [V in Variable]: Spelling<Values[V]> } = {
  name: { parts: 'name', spell: (name) => name, read: (text) => (isRepositoryName(text) ? text : undefined) },
  tag: { parts: [1], spell: (tag) => tag, read: (text) => (isTag(text) ? text : undefined) },
  digest: linkDigest,
  blob: blobDigest,
  signature: linkDigest,
  subject: linkDigest,
  upload: { parts: [1], spell: (id) => id, read: (text) => (isUploadId(text) ? text : undefined) },
  algorithm: { parts: [1], spell: (value) => value, read: (text) => (/^[a-z0-9]+$/.test(text) ? text : undefined) },
  offset: {
    parts: [1],
    spell: (value) => String(value),
    read: (text) => (/^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined),
  },
  entry: plain,
  document: plain,
  veto: plain,
  endpoint: plain,
  worker: plain,
};

/** A value of fewer forms than its variable has elsewhere; for places where another one would mean something else. */
function narrowed<T>(spelling: Spelling<T>, parts: Spelling<T>['parts'], allows: (value: T) => boolean): Spelling<T> {
  return {
    parts,
    spell: (value) => spelling.spell(value),
    read(text) {
      const value = spelling.read(text);
      return value !== undefined && allows(value) ? value : undefined;
    },
  };
}

const isUuid = (id: string): boolean => UUID.test(id);
const isTarsum = (digest: Digest): boolean => tarsumOf(digest) !== undefined;

/** Shapes that variables have in the earlier forms of the layout. */
export const SHAPES = {
  /** The name of a repository where its parts do not begin with `_`: a name may hold `layers` or `tags` itself. */
  open: narrowed(SPELLINGS.name, 'open', () => true),
  tarsum: narrowed(linkDigest, [4], isTarsum),
  /** With the first two characters of the hex as a folder of their own. */
  tarsumBlob: narrowed(blobDigest, [5], isTarsum),
  hashBlob: narrowed(blobDigest, [3], isContentDigest),
  uuid: narrowed(SPELLINGS.upload, [1], isUuid),
} as const;

/** Names a shape. */
export type Shape = keyof typeof SHAPES;
