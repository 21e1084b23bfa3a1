/** The registry suite on memory, on a folder, and through the wrapper that can fail, which here does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checked } from '../../src/driver/checked.js';
import { VECTOR_REPOSITORY, vectorBytes } from '../manifest/schema1-vectors.js';
import { tagged, worldOn } from '../suites/registry/case.js';
import { pushLayer } from '../suites/registry/signed-vectors.js';
import { registrySuite } from '../suites/registry/suite.js';
import { faulty } from '../support/faulty-driver.js';
import { pushImage, tagOf } from '../support/images.js';
import { openFolder, openMemory } from '../support/opened-stores.js';

registrySuite('memory', openMemory);
registrySuite('fs', openFolder);
registrySuite('memory behind wrappers', async () => {
  const { driver, done } = await openMemory();
  return { driver: checked(faulty(driver, () => undefined)), done };
});

describe('two registries over one store', () => {
  it('see what the other has pushed, and where it has moved a tag, at once', async () => {
    const { driver } = await openMemory();
    const [one, other] = [worldOn(driver).repository('a'), worldOn(driver).repository('a')];
    for (const seed of ['first', 'second']) {
      const { digest } = await pushImage(one, seed, { tags: [tagOf('v1')] });
      assert.equal(await tagged(other, 'v1'), digest);
    }
  });

  it('know at once, of an answer that they keep, that the other has added a signature', async () => {
    const { driver } = await openMemory();
    const [one, other] = [worldOn(driver).repository(VECTOR_REPOSITORY), worldOn(driver).repository(VECTOR_REPOSITORY)];
    await pushLayer(one);
    await one.manifests.put(vectorBytes('05'), { tags: [tagOf('two')] });
    const kept = await one.manifests.get({ kind: 'tag', tag: tagOf('two') });
    assert.equal(kept.fresh(), true);
    await other.manifests.put(vectorBytes('05'), {});
    assert.equal(kept.fresh(), true);
    await other.manifests.put(vectorBytes('06'), {});
    assert.equal(kept.fresh(), false);
  });
});
