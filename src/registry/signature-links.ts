/**
 * Takes links of signatures away without losing one that somebody counts on. Whoever pushes writes links, then the
 * revision, and then looks whether all of it stands; whoever takes links away looks for the revision afterwards. So of the
 * two the later one always sees the other.
 */
import type { Digest } from '../core/digest.js';
import type { RepositoryStores } from '../store/stores.js';
import type { CallOptions } from './registry.js';

/** Takes away links that the trash holds, of a revision that is gone. When it is back by then, they are put back. */
export async function takeSignatures(
  { revisions, signatures }: RepositoryStores,
  revision: Digest,
  links: readonly Digest[],
  options?: CallOptions,
): Promise<void> {
  if (links.length === 0) return;
  await signatures.unlink(revision, links, options);
  if ((await revisions.resolve(revision, options)) === undefined) return;
  // Which of them its pusher has written nobody can tell any more: rather one too many than one too few.
  for (const link of links) await signatures.link(revision, link, options);
}

/**
 * The signatures that are linked below the revision. Those that a delete has left which died behind the revision, before
 * its signatures, are taken away first: they come back from the trash, and not with whoever pushes the manifest next.
 */
export async function settledSignatures(
  here: RepositoryStores,
  revision: Digest,
  options?: CallOptions,
): Promise<readonly Digest[]> {
  const linked = await here.signatures.list(revision, options);
  if (linked.length === 0 || (await here.revisions.resolve(revision, options)) !== undefined) return linked;
  const trashed = await trashedSignatures(here, revision, options);
  const left = linked.filter((link) => trashed.has(link));
  if (left.length === 0) return linked;
  await takeSignatures(here, revision, left, options);
  return here.signatures.list(revision, options);
}

async function trashedSignatures(
  { trash }: RepositoryStores,
  revision: Digest,
  options?: CallOptions,
): Promise<ReadonlySet<Digest>> {
  const found = new Set<Digest>();
  for (const id of await trash.list(options)) {
    const entry = await trash.read(id, options);
    for (const link of entry?.links ?? []) if (link.kind === 'signature' && link.revision === revision) found.add(link.digest);
  }
  return found;
}
