/**
 * Steps c to e of writing a reference: after it is written, look whether a collection has condemned what it needs, and
 * only then rely on it. All questions here go to the store, never to a memory.
 */
import type { Digest } from '../core/digest.js';
import { createGate } from '../core/gate.js';
import type { RepositoryStores, Stores } from '../store/stores.js';
import type { CallOptions } from './registry.js';

/** Content that a manifest names, or that an upload or a mount makes reachable. */
export interface Need {
  readonly kind: 'blob' | 'manifest';
  readonly digest: Digest;
  /** The size that the descriptor tells, when there is one. */
  readonly size?: number;
}

/** Questions about one manifest that run at the same time. */
const AT_ONCE = 16;

/** Where a need is met: the digest that its bytes are stored under. Undefined when it is not: no link, no bytes, or rotten ones. */
export async function findNeed(
  stores: Stores,
  here: RepositoryStores,
  need: Need,
  options?: CallOptions,
): Promise<Digest | undefined> {
  const target = await linkedAs(here, need, options);
  if (target === undefined) return undefined;
  const facts = await stores.blobs.stat(target, options);
  if (facts === undefined) return undefined;
  // A size that differs from the descriptor's is either a sloppy client or a blob cut short: the digest decides.
  const suspicious = need.size !== undefined && need.size !== facts.size;
  return !suspicious || (await stores.blobs.isIntact(target, options)) ? target : undefined;
}

/** A child manifest may be linked as a layer (caches of old builders, docker/distribution 2.1); a blob only there. */
async function linkedAs(here: RepositoryStores, need: Need, options?: CallOptions): Promise<Digest | undefined> {
  if (need.kind === 'blob') return here.layers.resolve(need.digest, options);
  return (await here.revisions.resolve(need.digest, options)) ?? (await here.layers.resolve(need.digest, options));
}

/** Which needs are met, by their digest; those that are missing are not in it. */
export async function findNeeds(
  stores: Stores,
  here: RepositoryStores,
  needs: readonly Need[],
  options?: CallOptions,
): Promise<Map<Digest, Digest>> {
  const gate = createGate(AT_ONCE);
  const found = new Map<Digest, Digest>();
  await Promise.all(
    needs.map((need) =>
      gate(async () => {
        const target = await findNeed(stores, here, need, options);
        if (target !== undefined) found.set(need.digest, target);
      }),
    ),
  );
  return found;
}

/** Makes sure that what was found is on stable storage: whoever wrote it may not have been answered yet. */
export async function settleNeeds(
  stores: Stores,
  here: RepositoryStores,
  found: ReadonlyMap<Digest, Digest>,
  needs: readonly Need[],
  options?: CallOptions,
): Promise<void> {
  const gate = createGate(AT_ONCE);
  await Promise.all(
    needs.map((need) =>
      gate(async () => {
        const target = found.get(need.digest);
        if (target === undefined) return;
        await stores.blobs.settle(target, options);
        await here.layers.settle(need.digest, options);
        if (need.kind === 'manifest') await here.revisions.settle(need.digest, options);
      }),
    ),
  );
}
