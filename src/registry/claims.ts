/**
 * What a reference protects, in the words of the collector: whoever has written one looks whether any of it is condemned.
 * Rather one item too many than one too few: a veto of what is not condemned costs nothing.
 */
import type { Digest } from '../core/digest.js';
import { digestsIn, MAX_MANIFEST_BYTES, mayHaveSignatures } from '../manifest/manifest.js';
import type { Claims, Item } from '../store/gc-document.js';
import type { RepositoryStores, Stores } from '../store/stores.js';
import type { CallOptions } from './registry.js';

/** A digest in a repository: its links, those that its alias stands for, and the content. */
export function itemsOf({ name }: RepositoryStores, digest: Digest, target: Digest = digest): Item[] {
  const items: Item[] = [
    { kind: 'layer', name, digest },
    { kind: 'revision', name, digest },
  ];
  if (target !== digest) items.push({ kind: 'layer', name, digest: target });
  // Content of early 2015 is stored under a tarsum.
  items.push({ kind: 'blob', digest: target });
  return items;
}

/**
 * A manifest and all that its bytes name, as the collector counts it: any text that is a digest. `known` tells what some of
 * them are stored under. Everything when the bytes are no JSON.
 */
export async function claimsOf(
  here: RepositoryStores,
  digest: Digest,
  bytes: Uint8Array,
  known: ReadonlyMap<Digest, Digest> = new Map(),
  options?: CallOptions,
): Promise<Claims> {
  const named = digestsIn(bytes);
  if (named === undefined) return 'all';
  const items = itemsOf(here, digest);
  for (const each of named) {
    const target = known.get(each) ?? (await here.layers.resolve(each, options)) ?? each;
    items.push(...itemsOf(here, each, target));
  }
  return items;
}

/** The same for a manifest that is stored, with the signatures below it. Everything when it cannot be read. */
export async function claimsOfStored(
  { blobs }: Stores,
  here: RepositoryStores,
  digest: Digest,
  options?: CallOptions,
): Promise<Claims> {
  const facts = await blobs.stat(digest, options);
  const bytes = facts && facts.size <= MAX_MANIFEST_BYTES ? await blobs.read(digest, options) : undefined;
  if (bytes === undefined) return 'all';
  const signatures = mayHaveSignatures(bytes) ? await here.signatures.list(digest, options) : [];
  const items = signatures.map((signature): Item => ({ kind: 'blob', digest: signature }));
  return allClaims([items, await claimsOf(here, digest, bytes, undefined, options)]);
}

/** All of these together. */
export function allClaims(claims: readonly Claims[]): Claims {
  const items: Item[] = [];
  for (const each of claims) {
    if (each === 'all') return 'all';
    items.push(...each);
  }
  return items;
}
