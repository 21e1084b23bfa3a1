/** What a store has that registry:2 cannot cope with: found where it is, with nothing changed and little held. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { collectPages } from '../../src/core/pages.js';
import { parseRepositoryName } from '../../src/core/reference.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { readOnly } from '../../src/driver/read-only.js';
import { examineGoingBack, type Finding } from '../../src/maintenance/going-back/examine.js';
import { judge } from '../../src/maintenance/going-back/judge.js';
import { pathFor } from '../../src/paths/path-for.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { VECTOR_REPOSITORY, vectorBytes } from '../manifest/schema1-vectors.js';
import { pushLayer } from '../suites/registry/signed-vectors.js';
import { describeBytes, imageManifest, indexManifest, pushBlob, pushImage, tagOf } from '../support/images.js';
import { contentOf } from '../support/store-content.js';

const NAME = parseRepositoryName('team/app');
const STRANGE = Buffer.from('{"schemaVersion":2,"mediaType":"application/vnd.strange+json"}');

function world() {
  const driver = createMemoryDriver();
  const registry = createRegistry(openStores(driver));
  return { driver, registry, repository: registry.repository(NAME) };
}

/** Through a driver that lets no change through, and with the store as it was afterwards. */
async function examine(driver: StorageDriver): Promise<readonly Finding[]> {
  const before = await contentOf(driver);
  const locked = readOnly(driver);
  const found = await collectPages(examineGoingBack({ driver: locked, stores: openStores(locked) }));
  assert.deepEqual(await contentOf(driver), before);
  return found;
}

const kindsOf = (found: readonly Finding[]): readonly string[] => found.map(({ trouble }) => trouble).sort();

describe('what registry:2 cannot cope with', () => {
  it('is nothing in a store of images and indexes, sha512 among them', async () => {
    const { driver, repository } = world();
    const { descriptor } = await pushImage(repository, 'a', { tags: [tagOf('a')] });
    await repository.manifests.put(indexManifest([descriptor]), { tags: [tagOf('all')] });
    const config = await pushBlob(repository, 'config', 'sha512');
    const bytes = imageManifest({ config });
    await repository.manifests.put(bytes, { digest: digestOf(bytes, 'sha512'), tags: [tagOf('long')] });
    assert.deepEqual(await examine(driver), []);
  });

  it('is a manifest of a type that it does not know, told with its tags', async () => {
    const { driver, repository } = world();
    const tags = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(tagOf);
    await pushImage(repository, 'fine', { tags: [tagOf('fine')] });
    await repository.manifests.put(STRANGE, { tags });
    await repository.manifests.put(Buffer.from('{"schemaVersion":3}'), { mediaType: 'application/vnd.strange+json' });
    const found = await examine(driver);
    const digest = digestOf(STRANGE);
    const tagged = found.find((one) => one.digest === digest);
    assert.deepEqual(tagged, { trouble: 'unknown-type', repository: NAME, digest, tags: tags.slice(0, 5), moreTags: 2 });
    const untagged = found.find((one) => one.digest !== digest);
    assert.deepEqual([found.length, untagged?.trouble, untagged?.tags], [2, 'unknown-type', []]);
  });

  it('is schema 1 with its signatures', async () => {
    const { driver, registry } = world();
    const repository = registry.repository(parseRepositoryName(VECTOR_REPOSITORY));
    await pushLayer(repository);
    await repository.manifests.put(vectorBytes('07'), { tags: [tagOf('two')] });
    const found = await examine(driver);
    assert.deepEqual(kindsOf(found), ['schema-1', 'signatures']);
    for (const { tags } of found) assert.deepEqual(tags, ['two']);
  });

  it('is content by sha512 that only an alias leads to, as registry:2 stores it', async () => {
    const { driver, repository } = world();
    const config = await pushBlob(repository, 'config');
    const alias = describeBytes('config', undefined, 'sha512');
    await driver.put(pathFor('layerLink', { name: NAME, digest: alias.digest }), Buffer.from(config.digest));
    await repository.manifests.put(imageManifest({ config: alias }), { tags: [tagOf('t')] });
    assert.deepEqual(kindsOf(await examine(driver)), ['alias-reference']);
  });

  it('is what a crash of its own has left: empty links, and links to what is gone', async () => {
    const { driver, repository } = world();
    const [empty, lost] = [await pushImage(repository, 'a'), await pushImage(repository, 'b')];
    await driver.put(pathFor('revisionLink', { name: NAME, digest: empty.digest }), Buffer.alloc(0));
    await driver.remove([pathFor('blobData', { blob: lost.digest })]);
    assert.deepEqual(kindsOf(await examine(driver)), ['empty-link', 'lost-content']);
  });

  it('is what was deleted and might be wanted back; the delete itself is nothing', async () => {
    const { driver, repository } = world();
    await repository.manifests.put(STRANGE, { tags: [tagOf('t')] });
    await repository.manifests.remove(digestOf(STRANGE));
    assert.deepEqual(await examine(driver), [{ trouble: 'trash', repository: NAME, count: 1 }]);
  });

  it('is content that stands under a tarsum alone', async () => {
    const { driver } = world();
    const path = pathFor('blobData', { blob: `tarsum.v1+sha256:${'a'.repeat(64)}` as never });
    await driver.put(path, Buffer.from('x'));
    assert.deepEqual(await examine(driver), [{ trouble: 'tarsum-content' }]);
  });

  it('is told a page at a time, also where one repository is full of it', async () => {
    const { driver, repository } = world();
    for (let at = 0; at < 1_200; at++) {
      const bytes = Buffer.from(`{"schemaVersion":2,"mediaType":"application/vnd.strange+json","n":${at}}`);
      await repository.manifests.put(bytes, at % 100 === 0 ? { tags: [tagOf(`t${at}`)] } : {});
    }
    const pages: (readonly Finding[])[] = [];
    let last = 0;
    const onProgress = ({ manifests }: { manifests: number }): void => {
      last = manifests;
    };
    for await (const page of examineGoingBack({ driver, stores: openStores(driver), onProgress })) pages.push(page);
    assert.deepEqual([pages.flat().length, last], [1_200, 1_200]);
    assert.ok(pages.length > 1 && pages.every((page) => page.length <= 1_500));
    assert.equal(pages.flat().filter(({ tags }) => tags?.length === 1).length, 12);
  });
});

describe('the bytes of a manifest', () => {
  it('are judged as Go would read them', () => {
    const kinds = (text: string): readonly string[] => judge(Buffer.from(text)).troubles;
    assert.deepEqual(kinds('{"schemaVersion":2,"config":{}}'), []);
    assert.deepEqual(kinds('{"schemaVersion":2,"mediaType":"","manifests":[]}'), []);
    for (const strange of ['no json', '[]', '{}', '{"schemaVersion":"2"}', STRANGE.toString()])
      assert.deepEqual(kinds(strange), ['unknown-type'], strange);
    const tarsum = `tarsum.v1+sha256:${'a'.repeat(64)}`;
    assert.deepEqual(kinds(`{"schemaVersion":1,"fsLayers":[{"blobSum":"${tarsum}"}]}`), ['schema-1', 'tarsum-layers']);
    assert.deepEqual(kinds('{"schemaVersion":1,"fsLayers":[null,{"blobSum":5}]}'), ['schema-1']);
  });
});
