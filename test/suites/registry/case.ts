/** What the cases of the registry suite work with. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Digest } from '../../../src/core/digest.js';
import type { ErrorCode } from '../../../src/core/errors.js';
import { RegistryError } from '../../../src/core/errors.js';
import type { RepositoryName, Tag } from '../../../src/core/reference.js';
import type { StorageDriver } from '../../../src/driver/driver.js';
import { createRegistry, type RegistryOptions } from '../../../src/registry/create-registry.js';
import type { Actor, Registry, Repository } from '../../../src/registry/registry.js';
import type { Finding } from '../../../src/store/report.js';
import { openStores, type Stores } from '../../../src/store/stores.js';
import { createManualClock, type ManualClock } from '../../support/manual-clock.js';
import type { OpenedStore } from '../../support/opened-stores.js';
import { contentOf, textOf } from '../../support/store-content.js';

/** Opens an empty store. */
export type OpenStore = () => Promise<OpenedStore>;

/** A registry and what lies under it. */
export interface World {
  readonly driver: StorageDriver;
  readonly stores: Stores;
  readonly registry: Registry;
  readonly clock: ManualClock;
  readonly findings: Finding[];
  /** A repository by a name that the test has spelled right. */
  repository(name: string, actor?: Actor): Repository;
  /** The same store as another process sees it, which may be told other things. */
  reopened(options?: RegistryOptions): World;
}

/** The registry over a driver. */
export function worldOn(driver: StorageDriver, clock: ManualClock = createManualClock(), options: RegistryOptions = {}): World {
  const findings: Finding[] = [];
  const stores = openStores(driver, { clock, report: (finding) => findings.push(finding) });
  const registry = createRegistry(stores, options);
  return {
    driver,
    stores,
    registry,
    clock,
    findings,
    repository: (name, actor) => registry.repository(name as RepositoryName, actor),
    reopened: (others) => worldOn(driver, clock, others),
  };
}

/** Defines a test on a registry of its own. */
export type DefineCase = (sentence: string, run: (world: World) => Promise<void>) => void;

/** Tests on stores opened by `open`. */
export function casesOn(open: OpenStore): DefineCase {
  return (sentence, run) =>
    void it(sentence, async () => {
      const { driver, done } = await open();
      try {
        await run(worldOn(driver));
      } finally {
        await done();
      }
    });
}

/** The call fails with this code. */
export async function refused(call: Promise<unknown>, code: ErrorCode, status?: number): Promise<RegistryError> {
  let caught: unknown;
  await call.catch((error: unknown) => {
    caught = error;
  });
  assert.ok(caught instanceof RegistryError, `${code} was expected, not ${String(caught)}`);
  assert.equal(caught.code, code, caught.message);
  if (status !== undefined) assert.equal(caught.status, status);
  return caught;
}

/** The call fails with this code and leaves the store as it was. */
export async function refusedWithoutTrace(world: World, call: () => Promise<unknown>, code: ErrorCode): Promise<RegistryError> {
  const before = await contentOf(world.driver);
  const error = await refused(call(), code);
  assert.deepEqual(await contentOf(world.driver), before);
  return error;
}

/** The whole blob as text, through the registry. */
export async function readBlob({ blobs }: Repository, digest: Digest, range?: { start: number; end: number }): Promise<string> {
  const blob = await blobs.open(digest, range ? { range } : {});
  try {
    return await textOf(blob.chunks());
  } finally {
    await blob.close();
  }
}

/** The digest that the tag names; undefined when it names nothing. */
export async function tagged({ manifests }: Repository, tag: Tag | string): Promise<Digest | undefined> {
  try {
    return (await manifests.get({ kind: 'tag', tag: tag as Tag })).descriptor.digest;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'MANIFEST_UNKNOWN') return undefined;
    throw error;
  }
}

/** By digest, for `manifests.get`. */
export function byDigest(digest: Digest): { kind: 'digest'; digest: Digest } {
  return { kind: 'digest', digest };
}

/** Takes everything out of the trash of a repository, oldest first. */
export async function restoreAll({ trash }: Repository): Promise<void> {
  for (const { id } of await trash.list()) await trash.restore(id);
}
