/** Scenes in which a collection meets those who write references, and what each of them has been promised. */
import { type Digest, tarsumOf } from '../../../src/core/digest.js';
import { RegistryError } from '../../../src/core/errors.js';
import type { RepositoryName } from '../../../src/core/reference.js';
import type { StorageDriver } from '../../../src/driver/driver.js';
import { createMemoryDriver } from '../../../src/driver/memory/driver.js';
import { createRegistry } from '../../../src/registry/create-registry.js';
import type { Registry, Repository } from '../../../src/registry/registry.js';
import type { Item } from '../../../src/store/gc-document.js';
import { openStores } from '../../../src/store/stores.js';
import { textOf } from '../../support/store-content.js';
import { sumOf } from '../../tarsum/sum-of.js';
import { type CollectorOptions, collect } from './collector.js';
import { type Run, type Scenario, snapshotOf } from './explore.js';
import type { Actor, Script } from './scheduler.js';

/** Two repositories are enough to move content to and fro. */
export const A = 'a' as RepositoryName;
export const B = 'b' as RepositoryName;

/** What somebody was told. Each must hold at the end, and after one more collection. */
export type Promised =
  | { readonly kind: 'blob'; readonly name: RepositoryName; readonly digest: Digest }
  | { readonly kind: 'manifest'; readonly name: RepositoryName; readonly digest: Digest }
  | { readonly kind: 'tag'; readonly name: RepositoryName; readonly tag: string; readonly digest: Digest };

/** What breaks a writer on purpose, to see that it is noticed. */
export type BrokenWriter = 'does not look' | 'writes no veto';

/** What an actor's script works with. */
export interface Hands {
  readonly registry: Registry;
  repository(name: RepositoryName): Repository;
  promise(...what: Promised[]): void;
  /** Empties the trash of a repository, as a person may. */
  emptyTrash(name: RepositoryName): Promise<void>;
}

/** A scene before it is played. */
export interface Scene<F> {
  /** Fills the store, and tells what the actors need to know. All links made here are old. */
  readonly before: (registry: Registry, driver: StorageDriver) => Promise<F>;
  readonly actors: Readonly<Record<string, (hands: Hands, facts: F) => Promise<void>>>;
  /** How many collectors run beside the actors. */
  readonly collectors?: number;
  readonly takesRevisions?: boolean;
}

/** How a scene is played. */
export interface Play {
  readonly collector?: NonNullable<CollectorOptions['skips']>;
  readonly writer?: BrokenWriter;
  readonly took?: (item: Item) => void;
}

/** Makes a scenario of a scene. */
export async function scenarioOf<F>(scene: Scene<F>, { collector, writer, took }: Play = {}): Promise<Scenario> {
  const first = createMemoryDriver();
  const facts = await scene.before(createRegistry(openStores(first)), first);
  const before = await snapshotOf(first);

  const start = (store: StorageDriver): Run => {
    const young = new Set<string>();
    const promised: Promised[] = [];
    const options = (id: string): CollectorOptions => ({
      id,
      repositories: [A, B],
      isOld: (path) => !young.has(path),
      ...(scene.takesRevisions ? { takesRevisions: true } : {}),
      ...(collector ? { skips: collector } : {}),
      ...(took ? { took } : {}),
    });
    const scripts: Record<string, Script> = {};
    for (const [name, act] of Object.entries(scene.actors)) {
      scripts[name] = (actor) => act(handsOf(actor, promised, writer), facts).catch(allowed);
    }
    for (let n = 1; n <= (scene.collectors ?? 1); n++) {
      scripts[`collector ${n}`] = (actor) => collect(actor, store, options(`run-${n}`));
    }
    return {
      scripts,
      onWrite: (path) => young.add(path),
      async verdict() {
        const broken = await brokenPromise(store, promised);
        if (broken !== undefined) return broken;
        await collect({ step: (_label, task) => task() }, store, { ...options('last'), took: () => undefined });
        return brokenPromise(store, promised);
      },
    };
  };
  return { before, start };
}

function handsOf(actor: Actor, promised: Promised[], broken: BrokenWriter | undefined): Hands {
  const driver: StorageDriver =
    broken === 'writes no veto'
      ? {
          ...actor.driver,
          put: (path, ...rest) => (path.includes('/_gc/vetoes/') ? Promise.resolve() : actor.driver.put(path, ...rest)),
        }
      : actor.driver;
  const stores = openStores(driver, { clock: actor.clock });
  if (broken === 'does not look') Object.assign(stores.condemned, { clear: async () => undefined });
  const registry = createRegistry(stores);
  return {
    registry,
    repository: (name) => registry.repository(name),
    promise: (...what) => void promised.push(...what),
    async emptyTrash(name) {
      const { trash } = stores.repository(name);
      for (const id of await trash.list()) await trash.remove(id);
    },
  };
}

/** A refusal is an answer, and no promise. */
function allowed(error: unknown): void {
  if (!(error instanceof RegistryError)) throw error;
}

async function brokenPromise(store: StorageDriver, promised: readonly Promised[]): Promise<string | undefined> {
  const registry = createRegistry(openStores(store));
  for (const each of promised) {
    try {
      await keep(registry.repository(each.name), each);
    } catch (error) {
      return `${JSON.stringify(each)} was promised: ${String(error)}`;
    }
  }
  return undefined;
}

async function keep(repository: Repository, promised: Promised): Promise<void> {
  if (promised.kind === 'blob') {
    const blob = await repository.blobs.open(promised.digest);
    const bytes = Buffer.from(await textOf(blob.chunks()), 'latin1');
    await blob.close();
    // Under an alias any content will do that has this tarsum.
    if (tarsumOf(promised.digest) && (await sumOf(bytes)) !== promised.digest) throw new Error('the alias leads astray');
    return;
  }
  const reference =
    promised.kind === 'tag'
      ? ({ kind: 'tag', tag: promised.tag as never } as const)
      : ({ kind: 'digest', digest: promised.digest } as const);
  const { bytes, descriptor } = await repository.manifests.get(reference);
  if (descriptor.digest !== promised.digest) throw new Error(`the tag names ${descriptor.digest}`);
  const { config, layers = [] } = JSON.parse(bytes.toString()) as Record<string, never> & {
    config?: { digest: Digest };
    layers?: { digest: Digest }[];
  };
  for (const part of config ? [config, ...layers] : layers) {
    await keep(repository, { kind: 'blob', name: repository.name, digest: part.digest });
  }
}
