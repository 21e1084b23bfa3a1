/** A death at any change of a signed push: never a revision that lacks the signatures it was pushed with. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { parseSigned } from '../../src/manifest/schema1.js';
import { pathFor } from '../../src/paths/path-for.js';
import type { Repository } from '../../src/registry/registry.js';
import { VECTOR_REPOSITORY, vectorBytes } from '../manifest/schema1-vectors.js';
import { byDigest, refused, restoreAll, tagged, worldOn } from '../suites/registry/case.js';
import { pushLayer } from '../suites/registry/signed-vectors.js';
import { atEachCrash } from '../support/crashing.js';
import { tagOf } from '../support/images.js';

const { digest, payload } = await parseSigned(vectorBytes('07'));

function on(driver: StorageDriver): Repository {
  return worldOn(driver).repository(VECTOR_REPOSITORY);
}

function put(repository: Repository, number: string): Promise<unknown> {
  return repository.manifests.put(vectorBytes(number), { tags: [tagOf('two')] });
}

/** The document, or nothing: a revision whose payload has not come yet is absent. */
async function served(repository: Repository): Promise<string | undefined> {
  return repository.manifests.get(byDigest(digest)).then(
    ({ bytes }) => bytes.toString(),
    async () => {
      await refused(repository.manifests.get(byDigest(digest)), 'MANIFEST_UNKNOWN');
      return undefined;
    },
  );
}

for (const when of ['before', 'after'] as const) {
  describe(`a signed push that dies ${when} any change`, () => {
    it('leaves no revision, or one with all of its signatures, and goes through the next time', async () => {
      const deaths = await atEachCrash(
        async () => {
          const driver = createMemoryDriver();
          await pushLayer(on(driver));
          // The payload is there, through another repository: the revision link alone makes it seen.
          await driver.put(pathFor('blobData', { blob: digest }), payload);
          return driver;
        },
        (driver) => put(on(driver), '07'),
        async ({ store, point }) => {
          const after = await served(on(store));
          if (after !== undefined) assert.equal(after, vectorBytes('07').toString(), point);
          if ((await tagged(on(store), 'two')) !== undefined) assert.equal(await tagged(on(store), 'two'), digest, point);
          await put(on(store), '07');
          assert.equal(await served(on(store)), vectorBytes('07').toString(), point);
        },
        when,
      );
      assert.ok(deaths >= 9, `${deaths} deaths`);
    });

    it('takes nothing away from the signatures that are there', async () => {
      await atEachCrash(
        async () => {
          const driver = createMemoryDriver();
          await pushLayer(on(driver));
          await put(on(driver), '05');
          return driver;
        },
        (driver) => put(on(driver), '06'),
        async ({ store, point }) => {
          const after = await served(on(store));
          assert.ok(after === vectorBytes('05').toString() || after === vectorBytes('07').toString(), point);
        },
        when,
      );
    });

    it('leaves a deleted manifest with its signatures, in the trash or where it was', async () => {
      await atEachCrash(
        async () => {
          const driver = createMemoryDriver();
          await pushLayer(on(driver));
          await put(on(driver), '07');
          return driver;
        },
        (driver) => on(driver).manifests.remove(digest),
        async ({ store, point }) => {
          const one = on(store);
          const after = await served(one);
          if (after !== undefined) assert.equal(after, vectorBytes('07').toString(), point);
          await restoreAll(one);
          assert.equal(await served(one), vectorBytes('07').toString(), point);
        },
        when,
      );
    });
  });
}
