/**
 * A signed manifest that is deleted while others push it, read it or take it out of the trash: what was signed and answered
 * is there, nobody sees the half of it, and what was deleted comes back from the trash alone.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { digestOf } from '../../../src/core/digest.js';
import { RegistryError } from '../../../src/core/errors.js';
import type { StorageDriver } from '../../../src/driver/driver.js';
import { createMemoryDriver } from '../../../src/driver/memory/driver.js';
import { parseSigned } from '../../../src/manifest/schema1.js';
import { createRegistry } from '../../../src/registry/create-registry.js';
import type { Repository } from '../../../src/registry/registry.js';
import { openStores } from '../../../src/store/stores.js';
import { documentBy, payloadOf } from '../../manifest/signed-by.js';
import { atEachCrash } from '../../support/crashing.js';
import { filesOf } from '../../support/store-content.js';
import { exploreAll, exploreSome, type Scenario, snapshotOf } from './explore.js';
import { A } from './scenarios.js';
import type { Script } from './scheduler.js';

const payload = payloadOf();
const digest = digestOf(payload);

/** Somebody who signs, always in the same way. */
interface Party {
  readonly document: Buffer;
  readonly signature: string;
}

async function party(): Promise<Party> {
  const document = documentBy(payload, { pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }), alg: 'ES256' });
  return { document, signature: (await parseSigned(document)).blocks[0]?.signature ?? '' };
}

const [a, b, c, d] = [await party(), await party(), await party(), await party()];

function on(driver: StorageDriver, clock = {}): Repository {
  return createRegistry(openStores(driver, clock)).repository(A);
}

const sign = (repository: Repository, { document }: Party) => repository.manifests.put(document, {});

/** The signatures that a reader gets; undefined when the manifest is unknown. */
async function signaturesIn(repository: Repository): Promise<readonly string[] | undefined> {
  try {
    const { bytes } = await repository.manifests.get({ kind: 'digest', digest });
    return (await parseSigned(bytes)).blocks.map(({ signature }) => signature);
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'MANIFEST_UNKNOWN') return undefined;
    throw error;
  }
}

/** What those who took part have been told. */
interface Told {
  readonly signed: Set<Party>;
  deleted: boolean;
  restored: boolean;
  readonly seen: (readonly string[] | undefined)[];
}

type Act = (repository: Repository, told: Told) => Promise<void>;

const pushing =
  (who: Party): Act =>
  async (repository, told) => {
    await sign(repository, who);
    told.signed.add(who);
  };
const deleting: Act = async ({ manifests }, told) => {
  await manifests.remove(digest);
  told.deleted = true;
};
const reading: Act = async (repository, told) => {
  told.seen.push(await signaturesIn(repository));
};
const restoring: Act = async ({ trash }, told) => {
  for (const { id } of await trash.list()) await trash.restore(id);
  told.restored = true;
};

async function leftLinks(store: StorageDriver): Promise<readonly string[]> {
  return (await filesOf(store)).filter((file) => file.includes('/signatures/'));
}

/** Plays the acts against each other on a store that `before` has filled. */
async function scenario(
  before: (repository: Repository) => Promise<unknown>,
  acts: Readonly<Record<string, Act>>,
  verdict: (
    told: Told,
    served: readonly string[] | undefined,
    store: StorageDriver,
  ) => string | undefined | Promise<string | undefined>,
): Promise<Scenario> {
  const first = createMemoryDriver();
  await before(on(first));
  return {
    before: await snapshotOf(first),
    start(store) {
      const told: Told = { signed: new Set(), deleted: false, restored: false, seen: [] };
      const scripts: Record<string, Script> = {};
      for (const [name, act] of Object.entries(acts)) {
        scripts[name] = (actor) =>
          act(on(actor.driver, { clock: actor.clock }), told).catch((error: unknown) => {
            if (!(error instanceof RegistryError)) throw error;
          });
      }
      return { scripts, onWrite: () => undefined, verdict: async () => verdict(told, await signaturesIn(on(store)), store) };
    },
  };
}

const bySigner =
  (...parties: readonly Party[]) =>
  async (repository: Repository) => {
    for (const each of parties) await sign(repository, each);
  };

/** Whoever was told that their signature is stored finds it, unless the manifest as a whole was deleted after. */
function lost({ signed, deleted }: Told, served: readonly string[] | undefined): string | undefined {
  if (served === undefined) return deleted ? undefined : 'nobody has deleted it';
  for (const { signature } of signed) if (!served.includes(signature)) return 'a signature that was answered is gone';
  return undefined;
}

