/**
 * Links of older forms, brought to the released one. A link is written only when what it names is there and was verified,
 * and its old place is given up after that.
 */
import { CANONICAL, type Digest, digestOf, hashOf, isContentDigest, isDigest } from '../../core/digest.js';
import type { RepositoryName, Tag } from '../../core/reference.js';
import type { StoragePath } from '../../core/storage-path.js';
import { isNotFound } from '../../driver/driver.js';
import { type Age, pathInLinked } from '../../paths/ages/ages.js';
import { pathFor } from '../../paths/path-for.js';
import type { TaskContext } from '../task.js';
import { isAlias } from './content.js';
import { readDigest, readIfThere, type Sides, sizeIfThere } from './sides.js';
import { Unfit } from './step.js';

/** More than any manifest or signature has. */
const MAX_SMALL_BYTES = 16 << 20;

/** A layer link: the content by its canonical digest, and the name that it is known by as an alias of that. */
export async function migrateLayer(
  sides: Sides,
  context: TaskContext,
  path: StoragePath,
  name: RepositoryName,
  digest: Digest,
): Promise<void> {
  const held = await heldBy(sides, path);
  const canonical = isContentDigest(held) ? held : await sides.canonicalOf(held);
  if (canonical === undefined || (await sides.stores.blobs.stat(canonical)) === undefined) {
    throw new Unfit('content-missing', `the content of ${held} is damaged or missing; the link stays as it is`);
  }
  await confirmAlias(sides, context, digest, canonical);
  const { layers, prepare } = sides.stores.repository(name);
  await prepare();
  // The canonical one first: the alias says that it is there.
  if ((await layers.resolve(canonical)) !== canonical) await layers.link(canonical);
  if (digest !== canonical) await layers.link(digest, canonical);
  if (path !== layers.pathOf(digest)) await sides.drop(path);
}

/** A digest may stand for content only when it is the content's; another link may have been damaged. */
async function confirmAlias(sides: Sides, context: TaskContext, digest: Digest, canonical: Digest): Promise<void> {
  if (digest === canonical || (await sides.canonicalOf(digest)) === canonical) return;
  if (!(await isAlias(sides, context, digest, canonical))) {
    throw new Unfit('alias-wrong', `the link leads to ${canonical}, whose digest is not ${digest}; it stays as it is`);
  }
  await sides.remember(digest, canonical);
}

/** A revision with its signatures and its media type, which come first. */
export async function migrateRevision(
  sides: Sides,
  context: TaskContext,
  path: StoragePath,
  age: Age,
  name: RepositoryName,
  digest: Digest,
): Promise<void> {
  if ((await heldBy(sides, path)) !== digest) throw elsewhere();
  await requireSmall(sides, digest, 'the manifest');
  await sides.stores.repository(name).prepare();
  const folder = pathInLinked(age, 'signaturesByAlgorithm', { name, digest, algorithm: CANONICAL });
  for await (const page of sides.source.list(folder)) {
    for (const { name: hex } of page) {
      const signature = `${CANONICAL}:${hex}`;
      if (!isDigest(signature)) continue;
      const old = pathInLinked(age, 'signatureLink', { name, digest, signature });
      // One that is damaged takes nothing from the others.
      await migrateSignature(sides, old, name, digest, signature).catch((error: unknown) => {
        if (!(error instanceof Unfit)) throw error;
        context.found({ what: error.what, path: old, message: error.message });
      });
    }
  }
  if (age === 'released') {
    const kept = pathFor('revisionMediaType', { name, digest });
    await transfer(sides, kept, kept);
  }
  await transfer(sides, path, pathFor('revisionLink', { name, digest }));
}

/** One signature of a manifest. */
export async function migrateSignature(
  sides: Sides,
  path: StoragePath,
  name: RepositoryName,
  digest: Digest,
  signature: Digest,
): Promise<void> {
  if ((await heldBy(sides, path)) !== signature) throw elsewhere();
  await requireSmall(sides, signature, 'a signature of the manifest');
  await transfer(sides, path, pathFor('signatureLink', { name, digest, signature }));
}

