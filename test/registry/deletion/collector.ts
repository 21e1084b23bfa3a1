/**
 * A collector as small as can be, for tests: the steps of safe deletion over the real driver, paths and documents. It knows
 * no grace for content: what has no reference is taken at once, which is the worst case for whoever writes.
 */
import type { Digest } from '../../../src/core/digest.js';
import type { RepositoryName } from '../../../src/core/reference.js';
import type { StorageDriver } from '../../../src/driver/driver.js';
import { digestsIn } from '../../../src/manifest/manifest.js';
import { parsePath } from '../../../src/paths/parse-path.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { type Item, itemKey, readVeto, writeDocument } from '../../../src/store/gc-document.js';
import type { TrashedLink } from '../../../src/store/trash.js';
import { pathOf } from '../../support/stored-paths.js';
import type { Actor } from './scheduler.js';

/** How it collects, and what a broken one leaves out. */
export interface CollectorOptions {
  /** Names its documents. */
  readonly id: string;
  readonly repositories: readonly RepositoryName[];
  /** A layer link that counts for nothing once no manifest needs it. */
  readonly isOld: (path: string) => boolean;
  /** Takes revisions too that are old and that no tag names. */
  readonly takesRevisions?: boolean;
  readonly skips?: 'second mark' | 'flip' | 'vetoes';
  /** Told each item that it takes. */
  readonly took?: (item: Item) => void;
}

/** One run, over `store`; each step of the protocol is a step of the actor. */
export async function collect({ step }: Pick<Actor, 'step'>, store: StorageDriver, options: CollectorOptions): Promise<void> {
  const { id, skips } = options;
  const mark = async (): Promise<ReadonlySet<string>> => {
    const kept = new Set<string>();
    for (const name of options.repositories) {
      // Live links before the trash: what is deleted between the two is met there.
      for (const item of await step(`mark ${name}`, () => liveItems(store, name, options))) kept.add(itemKey(item));
      for (const item of await step(`mark the trash of ${name}`, () => trashedItems(store, name))) kept.add(itemKey(item));
    }
    return kept;
  };

  const first = await mark();
  const found = await step('find candidates', () => allItems(store, options));
  let items = found.filter((item) => !first.has(itemKey(item)));
  if (items.length === 0) return;

  const path = pathFor('condemnedDocument', { document: id });
  const publish = (phase: 'condemned' | 'deleting'): Promise<void> =>
    step(`publish ${phase}`, () => store.put(path, writeDocument({ run: id, phase, heartbeat: 1, items })));
  await publish('condemned');
  if (skips !== 'second mark') {
    const second = await mark();
    items = items.filter((item) => !second.has(itemKey(item)));
  }
  if (skips !== 'flip') await publish('deleting');
  if (skips !== 'vetoes') {
    const vetoed = await step('read vetoes', () => readVetoes(store, id));
    items = vetoed === 'all' ? [] : items.filter((item) => !vetoed.has(itemKey(item)));
  }
  for (const item of items) {
    await step(`take ${itemKey(item)}`, () => store.remove([pathOfItem(item)]));
    options.took?.(item);
  }
  await step('withdraw', () => store.remove([path]));
  await step('remove vetoes', () => store.removeTree(pathFor('vetoes', { document: id })));
}

function pathOfItem(item: Item): ReturnType<typeof pathFor> {
  if (item.kind === 'blob') return pathFor('blobData', { blob: item.digest });
  return pathFor(item.kind === 'layer' ? 'layerLink' : 'revisionLink', item);
}

async function readVetoes(store: StorageDriver, document: string): Promise<ReadonlySet<string> | 'all'> {
  const keys = new Set<string>();
  for await (const page of store.list(pathFor('vetoes', { document }))) {
    for (const entry of page) {
      const items = readVeto(await store.read(entry.path));
      if (items === 'all') return 'all';
      for (const item of items) keys.add(itemKey(item));
    }
  }
  return keys;
}

