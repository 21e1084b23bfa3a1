/**
 * The ordered write of a manifest. Top to bottom: check; the references (media type, revision, referrer) before the look;
 * the look at what is condemned; then the payload, and again all that it needs; the tags last of all, each a reference of
 * its own with a look of its own. A crash anywhere leaves at most an untagged revision, and every tag where it was.
 */
import { type Digest, digestOf, hashOf } from '../core/digest.js';
import { RegistryError, STATUS } from '../core/errors.js';
import type { Tag } from '../core/reference.js';
import { parseManifest } from '../manifest/manifest.js';
import type { ParsedManifest } from '../manifest/parsed-manifest.js';
import { claimsOf, itemsOf } from './claims.js';
import type { RepositoryContext } from './context.js';
import { findNeeds, type Need, settleNeeds } from './needs.js';
import type { CallOptions, PutManifestOptions, PutManifestResult } from './registry.js';

/** On what a tag may be moved. */
type TagCondition = Pick<PutManifestOptions, 'ifMatch' | 'ifAbsent'>;

/** Links that others take away while the manifest is being put are written again so often. */
const MAX_TRIES = 3;

/** Puts a manifest; see `ManifestService.put` for what it promises. */
export async function putManifest(
  context: RepositoryContext,
  bytes: Buffer,
  { mediaType, digest: expected, tags = [], ifMatch, ifAbsent, signal }: PutManifestOptions,
): Promise<PutManifestResult> {
  const { stores, here } = context;
  // The conditions are for the tags alone. Nothing below may see them: a driver would take them for its own.
  const condition: TagCondition = { ...(ifMatch === undefined ? {} : { ifMatch }), ...(ifAbsent ? { ifAbsent } : {}) };
  const options: CallOptions = signal ? { signal } : {};
  const parsed = parseManifest(bytes, mediaType);
  const digest = digestFor(bytes, expected);
  const needs = needsOf(parsed);

  let found = await findNeeds(stores, here, needs, options);
  refuseMissing(needs, found);
  for (const tag of tags) {
    const current = await here.tags.resolve(tag, options);
    if (!mayMove(current, condition)) throw notMoved(tag, current);
  }

  await here.prepare();
  const claims = await claimsOf(here, digest, bytes, found, options);
  const waiting = [...tags];
  for (let tries = 0; ; tries++) {
    await writeReferences(context, digest, parsed, options);
    await stores.condemned.clear(claims, options);
    await stores.blobs.put(bytes, digest, options);
    found = await findNeeds(stores, here, needs, options);
    refuseMissing(needs, found);
    await settleNeeds(stores, here, found, needs, options);
    if (await referencesStand(context, digest, parsed, options)) {
      if (tags.length === 0) break;
      for (let tag = waiting.shift(); tag !== undefined; tag = waiting.shift()) {
        await setTag(context, tag, digest, condition, options);
      }
      // Deleted between the two: a tag must not be left to name nothing.
      if (await referencesStand(context, digest, parsed, options)) break;
    }
    if (tries === MAX_TRIES) throw deletedMeanwhile(digest);
  }
  stores.recent.forget(here.revisions.pathOf(digest));

  const descriptor = {
    mediaType: parsed.mediaType,
    digest,
    size: bytes.length,
    ...(parsed.artifactType === undefined ? {} : { artifactType: parsed.artifactType }),
  };
  return { descriptor, ...(parsed.subject ? { subject: parsed.subject.digest } : {}) };
}

function digestFor(bytes: Buffer, expected: Digest | undefined): Digest {
  if (expected === undefined) return digestOf(bytes);
  const actual = digestOf(bytes, hashOf(expected));
  if (actual === expected) return actual;
  const message = `the manifest has the digest ${actual}, not the one that it was pushed by`;
  throw new RegistryError('DIGEST_INVALID', { message, detail: { digest: expected, actual } });
}

function needsOf(parsed: ParsedManifest): readonly Need[] {
  return parsed.references
    .filter((reference) => reference.required)
    .map(({ kind, descriptor }) => ({ kind, digest: descriptor.digest, size: descriptor.size }));
}

function refuseMissing(needs: readonly Need[], found: ReadonlyMap<Digest, Digest>): void {
  const missing = needs.filter((need) => !found.has(need.digest));
  const errors = missing.map(({ digest, kind }) => {
    const message = `${kind} unknown to the repository: push or mount it before the manifest that names it`;
    return { message, detail: { digest } };
  });
  const [first, ...rest] = errors;
  if (first === undefined) return;
  throw new RegistryError('MANIFEST_BLOB_UNKNOWN', {
    ...first,
    more: rest.map((facts) => new RegistryError('MANIFEST_BLOB_UNKNOWN', facts)),
  });
}

/** Whether the tag may be moved from where it is, as the client has asked. */
function mayMove(current: Digest | undefined, { ifMatch, ifAbsent }: TagCondition): boolean {
  return (ifMatch === undefined || current === ifMatch) && (ifAbsent !== true || current === undefined);
}

function notMoved(tag: Tag, current: Digest | undefined): RegistryError {
  const message = `the tag ${tag} names ${current ?? 'nothing'} now; it was not moved`;
  return new RegistryError('MANIFEST_INVALID', { status: STATUS.conditionFailed, message, detail: { tag, current } });
}

/** The media type first: nobody may see the revision without it. */
async function writeReferences(
  { here }: RepositoryContext,
  digest: Digest,
  parsed: ParsedManifest,
  options: CallOptions,
): Promise<void> {
  if (!parsed.selfDescribing) await here.revisions.setMediaType(digest, parsed.mediaType, options);
  await Promise.all([
    here.revisions.link(digest, digest, options),
    parsed.subject ? here.referrers.add(parsed.subject.digest, digest, options) : undefined,
  ]);
}

async function referencesStand(
  { here }: RepositoryContext,
  digest: Digest,
  parsed: ParsedManifest,
  options: CallOptions,
): Promise<boolean> {
  if ((await here.revisions.resolve(digest, options)) === undefined) return false;
  if (!parsed.selfDescribing && (await here.revisions.mediaType(digest, options)) === undefined) return false;
  return parsed.subject === undefined || here.referrers.has(parsed.subject.digest, digest, options);
}

/** A tag is a reference of its own: written, then the look. The caller sees whether the revision is still there. */
async function setTag(
  { stores, here, actor }: RepositoryContext,
  tag: Tag,
  digest: Digest,
  condition: TagCondition,
  options: CallOptions,
): Promise<void> {
  const { moved, previous } = await here.tags.set(tag, digest, (current) => mayMove(current, condition), options);
  if (!moved) throw notMoved(tag, previous);
  const change = {
    action: 'set' as const,
    digest,
    ...(previous ? { previous } : {}),
    ...(actor ? { actor: actor.name } : {}),
  };
  await Promise.all([here.history.append(tag, change, options), stores.condemned.clear(itemsOf(here, digest), options)]);
}

function deletedMeanwhile(digest: Digest): RegistryError {
  return new RegistryError('MANIFEST_UNKNOWN', { message: 'the manifest was deleted while it was pushed', detail: { digest } });
}
