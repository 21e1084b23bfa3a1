/** A referrer that is deleted while others push it or take it out of the trash: what is there in the end is listed as well. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../../src/core/digest.js';
import { RegistryError } from '../../../src/core/errors.js';
import { collectPages } from '../../../src/core/pages.js';
import type { StorageDriver } from '../../../src/driver/driver.js';
import { createMemoryDriver } from '../../../src/driver/memory/driver.js';
import { createRegistry } from '../../../src/registry/create-registry.js';
import type { Repository } from '../../../src/registry/registry.js';
import { openStores } from '../../../src/store/stores.js';
import { describeBytes, imageManifest, pushBlob } from '../../support/images.js';
import { exploreAll, exploreSome, type Scenario, snapshotOf } from './explore.js';
import { A } from './scenarios.js';
import type { Script } from './scheduler.js';

const CONFIG = '{}';
const subject = describeBytes('never pushed');
const bytes = imageManifest({ config: describeBytes(CONFIG), subject });
const digest = digestOf(bytes);

/** What somebody does, and whether they were told that it is done. */
type Act = (repository: Repository) => Promise<unknown>;

const push: Act = ({ manifests }) => manifests.put(bytes);
const remove: Act = ({ manifests }) => manifests.remove(digest);
const restore: Act = async ({ trash }) => {
  for (const { id } of await trash.list()) await trash.restore(id);
};

function on(driver: StorageDriver, clock = {}): Repository {
  return createRegistry(openStores(driver, clock)).repository(A);
}

async function isThere({ manifests }: Repository): Promise<boolean> {
  return manifests.get({ kind: 'digest', digest }).then(
    () => true,
    () => false,
  );
}

async function isListed({ referrers }: Repository): Promise<boolean> {
  return (await collectPages(referrers.list(subject.digest))).length > 0;
}

/** Plays the acts against each other on a store on which those `before` were done. */
async function scenario(before: readonly Act[], acts: Readonly<Record<string, Act>>): Promise<Scenario> {
  const first = createMemoryDriver();
  await pushBlob(on(first), CONFIG);
  for (const act of before) await act(on(first));
  return {
    before: await snapshotOf(first),
    start(store) {
      const scripts: Record<string, Script> = {};
      for (const [name, act] of Object.entries(acts)) {
        scripts[name] = async (actor) => {
          // A refusal is an answer.
          await act(on(actor.driver, { clock: actor.clock })).catch((error: unknown) => {
            if (!(error instanceof RegistryError)) throw error;
          });
        };
      }
      return {
        scripts,
        onWrite: () => undefined,
        async verdict() {
          const [there, listed] = [await isThere(on(store)), await isListed(on(store))];
          return there === listed ? undefined : `it is there: ${String(there)}, is listed: ${String(listed)}`;
        },
      };
    },
  };
}

async function holds(made: Scenario): Promise<void> {
  assert.equal((await exploreSome(made, { runs: 150, seed: 5 })).violation, undefined);
  assert.equal((await exploreAll(made, { maxRuns: 300 })).violation, undefined);
}

describe('a referrer is listed when it is there, and only then, after', () => {
  it('it was deleted while it was pushed again', async () => {
    await holds(await scenario([push], { pusher: push, deleter: remove }));
  });

  it('it was deleted twice while it was pushed again', async () => {
    await holds(await scenario([push], { pusher: push, deleter: remove, another: remove }));
  });

  it('it came out of the trash while it was pushed', async () => {
    await holds(await scenario([push, remove], { pusher: push, person: restore }));
  });

  it('it came out of the trash, after another push, while it was deleted again', async () => {
    await holds(await scenario([push, remove, push], { person: restore, deleter: remove }));
  });

  it('all of this at once', async () => {
    await holds(await scenario([push, remove, push], { person: restore, deleter: remove, pusher: push }));
  });
});