/** Everything that could be taken. */
async function allItems(store: StorageDriver, { isOld, takesRevisions }: CollectorOptions): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of store.walk(pathOf(''))) {
    for (const { path } of page) {
      const spec = parsePath(path);
      if (spec?.kind === 'blobData') items.push({ kind: 'blob', digest: spec.blob });
      if (spec?.kind === 'layerLink' && isOld(path)) items.push({ kind: 'layer', name: spec.name, digest: spec.digest });
      if (spec?.kind === 'revisionLink' && takesRevisions && isOld(path)) {
        items.push({ kind: 'revision', name: spec.name, digest: spec.digest });
      }
    }
  }
  return items;
}

/** What the live links of a repository keep. */
async function liveItems(store: StorageDriver, name: RepositoryName, { isOld }: CollectorOptions): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of store.walk(pathFor('repository', { name }))) {
    for (const { path } of page) {
      const spec = parsePath(path);
      if (spec?.kind === 'layerLink' && !isOld(path)) {
        const target = (await store.read(path)).toString() as Digest;
        items.push({ kind: 'layer', name, digest: spec.digest }, { kind: 'blob', digest: target });
      }
      if (spec?.kind === 'revisionLink') {
        const named = await namedBy(store, name, spec.digest);
        // Whoever puts a manifest writes its payload last: until then nobody knows what it names, so it keeps everything.
        if (named === undefined) return allLinked(store, name);
        items.push(...named);
        if (!isOld(path)) items.push({ kind: 'revision', name, digest: spec.digest });
      }
      if (spec?.kind === 'tagCurrent') {
        items.push({ kind: 'revision', name, digest: (await store.read(path)).toString() as Digest });
      }
    }
  }
  return items;
}

async function trashedItems(store: StorageDriver, name: RepositoryName): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of store.walk(pathFor('trash', { name }))) {
    for (const { path } of page) {
      const { links } = JSON.parse((await store.read(path)).toString()) as { links: TrashedLink[] };
      for (const link of links) {
        if (link.kind === 'layer')
          items.push({ kind: 'layer', name, digest: link.digest }, { kind: 'blob', digest: link.target });
        if (link.kind === 'revision')
          items.push(...((await namedBy(store, name, link.digest)) ?? (await allLinked(store, name))));
        if (link.kind === 'tag') items.push({ kind: 'revision', name, digest: link.digest });
      }
    }
  }
  return items;
}

/** All links of a repository, and what they lead to. */
async function allLinked(store: StorageDriver, name: RepositoryName): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of store.walk(pathFor('repository', { name }))) {
    for (const { path } of page) {
      const spec = parsePath(path);
      if (spec?.kind !== 'layerLink' && spec?.kind !== 'revisionLink') continue;
      items.push({ kind: spec.kind === 'layerLink' ? 'layer' : 'revision', name, digest: spec.digest });
      items.push({ kind: 'blob', digest: (await store.read(path)).toString() as Digest });
    }
  }
  return items;
}

/** A manifest's payload, and all that it names: content, and the links to it in its repository. Undefined when it cannot be read. */
async function namedBy(store: StorageDriver, name: RepositoryName, digest: Digest): Promise<Item[] | undefined> {
  const items: Item[] = [{ kind: 'blob', digest }];
  const bytes = await store.read(pathFor('blobData', { blob: digest })).catch(() => undefined);
  const all = bytes && digestsIn(bytes);
  if (all === undefined) return undefined;
  for (const named of all) {
    // An alias keeps all that it stands for in its repository.
    const link = await store.read(pathFor('layerLink', { name, digest: named })).catch(() => undefined);
    for (const each of new Set([named, (link?.toString() ?? named) as Digest])) {
      items.push({ kind: 'blob', digest: each }, { kind: 'layer', name, digest: each }, { kind: 'revision', name, digest: each });
    }
  }
  return items;
}
