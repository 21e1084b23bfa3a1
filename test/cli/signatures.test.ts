/** `lading signatures`: what a person and a program are shown, and how it ends. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RepositoryName } from '../../src/core/reference.js';
import { parseSigned } from '../../src/manifest/schema1.js';
import { openRegistry } from '../../src/open-store.js';
import { VECTOR_REPOSITORY, vector, vectorBytes } from '../manifest/schema1-vectors.js';
import { pushLayer } from '../suites/registry/signed-vectors.js';
import { pushImage, tagOf } from '../support/images.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Ended, run } from './command.js';

const { blocks, digest } = await parseSigned(vectorBytes('07'));
const NAME = VECTOR_REPOSITORY as RepositoryName;
const TWO = `${VECTOR_REPOSITORY}:two`;

/** A store that holds the vectors, by their tags; gone when the test is over. */
async function withStore(numbers: readonly string[], use: (root: string) => Promise<void>): Promise<void> {
  const { path, remove } = await temporaryFolder();
  const registry = await openRegistry(path);
  try {
    const repository = registry.repository(NAME);
    await pushLayer(repository);
    for (const number of numbers) await repository.manifests.put(vectorBytes(number), { tags: [tagOf(vector(number).tag)] });
    await pushImage(repository, 'image', { tags: [tagOf('image')] });
    await use(path);
  } finally {
    await registry.close();
    await remove();
  }
}

function ask(root: string, ...args: readonly string[]): Promise<Ended> {
  return run(['signatures', ...args, '--root', root]);
}

/** Every file and folder with its size and time. */
async function traceOf(root: string): Promise<readonly string[]> {
  const names = await readdir(root, { recursive: true });
  return Promise.all(
    names.sort().map(async (name) => {
      const { size, mtimeMs, ctimeMs } = await stat(join(root, name));
      return `${name} ${size} ${mtimeMs} ${ctimeMs}`;
    }),
  );
}

function blobFile(root: string, blob: string): string {
  const hex = blob.slice('sha256:'.length);
  return join(root, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

describe('lading signatures', () => {
  it('shows who has signed, by tag and by digest, and changes nothing while a registry is open on the store', async () => {
    await withStore(['07'], async (root) => {
      const before = await traceOf(root);
      const byTag = await ask(root, TWO);
      assert.deepEqual([byTag.code, byTag.err], [0, '']);
      assert.match(
        byTag.out,
        new RegExp(`^${TWO} +${digest}\n2 signatures, all verify\n\nVERIFIES +KEY ID +ALGORITHM +KEY +STORED\n`),
      );
      for (const { keyId, time } of blocks) {
        assert.match(
          byTag.out,
          new RegExp(`\nyes +${keyId} +ES256 +EC P-256 +20\\d\\d-[\\d:T-]+Z\n +signed ${time}, says the signer\n`),
        );
      }
      const byDigest = await ask(root, `${VECTOR_REPOSITORY}@${digest}`);
      assert.equal(byDigest.out.split('\n').slice(1).join('\n'), byTag.out.split('\n').slice(1).join('\n'));
      assert.deepEqual(await traceOf(root), before);
    });
  });

  it('is JSON for programs', async () => {
    await withStore(['07', '12'], async (root) => {
      const { code, out } = await ask(root, TWO, '--json');
      const { signatures, ...rest } = JSON.parse(out) as { signatures: Record<string, unknown>[] };
      assert.equal(code, 0);
      assert.deepEqual(rest, { repository: NAME, reference: TWO, digest, verify: true, ownKeyId: null });
      assert.deepEqual(
        signatures.map(({ digest: block, keyId, verifies }) => [block, keyId, verifies]),
        blocks.map((block) => [block.digest, block.keyId, true]),
      );
      const { out: certified } = await ask(root, `${NAME}:${vector('12').tag}`, '--json');
      const [facts] = (JSON.parse(certified) as { signatures: Record<string, unknown>[] }).signatures;
      assert.deepEqual(facts?.['certificate'], { subject: 'CN=Test signer', chainLength: 2 });
    });
  });

  it('fails when a signature is broken, and shows the others', async () => {
    await withStore(['07'], async (root) => {
      const file = blobFile(root, blocks[0]?.digest ?? '');
      await writeFile(file, (await readFile(file, 'utf8')).replace('"EC"', '"ec"'));
      const before = await traceOf(root);
      const { code, out, err } = await ask(root, TWO);
      assert.deepEqual([code, err], [1, '']);
      assert.match(out, /2 signatures, 1 of them broken/);
      assert.match(out, new RegExp(`\nyes +${blocks[1]?.keyId} `));
      assert.match(
        out,
        new RegExp(`\nNO +- +- +- +20\\S+Z\n +its block is not what its digest says\n +block ${blocks[0]?.digest}\n`),
      );
      const json = await ask(root, TWO, '--json');
      const { verify } = JSON.parse(json.out) as { verify: boolean };
      assert.deepEqual([json.code, verify], [1, false]);
      assert.deepEqual(await traceOf(root), before);
    });
  });

  it('says so when nobody has signed, or nobody can', async () => {
    await withStore(['01'], async (root) => {
      const [block] = (await parseSigned(vectorBytes('01'))).blocks;
      const reference = `${NAME}:${vector('01').tag}`;
      await writeFile(blobFile(root, block?.digest ?? ''), '');
      const broken = await ask(root, reference);
      assert.equal(broken.code, 1);
      assert.match(broken.out, /1 signature, 1 of them broken\nIt is served with one by a local key, which is made when/);
    });
  });

  it('fails for what is not there, or is of another kind', async () => {
    await withStore(['01'], async (root) => {
      const missing = await ask(root, `${NAME}:none`);
      assert.deepEqual([missing.code, missing.out], [1, '']);
      assert.equal(missing.err, `lading: there is no manifest ${NAME}:none in ${root}.\n`);
      const image = await ask(root, `${NAME}:image`);
      assert.equal(image.code, 1);
      assert.match(image.err, /^lading: test\/schema1:image is no manifest of docker schema 1/);
    });
  });

  it('refuses what names no manifest, before it opens anything', async () => {
    for (const name of ['app', 'App:v1', 'app:', 'app@v1', 'app@sha256:ab', ':v1', 'app:v 1', '']) {
      const { code, err } = await ask('/nowhere', name);
      assert.equal(code, 2, name);
      assert.match(err, /Try lading signatures --help/);
    }
    const { code, err } = await ask('/nowhere', 'app:v1');
    assert.equal(code, 2);
    assert.match(err, /^lading: there is no folder \/nowhere/);
  });
});
