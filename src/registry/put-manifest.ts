/**
 * The ordered write of a manifest. Top to bottom: check; the references (media type, signatures, referrer, revision) before
 * the look; the look at what is condemned; then the payload, and again all that it needs; the tags last of all, each a
 * reference of its own with a look of its own. A crash anywhere leaves at most an untagged revision, and every tag where it was.
 */
import type { Digest } from '../core/digest.js';
import { RegistryError, STATUS } from '../core/errors.js';
import type { Tag } from '../core/reference.js';
import { invalid } from '../manifest/invalid.js';
import type { SignatureBlock } from '../manifest/jws.js';
import { MAX_SIGNATURES } from '../manifest/schema1.js';
import type { Item } from '../store/gc-document.js';
import { allClaims, claimsOf, itemsOf } from './claims.js';
import type { RepositoryContext } from './context.js';
import { findNeeds, type Need, settleNeeds } from './needs.js';
import { type PreparedManifest, prepareManifest } from './prepare-manifest.js';
import type { CallOptions, PutManifestOptions, PutManifestResult } from './registry.js';
import { settledSignatures } from './signature-links.js';

/** On what a tag may be moved. */
type TagCondition = Pick<PutManifestOptions, 'ifMatch' | 'ifAbsent'>;

/** Links that others take away while the manifest is being put are written again so often. */
const MAX_TRIES = 3;

/** Puts a manifest; see `ManifestService.put` for what it promises. */
export async function putManifest(
  context: RepositoryContext,
  pushed: Buffer,
  how: PutManifestOptions,
): Promise<PutManifestResult> {
  const { stores, here } = context;
  const { tags = [], ifMatch, ifAbsent, signal } = how;
  // The conditions are for the tags alone. Nothing below may see them: a driver would take them for its own.
  const condition: TagCondition = { ...(ifMatch === undefined ? {} : { ifMatch }), ...(ifAbsent ? { ifAbsent } : {}) };
  const options: CallOptions = signal ? { signal } : {};
  const prepared = await prepareManifest(context, pushed, how);
  const { bytes, digest, needs, blocks } = prepared;

  let found = await findNeeds(stores, here, needs, options);
  refuseMissing(needs, found);
  const added = blocks.length > 0 ? await countAdded(context, digest, blocks, options) : 0;
  for (const tag of tags) {
    const current = await here.tags.resolve(tag, options);
    if (!mayMove(current, condition)) throw notMoved(tag, current);
  }

  await here.prepare();
  const claims = allClaims([await claimsOf(here, digest, bytes, found, options), blocks.map(claimOfBlock)]);
  const waiting = [...tags];
  for (let tries = 0; ; tries++) {
    await writeReferences(context, prepared, options);
    await stores.condemned.clear(claims, options);
    // The blocks once more: those that were there before may have been condemned.
    for (const content of [prepared, ...blocks]) await stores.blobs.put(content.bytes, content.digest, options);
    found = await findNeeds(stores, here, needs, options);
    refuseMissing(needs, found);
    await settleNeeds(stores, here, found, needs, options);
    if (await referencesStand(context, prepared, options)) {
      if (tags.length === 0) break;
      for (let tag = waiting.shift(); tag !== undefined; tag = waiting.shift()) {
        await setTag(context, tag, digest, condition, options);
      }
      // Deleted between the two: a tag must not be left to name nothing.
      if (await referencesStand(context, prepared, options)) break;
    }
    if (tries === MAX_TRIES) throw deletedMeanwhile(digest);
  }
  stores.recent.forget(here.revisions.pathOf(digest));

  const descriptor = {
    mediaType: prepared.mediaType,
    digest,
    size: bytes.length,
    ...(prepared.artifactType === undefined ? {} : { artifactType: prepared.artifactType }),
  };
  const keyIds = [...new Set(blocks.map(({ keyId }) => keyId))];
  return {
    descriptor,
    ...(prepared.subject ? { subject: prepared.subject.digest } : {}),
    ...(blocks.length > 0 ? { signed: { keyIds, signatures: blocks.length, added } } : {}),
  };
}

function refuseMissing(needs: readonly Need[], found: ReadonlyMap<Digest, Digest>): void {
  const missing = needs.filter((need) => !found.has(need.digest));
  const errors = missing.map(({ digest, kind }) => {
    const message = `${kind} unknown to the repository: push or mount it before the manifest that names it`;
    return { message, detail: digest };
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

/** The revision last: its payload may be there from before, and nobody may see it without the rest. */
async function writeReferences(
  { here }: RepositoryContext,
  { digest, mediaType, selfDescribing, subject, blocks }: PreparedManifest,
  options: CallOptions,
): Promise<void> {
  if (!selfDescribing) await here.revisions.setMediaType(digest, mediaType, options);
  await here.signatures.add(digest, blocks, options);
  if (subject) await here.referrers.add(subject.digest, digest, options);
  await here.revisions.link(digest, digest, options);
}

function claimOfBlock({ digest }: SignatureBlock): Item {
  return { kind: 'blob', digest };
}

/** How many are new. Refuses too many; between processes a few more may slip in: what matters is that there is an end to it. */
async function countAdded(
  { here }: RepositoryContext,
  digest: Digest,
  blocks: readonly SignatureBlock[],
  options: CallOptions,
): Promise<number> {
  const there = new Set(await settledSignatures(here, digest, options));
  const added = blocks.filter((block) => !there.has(block.digest)).length;
  if (added === 0 || there.size + added <= MAX_SIGNATURES) return added;
  throw invalid(`the manifest has ${MAX_SIGNATURES} signatures already, as many as are taken`);
}

async function referencesStand(
  { here }: RepositoryContext,
  { digest, selfDescribing, subject, blocks }: PreparedManifest,
  options: CallOptions,
): Promise<boolean> {
  if ((await here.revisions.resolve(digest, options)) === undefined) return false;
  if (!selfDescribing && (await here.revisions.mediaType(digest, options)) === undefined) return false;
  if (blocks.length > 0) {
    const linked = new Set(await here.signatures.list(digest, options));
    if (!blocks.every((block) => linked.has(block.digest))) return false;
  }
  return subject === undefined || here.referrers.has(subject.digest, digest, options);
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
