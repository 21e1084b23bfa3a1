import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import type { RepositoryName } from '../../src/core/reference.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { pathFor } from '../../src/paths/path-for.js';
import type { Finding } from '../../src/store/report.js';
import type { SignatureStore, StoredBlock } from '../../src/store/signatures.js';
import { openStores } from '../../src/store/stores.js';
import { openFolder, openMemory } from '../support/opened-stores.js';
import { filesOf } from '../support/store-content.js';

const name = 'a/b' as RepositoryName;
const revision = digestOf(Buffer.from('payload'));
const [one, other] = [blockOf('one'), blockOf('other')];

function blockOf(text: string): StoredBlock {
  const bytes = Buffer.from(text);
  return { bytes, digest: digestOf(bytes) };
}

function textsOf(store: SignatureStore): Promise<readonly string[]> {
  return store.read(revision, (bytes) => bytes.toString()).then(({ blocks }) => [...blocks].sort());
}

for (const [driverName, open] of Object.entries({ memory: openMemory, fs: openFolder })) {
  describe(`signatures of a revision, ${driverName}:`, () => {
    const define = (
      sentence: string,
      run: (driver: StorageDriver, store: SignatureStore, findings: Finding[]) => Promise<void>,
    ) =>
      it(sentence, async () => {
        const { driver, done } = await open();
        const findings: Finding[] = [];
        try {
          const stores = openStores(driver, { report: (finding) => findings.push(finding) });
          await run(driver, stores.repository(name).signatures, findings);
        } finally {
          await done();
        }
      });

    define('are none where nobody has signed', async (_driver, store) => {
      assert.deepEqual(await store.list(revision), []);
      assert.deepEqual(await textsOf(store), []);
      assert.equal(store.stamp(revision), undefined);
    });

    define('are added one by one, none in place of another, each once', async (driver, store) => {
      await store.add(revision, [one]);
      await store.add(revision, [other, one]);
      assert.deepEqual(await textsOf(store), ['one', 'other']);
      assert.deepEqual(new Set(await store.list(revision)), new Set([one.digest, other.digest]));
      assert.equal((await filesOf(driver)).length, 4);
      assert.deepEqual(await store.list(digestOf(Buffer.from('another payload'))), []);
    });

    define('are linked after their blocks are there', async (driver) => {
      const order: string[] = [];
      const put: StorageDriver['put'] = async (path, ...rest) => {
        order.push(path);
        await driver.put(path, ...rest);
      };
      await openStores({ ...driver, put })
        .repository(name)
        .signatures.add(revision, [one, other]);
      const wanted = [one, other].flatMap(({ digest }) => [
        pathFor('blobData', { blob: digest }),
        pathFor('signatureLink', { name, digest: revision, signature: digest }),
      ]);
      assert.deepEqual(order, wanted);
    });

    define('are taken away by name, and their blocks stay', async (driver, store) => {
      await store.add(revision, [one, other]);
      await store.unlink(revision, [one.digest, digestOf(Buffer.from('nobody'))]);
      assert.deepEqual(await textsOf(store), ['other']);
      assert.deepEqual(await driver.read(pathFor('blobData', { blob: one.digest })), one.bytes);
      await store.link(revision, one.digest);
      assert.deepEqual(await textsOf(store), ['one', 'other']);
    });

    define(
      'are left out, and reported, when the block is missing, rotten, huge or not understood',
      async (driver, store, findings) => {
        const huge = blockOf('x'.repeat(100_000));
        const rotten = blockOf('rotten');
        await store.add(revision, [one, other, huge, rotten]);
        await driver.remove([pathFor('blobData', { blob: one.digest })]);
        await driver.put(pathFor('blobData', { blob: rotten.digest }), Buffer.from('r0tten'));
        const { blocks } = await store.read(revision, (bytes) => (bytes.equals(other.bytes) ? undefined : bytes.toString()));
        assert.deepEqual(blocks, []);
        assert.equal(findings.filter(({ what }) => what === 'signature-unreadable').length, 4);
      },
    );

    define('are not those under a link that is empty or holds something else, nor of what is no link', async (driver, store) => {
      await store.add(revision, [other]);
      const path = (digest: typeof revision) => pathFor('signatureLink', { name, digest: revision, signature: digest });
      await driver.put(path(one.digest), Buffer.alloc(0));
      await driver.put(path(revision), Buffer.from(other.digest));
      assert.deepEqual(await store.list(revision), [other.digest]);
      assert.equal((await store.read(revision, () => 'any')).stamp, undefined);
    });

    define('have a stamp, unless it is too young to be trusted, and another one changes it', async (driver, store) => {
      await store.add(revision, [one]);
      const before = store.stamp(revision);
      await openStores(driver).repository(name).signatures.add(revision, [other]);
      const after = store.stamp(revision);
      if (driverName === 'memory') assert.ok(before !== undefined && before !== after);
      else assert.deepEqual([before, after], [undefined, undefined]);
    });
  });
}

describe('the signing key of a store', () => {
  it('is the first that was written, for everybody', async () => {
    const { driver } = await openMemory();
    const keys = [1, 2, 3].map((each) =>
      openStores(driver).signingKey.load(
        () => `key ${each}`,
        (text) => text,
      ),
    );
    const found = new Set(await Promise.all(keys));
    assert.equal(found.size, 1);
    assert.equal(
      await openStores(driver).signingKey.load(
        () => assert.fail('made again'),
        (text) => text,
      ),
      [...found][0],
    );
  });

  it('is none, and reported, when nothing can be made of it', async () => {
    const { driver } = await openMemory();
    const findings: Finding[] = [];
    const stores = openStores(driver, { report: (finding) => findings.push(finding) });
    assert.equal(
      await stores.signingKey.load(
        () => 'key',
        () => undefined,
      ),
      undefined,
    );
    assert.deepEqual(
      findings.map(({ what }) => what),
      ['signing-key-unreadable'],
    );
  });
});
