/** Manifests that stood whole in a file at their tag: payload, signatures, revision and tag each get a place of their own. */
import { isContentDigest } from '../../core/digest.js';
import { RegistryError } from '../../core/errors.js';
import type { RepositoryName, Tag } from '../../core/reference.js';
import type { StoragePath } from '../../core/storage-path.js';
import { parseSigned, type SignedManifest } from '../../manifest/schema1.js';
import type { TaskContext } from '../task.js';
import { noteMoved } from './links.js';
import { readIfThere, type Sides, sizeIfThere } from './sides.js';
import { Unfit } from './step.js';

/** No client of the time made larger ones, and nothing reads them. */
const MAX_BYTES = 4 << 20;

/** Splits a signed manifest. Its signatures must verify; layers that are missing are told, and keep nothing from being done. */
export async function migrateManifest(
  sides: Sides,
  context: TaskContext,
  path: StoragePath,
  name: RepositoryName,
  tag: Tag,
): Promise<void> {
  const size = await sizeIfThere(sides.source, path);
  if (size !== undefined && size > MAX_BYTES) throw new Unfit('damaged', 'the manifest is larger than any; it stays as it is');
  const bytes = await readIfThere(sides.source, path);
  if (bytes === undefined) throw new Unfit('gone', 'the manifest is gone');
  const { payload, digest, blocks, layers } = await parse(bytes);
  const { blobs } = sides.stores;
  const repository = sides.stores.repository(name);
  await tellMissing(sides, context, path, name, layers);
  await repository.prepare();
  await blobs.put(payload, digest);
  await repository.signatures.add(digest, blocks);
  await repository.revisions.link(digest);
  // A tag that the released form has is newer. Its index still learns of this manifest.
  const { moved } = await repository.tags.set(tag, digest, (current) => current === undefined || current === digest);
  if (!moved) {
    await repository.tags.addToIndex(tag, [digest]);
    noteMoved(context, path, tag, name);
  }
  await sides.drop(path);
}

async function parse(bytes: Buffer): Promise<SignedManifest> {
  try {
    return await parseSigned(bytes);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new Unfit('damaged', `this is no signed manifest, or not what was signed: ${error.message}; it stays as it is`);
  }
}

async function tellMissing(
  { stores }: Sides,
  { found }: TaskContext,
  path: StoragePath,
  name: RepositoryName,
  needed: SignedManifest['layers'],
): Promise<void> {
  const { layers } = stores.repository(name);
  for (const digest of needed) {
    const target = await layers.resolve(digest);
    if (target !== undefined && isContentDigest(target) && (await stores.blobs.stat(target)) !== undefined) continue;
    found({ what: 'layer-missing', path, message: `the manifest names ${digest}, which ${name} does not have, or not whole` });
  }
}
