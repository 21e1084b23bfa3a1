/**
 * Content gets its place in the released form after it was verified, whole, by the digest that it stands under. Content that
 * was known by its tarsum gets it by a second name: the first one goes when all links have been rewritten, so that at no
 * moment a link names nothing.
 */
import { CANONICAL, createDigester, type Digest, hashOf, type TarsumAlgorithm, tarsumOf } from '../../core/digest.js';
import type { StoragePath } from '../../core/storage-path.js';
import { pathFor } from '../../paths/path-for.js';
import type { TaskContext } from '../task.js';
import type { Sides } from './sides.js';
import { createPass, type Pass, type Sums } from './sums.js';

/** How clients of the time named layers, and so what content by its sha256 was linked by. */
const USUAL: TarsumAlgorithm = 'tarsum.v1+sha256';

/** Verifies the content of an object and places it, durably. `Unfit` when it is not what its digest says. */
export async function placeContent(
  sides: Sides,
  context: TaskContext,
  path: StoragePath,
  digest: Digest,
  isOld: boolean,
): Promise<void> {
  const pass = createPass(digest, {
    also: isOld ? USUAL : undefined,
    watch: (bytes) => context.progress({ bytes }),
    signal: context.signal,
  });
  try {
    // Content of one digest may stand in several places, in forms side by side, and has one place to go to.
    await sides.inTurn(digest, async () => {
      if (sides.inPlace) await placeHere(sides, path, digest, await read(sides, path, pass));
      else await placeThere(sides, path, digest, pass);
    });
  } finally {
    pass.close();
  }
}

/** True when content that stands in its place has this digest, a tarsum or a hash, as well as its canonical one. */
export async function isAlias(
  { stores }: Sides,
  { signal, progress }: TaskContext,
  digest: Digest,
  canonical: Digest,
): Promise<boolean> {
  const reader = await stores.blobs.open(canonical, { signal });
  if (reader === undefined) return false;
  const algorithm = tarsumOf(digest);
  const pass = createPass(canonical, { also: algorithm, watch: (bytes) => progress({ bytes }), signal });
  const digester = algorithm ? undefined : createDigester([hashOf(digest)]);
  try {
    for await (const piece of pass.through(reader.chunks())) digester?.update(piece);
    const { tarsum } = await pass.end();
    return (digester ? digester.digest(hashOf(digest)) : tarsum) === digest;
  } finally {
    await reader.close();
    pass.close();
  }
}

async function read({ source }: Sides, path: StoragePath, pass: Pass): Promise<Sums> {
  const reader = await source.open(path);
  try {
    for await (const _piece of pass.through(reader.chunks()));
    return await pass.end();
  } finally {
    await reader.close();
  }
}

async function placeHere(sides: Sides, path: StoragePath, digest: Digest, { canonical, tarsum }: Sums): Promise<void> {
  const { target, stores } = sides;
  const place = pathFor('blobData', { blob: canonical });
  // What stands there already may be a bad copy, and this one is good.
  const isThere = (await stores.blobs.stat(canonical)) !== undefined && (await stores.blobs.isIntact(canonical));
  if (isThere) await stores.blobs.settle(canonical);
  if (tarsumOf(digest)) {
    if (!isThere) await target.copy(path, place);
    return sides.remember(digest, canonical);
  }
  // Before the move, and true wherever the content is.
  if (tarsum) await sides.remember(tarsum, canonical);
  await (isThere ? sides.drop(path) : target.move(path, place));
}

/** Verified on its way to the other store, and placed there by a move. */
async function placeThere(sides: Sides, path: StoragePath, digest: Digest, pass: Pass): Promise<void> {
  const { source, target } = sides;
  const incoming = pathFor('migrating', { digest });
  await target.remove([incoming]);
  const reader = await source.open(path);
  const writer = await target.append(incoming, 0);
  let sums: Sums;
  try {
    await writer.write(pass.through(reader.chunks()));
    sums = await pass.end();
    await writer.commit({ volatile: true });
  } catch (error) {
    await target.remove([incoming]);
    throw error;
  } finally {
    await writer.close();
    await reader.close();
  }
  const canonical = tarsumOf(digest) ? sums.canonical : digest;
  await target.move(incoming, pathFor('blobData', { blob: canonical }));
  if (sums.tarsum && canonical.startsWith(`${CANONICAL}:`)) await sides.remember(sums.tarsum, canonical);
}
