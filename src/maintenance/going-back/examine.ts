/**
 * Looks through a store for what docker-registry 2.8 and docker/distribution 3 cannot cope with. Changes nothing, and may run
 * beside a server. What it holds at a time does not grow with the store: findings of a repository are told some hundreds at once.
 */
import { type Digest, isContentDigest, isDigest } from '../../core/digest.js';
import { createGate } from '../../core/gate.js';
import type { Pages } from '../../core/pages.js';
import type { RepositoryName, Tag } from '../../core/reference.js';
import type { StoragePath } from '../../core/storage-path.js';
import { type Entry, isNotFound, type StorageDriver } from '../../driver/driver.js';
import { MAX_MANIFEST_BYTES } from '../../manifest/manifest.js';
import { pathFor } from '../../paths/path-for.js';
import type { RepositoryStores, Stores } from '../../store/stores.js';
import { judge } from './judge.js';
import type { TroubleName } from './troubles.js';

/** One trouble, and where it is. */
export interface Finding {
  readonly trouble: TroubleName;
  /** Undefined where it is in no repository. */
  readonly repository?: RepositoryName;
  /** The manifest, where it is one. */
  readonly digest?: Digest;
  /** Tags that name the manifest, the first of them. */
  readonly tags?: readonly Tag[];
  /** How many others do. */
  readonly moreTags?: number;
  /** How many there are, where they are not told one by one. */
  readonly count?: number;
}

/** What is looked through, and who hears how far it has come. */
export interface Examined {
  readonly driver: StorageDriver;
  readonly stores: Pick<Stores, 'catalog' | 'repository'>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (now: { readonly repositories: number; readonly manifests: number; readonly at: string }) => void;
}

/** Manifests that are read at the same time; each may have 4 MiB. */
const AT_ONCE = 8;
/** Findings that wait for their tags, which take a walk over all tags of the repository. */
const BATCH = 500;
/** Tags that a finding names. */
const NAMED_TAGS = 5;

/** All findings, repository by repository. */
export async function* examineGoingBack(examined: Examined): Pages<Finding> {
  const { driver, stores, onProgress } = examined;
  const counts = { repositories: 0, manifests: 0 };
  const options = examined.signal ? { signal: examined.signal } : {};

  const entriesOf = (path: StoragePath): Pages<Entry> => driver.list(path, options);

  const hasAny = async (path: StoragePath): Promise<boolean> => {
    for await (const _page of driver.list(path, { ...options, limit: 1 })) return true;
    return false;
  };

  const sizeOf = async (path: StoragePath): Promise<number | undefined> => {
    try {
      return (await driver.stat(path, options)).size;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };

  const troublesOf = async (here: RepositoryStores, digest: Digest): Promise<readonly TroubleName[]> => {
    const link = pathFor('revisionLink', { name: here.name, digest });
    const linkSize = await sizeOf(link);
    // A folder without a link is what a delete leaves.
    if (linkSize === undefined) return [];
    if (linkSize === 0) return ['empty-link'];
    const blob = pathFor('blobData', { blob: digest });
    const size = await sizeOf(blob);
    if (size === undefined || size === 0) return (await sizeOf(link)) === undefined ? [] : ['lost-content'];
    if (size > MAX_MANIFEST_BYTES) return ['unknown-type'];
    const { troubles, bySha512 } = judge(await driver.read(blob, options));
    const found: TroubleName[] = [...troubles];
    if (troubles.includes('schema-1') && (await hasAny(pathFor('signatures', { name: here.name, digest }))))
      found.push('signatures');
    for (const named of bySha512) {
      const target = await here.layers.resolve(named, options);
      if (target === undefined || target === named) continue;
      found.push('alias-reference');
      break;
    }
    return found;
  };

  /** Names the tags of each, in one walk. */
  const withTags = async (here: RepositoryStores, found: readonly Finding[]): Promise<readonly Finding[]> => {
    const byDigest = new Map<Digest, { tags: Tag[]; more: number }>();
    for (const { digest } of found) if (digest) byDigest.set(digest, { tags: [], more: 0 });
    const gate = createGate(AT_ONCE);
    for await (const page of here.tags.list(options)) {
      const targets = await Promise.all(page.map((tag) => gate(() => here.tags.resolve(tag, options))));
      for (const [at, tag] of page.entries()) {
        const target = targets[at];
        const known = target === undefined ? undefined : byDigest.get(target);
        if (known === undefined) continue;
        if (known.tags.length < NAMED_TAGS) known.tags.push(tag);
        else known.more++;
      }
    }
    return found.map((finding) => {
      const { tags = [], more = 0 } = (finding.digest && byDigest.get(finding.digest)) ?? {};
      return { ...finding, tags, ...(more > 0 ? { moreTags: more } : {}) };
    });
  };

  async function* revisionsOf(name: RepositoryName): Pages<Digest> {
    for await (const page of entriesOf(pathFor('revisions', { name }))) {
      for (const { name: algorithm, path, folder } of page) {
        if (!folder) continue;
        for await (const below of entriesOf(path)) {
          const digests = below.map((entry) => `${algorithm}:${entry.name}`).filter(isDigest);
          yield digests.filter(isContentDigest);
        }
      }
    }
  }

  async function* lookThrough(name: RepositoryName): Pages<Finding> {
    const here = stores.repository(name);
    const gate = createGate(AT_ONCE);
    let found: Finding[] = [];
    let manifests = 0;
    for await (const page of revisionsOf(name)) {
      const all = await Promise.all(
        page.map((digest) =>
          gate(async () => {
            const troubles = await troublesOf(here, digest);
            manifests++;
            counts.manifests++;
            onProgress?.({ ...counts, at: name });
            return troubles.map((trouble): Finding => ({ trouble, repository: name, digest }));
          }),
        ),
      );
      found.push(...all.flat());
      if (found.length < BATCH) continue;
      yield await withTags(here, found);
      found = [];
    }
    if (found.length > 0) yield await withTags(here, found);
    const rest: Finding[] = [];
    if (manifests > 0 && !(await hasFolder(pathFor('manifests', { name }), pathFor('tags', { name }))))
      rest.push({ trouble: 'no-tags-folder', repository: name });
    const deletes = await countOf(pathFor('trash', { name }));
    if (deletes > 0) rest.push({ trouble: 'trash', repository: name, count: deletes });
    if (rest.length > 0) yield rest;
  }

  const hasFolder = async (above: StoragePath, folder: StoragePath): Promise<boolean> => {
    for await (const page of entriesOf(above)) if (page.some(({ path }) => path === folder)) return true;
    return false;
  };

  const countOf = async (folder: StoragePath): Promise<number> => {
    let count = 0;
    for await (const page of entriesOf(folder)) count += page.length;
    return count;
  };

  for await (const page of entriesOf(pathFor('blobs', {})))
    if (page.some(({ name }) => name === 'tarsum')) yield [{ trouble: 'tarsum-content' }];
  for await (const page of stores.catalog.list(options)) {
    for (const name of page) {
      counts.repositories++;
      onProgress?.({ ...counts, at: name });
      yield* lookThrough(name);
    }
  }
}
