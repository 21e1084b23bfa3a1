/** Names of repositories, tags and uploads: the grammars of OCI distribution-spec and docker/distribution, as branded text. */
import { randomUUID } from 'node:crypto';
import { type Digest, parseDigest } from './digest.js';
import { RegistryError } from './errors.js';

declare const repositoryName: unique symbol;
declare const tag: unique symbol;
declare const uploadId: unique symbol;

/** A repository's name: lower-case components joined by `/`, 255 characters in all. */
export type RepositoryName = string & { readonly [repositoryName]: true };
/** A tag: up to 128 characters, case-sensitive. */
export type Tag = string & { readonly [tag]: true };
/** An upload session's id. The ones made here are lower-case UUIDs of version 4. */
export type UploadId = string & { readonly [uploadId]: true };
/** What stands behind `/manifests/`: a tag or a digest. */
export type Reference = { readonly kind: 'tag'; readonly tag: Tag } | { readonly kind: 'digest'; readonly digest: Digest };

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const UPLOAD = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** Longest repository name, in characters. */
export const MAX_NAME_LENGTH = 255;

/** True when the text is a repository name. */
export function isRepositoryName(text: string): text is RepositoryName {
  return text.length <= MAX_NAME_LENGTH && NAME.test(text);
}

/** The repository name that the text spells. NAME_INVALID otherwise. */
export function parseRepositoryName(text: string): RepositoryName {
  if (isRepositoryName(text)) return text;
  const message =
    text.length > MAX_NAME_LENGTH
      ? `a repository name has at most ${MAX_NAME_LENGTH} characters, this one has ${text.length}`
      : 'a repository name is made of lower-case letters and digits, joined by . _ __ - or /';
  throw new RegistryError('NAME_INVALID', { message, detail: { name: text.slice(0, 2 * MAX_NAME_LENGTH) } });
}

/** The components of a name, or of any text in a name's place, such as the one after which a list goes on. */
export function componentsOf(name: string): readonly string[] {
  return name === '' ? [] : name.split('/');
}

/** The text of a name whose last component stands below another name; that of a first component, below none. */
export function nameBelow(name: RepositoryName | undefined, component: string): string {
  return name === undefined ? component : `${name}/${component}`;
}

/** True when the text is a tag. */
export function isTag(text: string): text is Tag {
  return TAG.test(text);
}

/** The tag that the text spells. TAG_INVALID otherwise. */
export function parseTag(text: string): Tag {
  if (isTag(text)) return text;
  throw new RegistryError('TAG_INVALID', {
    message: 'a tag has 1 to 128 letters, digits, _ . or - and begins with none of . -',
    detail: { tag: text.slice(0, 256) },
  });
}

/** Anything with a `:` is a digest (DIGEST_INVALID when it is none), anything else a tag (TAG_INVALID). */
export function parseReference(text: string): Reference {
  return text.includes(':') ? { kind: 'digest', digest: parseDigest(text) } : { kind: 'tag', tag: parseTag(text) };
}

/** True when the text can be the id of an upload session. */
export function isUploadId(text: string): text is UploadId {
  return UPLOAD.test(text);
}

/** True for an id that this registry or docker/distribution has made: both take random UUIDs. */
export function isMadeUploadId(text: string): text is UploadId {
  return UUID.test(text);
}

/** A fresh id: a random UUID, as others that read the volume expect. */
export function newUploadId(): UploadId {
  return randomUUID() as string as UploadId;
}
