/** Links that are changed only from what they were seen to hold: no change of somebody else is lost, in any process. */
import type { Digest } from '../core/digest.js';
import type { StoragePath } from '../core/storage-path.js';
import { type CallOptions, isConditionFailed, isNotFound, type StorageDriver } from '../driver/driver.js';

/**
 * Makes the link hold `to`, durably, if it holds `from` still, or is not there when that is undefined; says whether it did.
 * Unconditional where the driver has no conditional puts.
 */
export async function swapLink(
  driver: StorageDriver,
  path: StoragePath,
  from: Digest | undefined,
  to: Digest,
  options?: CallOptions,
): Promise<boolean> {
  const condition = from === undefined ? { ifAbsent: true as const } : { ifMatch: Buffer.from(from) };
  try {
    await driver.put(path, Buffer.from(to), { ...options, ...(driver.features.conditional ? condition : {}) });
    return true;
  } catch (error) {
    if (isConditionFailed(error) || isNotFound(error)) return false;
    throw error;
  }
}

/** A link that cannot be read counts as absent, but it is there: it must be out of the way before it can be made anew. */
export async function clearUnreadable(
  driver: StorageDriver,
  path: StoragePath,
  resolve: () => Promise<Digest | undefined>,
  options?: CallOptions,
): Promise<void> {
  const bytes = await driver.read(path, options).catch(() => undefined);
  if (bytes === undefined || (await resolve()) !== undefined) return;
  await driver.remove([path], { ...options, ifMatch: bytes }).catch((error: unknown) => {
    if (!isConditionFailed(error) && !isNotFound(error)) throw error;
  });
}