async function holds(made: Scenario, { runs = 80, maxRuns = 100 } = {}): Promise<void> {
  assert.equal((await exploreSome(made, { runs, seed: 11 })).violation, undefined);
  assert.equal((await exploreAll(made, { maxRuns })).violation, undefined);
}

describe('a signed manifest that is deleted', () => {
  for (const [what, who] of [
    ['with a signature that it has', a],
    ['with one more', c],
  ] as const) {
    it(`while it is pushed ${what} is gone, or has the signature that was pushed`, async () => {
      const acts = { pusher: pushing(who), deleter: deleting };
      const made = await scenario(bySigner(a, b), acts, async (told, served, store) => {
        if (served === undefined && (await leftLinks(store)).length > 0) return 'links of signatures are left of it';
        return lost(told, served);
      });
      await holds(made);
    });
  }

  it('while it is read is unknown, or has all of its signatures', async () => {
    const acts = { reader: reading, deleter: deleting };
    const made = await scenario(bySigner(a, b), acts, async ({ seen }, _served, store) => {
      const partly = seen.some((each) => each && !(each.includes(a.signature) && each.includes(b.signature)));
      if (partly) return 'a reader has seen it without';
      return (await filesOf(store)).some((file) => file.startsWith('_keys')) ? 'it was signed by the registry' : undefined;
    });
    await holds(made);
  });

  it('and comes out of the trash while it is pushed has all of its signatures', async () => {
    const before = async (repository: Repository): Promise<void> => {
      await bySigner(a, b)(repository);
      await repository.manifests.remove(digest);
    };
    const made = await scenario(before, { pusher: pushing(c), person: restoring }, (told, served = []) => {
      const parties = [...told.signed, ...(told.restored ? [a, b] : [])];
      return parties.every(({ signature }) => served.includes(signature)) ? undefined : 'a signature is gone';
    });
    await holds(made);
  });

  it('not to the end, by somebody who died, is pushed by two at once: both signatures are there', async () => {
    const before = async (repository: Repository): Promise<void> => {
      await bySigner(a, b)(repository);
    };
    const first = createMemoryDriver();
    await before(on(first));
    const store = { ...first, remove: died(first) };
    await assert.rejects(on(store).manifests.remove(digest), /died/);
    const dead = await snapshotOf(first);
    assert.equal((await leftLinks(first)).length, 2);
    const made = await scenario(before, { one: pushing(c), other: pushing(d), third: pushing(a) }, lost);
    await holds({ ...made, before: dead });
  });
});

/** Dies once the revision is gone. */
function died(driver: StorageDriver): StorageDriver['remove'] {
  let isDead = false;
  return async (paths, options) => {
    if (isDead) throw new Error('died');
    await driver.remove(paths, options);
    isDead = paths.some((path) => /\/revisions\/sha256\/[^/]*\/link$/.test(path));
  };
}

for (const when of ['before', 'after'] as const) {
  describe(`a delete of a signed manifest that dies ${when} any change`, () => {
    const open = async (): Promise<StorageDriver> => {
      const driver = createMemoryDriver();
      await bySigner(a, b)(on(driver));
      return driver;
    };
    const deletes = (driver: StorageDriver) => on(driver).manifests.remove(digest);

    it('brings no deleted signature back when somebody else pushes the manifest later', async () => {
      const seen = new Set<number>();
      await atEachCrash(
        open,
        deletes,
        async ({ store, point }) => {
          const isThere = (await signaturesIn(on(store))) !== undefined;
          await sign(on(store), c);
          const after = await signaturesIn(on(store));
          assert.deepEqual(new Set(after), new Set((isThere ? [a, b, c] : [c]).map(({ signature }) => signature)), point);
          seen.add(after?.length ?? 0);
          for (const { id } of await on(store).trash.list()) await on(store).trash.restore(id);
          assert.equal((await signaturesIn(on(store)))?.length, 3, point);
        },
        when,
      );
      assert.deepEqual([...seen].sort(), [1, 3]);
    });

    it('is ended by the next delete, which says that the manifest is unknown', async () => {
      await atEachCrash(
        open,
        deletes,
        async ({ store, point }) => {
          await deletes(store).catch((error: unknown) => {
            assert.ok(error instanceof RegistryError && error.code === 'MANIFEST_UNKNOWN', String(error));
          });
          assert.deepEqual(await leftLinks(store), [], point);
        },
        when,
      );
    });
  });
}