/** What a tag has named. */
export async function migrateIndex(
  sides: Sides,
  path: StoragePath,
  name: RepositoryName,
  tag: Tag,
  digest: Digest,
): Promise<void> {
  const place = pathFor('tagIndexLink', { name, tag, digest });
  const held = await readDigest(sides.source, path);
  // The tag that names it now may have brought it along.
  if (held === undefined && (await sizeIfThere(sides.target, place)) !== undefined) return;
  if (held !== digest) throw elsewhere();
  await transfer(sides, path, place);
}

/** What a tag names. One that the released form has already is newer, and stays; what the old one named is in its index. */
export async function migrateCurrent(
  sides: Sides,
  context: TaskContext,
  path: StoragePath,
  age: Age,
  name: RepositoryName,
  tag: Tag,
): Promise<void> {
  const { revisions, tags } = sides.stores.repository(name);
  const digest = await heldBy(sides, path);
  if ((await revisions.resolve(digest)) !== digest) {
    throw new Unfit('content-missing', `the tag names ${digest}, which is damaged or missing; it stays as it is`);
  }
  const index = pathFor('tagIndexLink', { name, tag, digest });
  await transfer(sides, pathInLinked(age, 'tagIndexLink', { name, tag, digest }), index);
  if ((await sizeIfThere(sides.target, index)) === undefined) await tags.addToIndex(tag, [digest]);
  const current = await tags.resolve(tag);
  if (current !== undefined && current !== digest) {
    noteMoved(context, path, tag, name);
    return sides.drop(path);
  }
  await transfer(sides, path, pathFor('tagCurrent', { name, tag }));
}

function elsewhere(): Unfit {
  return new Unfit('link-unreadable', 'the link holds another digest than that at which it stands; it is left');
}

/** Says that a tag was not moved back. */
export function noteMoved(context: TaskContext, path: StoragePath, tag: Tag, name: RepositoryName): void {
  const message = `the tag ${tag} of ${name} names something else in the released form, and goes on to; its index has this one`;
  context.found({ what: 'tag-moved-on', path, message });
}

/** The digest that a link holds. `Unfit` when it holds none. */
export async function heldBy({ source }: Sides, path: StoragePath): Promise<Digest> {
  const digest = await readDigest(source, path);
  if (digest === undefined) throw new Unfit('link-unreadable', 'the link holds no digest, or is gone; it is left');
  return digest;
}

/** Brings a small object to its place: by a rename, so that it keeps its time, or as a copy. Missing is fine. */
export async function transfer(sides: Sides, from: StoragePath, to: StoragePath): Promise<void> {
  const { source, target, inPlace } = sides;
  const bytes = await readIfThere(source, from);
  if (bytes === undefined || (inPlace && from === to)) return;
  if ((await sizeIfThere(target, to)) === undefined && inPlace) {
    return target.move(from, to).catch(async (error: unknown) => {
      // Two steps at once may be about an entry of a tag's index.
      if (!isNotFound(error) || (await sizeIfThere(target, to)) === undefined) throw error;
    });
  }
  const there = await readIfThere(target, to);
  if (there === undefined || !there.equals(bytes)) await target.put(to, bytes);
  await sides.drop(from);
}

/** `Unfit` unless a small blob is in its place and what its digest says. */
async function requireSmall({ target }: Sides, digest: Digest, what: string): Promise<void> {
  const path = pathFor('blobData', { blob: digest });
  const size = isContentDigest(digest) ? await sizeIfThere(target, path) : undefined;
  if (size === undefined) throw new Unfit('content-missing', `${what}, ${digest}, is missing; its link stays as it is`);
  const bytes = size <= MAX_SMALL_BYTES ? await target.read(path) : undefined;
  if (bytes === undefined || digestOf(bytes, hashOf(digest)) !== digest) {
    throw new Unfit('damaged', `${what}, ${digest}, is not what its digest says; it and its link stay as they are`);
  }
}
