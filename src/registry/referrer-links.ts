/**
 * Takes the link of a referrer away without losing one that somebody counts on. Whoever pushes or restores writes the link,
 * then the revision, and then looks whether the link stands, or writes it again; whoever deletes takes the revision away,
 * then the link, and then looks for the revision. So of the two the later one always sees the other.
 */
import type { Digest } from '../core/digest.js';
import type { RepositoryStores } from '../store/stores.js';
import type { CallOptions } from './registry.js';

/** Takes away the link of a manifest that is gone. When it is back by then, the link is put back. */
export async function takeReferrer(
  { revisions, layers, referrers }: RepositoryStores,
  subject: Digest,
  referrer: Digest,
  options?: CallOptions,
): Promise<void> {
  await referrers.remove(subject, referrer, options);
  const back = (await revisions.resolve(referrer, options)) ?? (await layers.resolve(referrer, options));
  if (back !== undefined) await referrers.add(subject, referrer, options);
}
