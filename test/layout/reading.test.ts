/** What docker/distribution has left in a folder, read through the registry and over HTTP. Reading leaves it as it is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Digest } from '../../src/core/digest.js';
import { collectPages } from '../../src/core/pages.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { startServer } from '../http/support.js';
import { readBlob, type World, worldOn } from '../suites/registry/case.js';
import { tagOf } from '../support/images.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { CONFIG, FIRST, LAYER, type Piece, SECOND } from './content.js';
import { type Files, lay, look } from './folder.js';
import { AGED, BROKEN, EARLY, GONE, HOLLOW, MISTAKEN, NATIVE, PUSHED, SHA512, SHORT, TARSUM, UPLOAD } from './old-volume.js';

const APP = '/v2/library/app';
const OTHER = '/v2/library/other';
const ODD = '/v2/odd';

/** What is asked, the status that comes, and the bytes where they matter. */
type Answer = readonly [target: string, status: number, content?: Piece];

const COMMON: readonly Answer[] = [
  [`${APP}/manifests/1`, 200, FIRST],
  [`${APP}/manifests/latest`, 200, SECOND],
  [`${APP}/manifests/${FIRST.digest}`, 200, FIRST],
  [`${APP}/manifests/${SECOND.digest}`, 200, SECOND],
  [`${APP}/blobs/${LAYER.digest}`, 200, LAYER],
  [`${APP}/blobs/${CONFIG.digest}`, 200, CONFIG],
  [`${APP}/blobs/uploads/${UPLOAD}`, 204],
  [`${OTHER}/manifests/${FIRST.digest}`, 200, FIRST],
  [`${OTHER}/manifests/${SECOND.digest}`, 404],
  [`${OTHER}/blobs/${LAYER.digest}`, 200, LAYER],
  // A manifest is no layer, and what another repository has is not this one's.
  [`${APP}/blobs/${FIRST.digest}`, 404],
  ['/v2/library/none/tags/list', 404],
];

const AGED_TOO: readonly Answer[] = [
  [`${APP}/blobs/${SHA512.digest}`, 200, LAYER],
  [`${APP}/blobs/${TARSUM.digest}`, 200, LAYER],
  [`${APP}/blobs/${NATIVE.digest}`, 200, NATIVE],
  [`${APP}/blobs/${EARLY.digest}`, 200, EARLY],
  [`${APP}/blobs/${BROKEN.digest}`, 404],
  [`${APP}/manifests/bare`, 404],
  [`${APP}/manifests/halfway`, 404],
  [`${APP}/blobs/sha256:${'0'.repeat(64)}`, 404],
  [`${APP}/manifests/sha256:${'0'.repeat(64)}`, 404],
  [`${APP}/blobs/uploads/11111111-9ea6-4922-a4c9-fd10b586b057`, 404],
  [`${APP}/blobs/uploads/22222222-9ea6-4922-a4c9-fd10b586b057`, 204],
  [`${APP}/blobs/uploads/33333333-9ea6-4922-a4c9-fd10b586b057`, 404],
  [`${ODD}/manifests/empty`, 404],
  [`${ODD}/manifests/lines`, 404],
  [`${ODD}/manifests/nowhere`, 404],
  [`${ODD}/manifests/deleted`, 200, FIRST],
  [`${ODD}/manifests/${SECOND.digest}`, 404],
  [`${ODD}/manifests/${GONE.digest}`, 404],
  [`${ODD}/blobs/${CONFIG.digest}`, 404],
  [`${ODD}/blobs/${SHA512.digest}`, 404],
  [`${ODD}/manifests/mistaken`, 200, MISTAKEN],
  [`${ODD}/manifests/${MISTAKEN.digest}`, 200, MISTAKEN],
  [`${ODD}/blobs/${HOLLOW.digest}`, 404],
  ['/v2/left/behind/tags/list', 404],
];

for (const [what, laid, answers, lists] of [
  [
    'as it was pushed',
    PUSHED,
    COMMON,
    [
      ['/v2/_catalog', { repositories: ['library/app', 'library/other'] }],
      [`${APP}/tags/list`, { name: 'library/app', tags: ['1', 'latest'] }],
      [`${OTHER}/tags/list`, { name: 'library/other', tags: [] }],
    ],
  ],
  [
    'that years have gone over',
    AGED,
    [...COMMON, ...AGED_TOO],
    [
      ['/v2/_catalog', { repositories: ['library/app', 'library/other', 'odd'] }],
      [`${APP}/tags/list`, { name: 'library/app', tags: ['1', 'latest'] }],
      [`${ODD}/tags/list`, { name: 'odd', tags: ['deleted', 'mistaken', 'nowhere'] }],
    ],
  ],
] as const satisfies readonly (readonly [string, Files, readonly Answer[], readonly (readonly [string, object])[]])[]) {
  it(`a volume ${what} is served as it stands, and stays so`, async (test) => {
    const { path, remove } = await temporaryFolder();
    test.after(remove);
    await lay(path, laid);
    const found = await look(path);
    const server = await startServer(test, { driver: await createFsDriver({ root: path }) });
    for (const [target, status, content] of answers) {
      const answer = await server.send('GET', target);
      assert.equal(answer.status, status, `${target}: ${answer.body.toString()}`);
      if (content === undefined) continue;
      assert.deepEqual(answer.body, content.bytes, target);
      const head = await server.send('HEAD', target);
      assert.equal(head.status, 200, target);
      assert.equal(head.headers['content-length'], String(content.bytes.length), target);
    }
    for (const [target, body] of lists) {
      assert.deepEqual(JSON.parse((await server.send('GET', target)).body.toString()), body, target);
    }
    assert.deepEqual(await look(path), found);
  });
}

/** The volume behind a registry, for one test. */
async function onAged(run: (world: World, root: string) => Promise<void>): Promise<void> {
  const { path, remove } = await temporaryFolder();
  try {
    await lay(path, AGED);
    await run(worldOn(await createFsDriver({ root: path })), path);
  } finally {
    await remove();
  }
}

describe('an old volume, in use again', () => {
  it('tells of a tag what its index has kept', () =>
    onAged(async ({ repository }) => {
      const seen = await repository('library/app').tags.history(tagOf('latest'));
      assert.deepEqual(new Set(seen.map(({ digest }) => digest)), new Set([FIRST.digest, SECOND.digest]));
      assert.ok(seen.every(({ action }) => action === 'seen'));
      assert.deepEqual(await repository('library/app').tags.history(tagOf('bare')), []);
    }));

  it('lets an upload go on where it was left, and hashes again what it had', () =>
    onAged(async ({ repository }, root) => {
      const { uploads, blobs } = repository('library/app');
      assert.equal((await uploads.status(UPLOAD as never)).size, 100);
      const rest = (async function* () {
        yield LAYER.bytes.subarray(100);
      })();
      await uploads.append(UPLOAD as never, rest, { at: 100 });
      assert.equal((await uploads.commit(UPLOAD as never, SHA512.digest as Digest)).size, 116);
      assert.equal((await blobs.stat(SHA512.digest as Digest)).digest, SHA512.digest);
      const { files } = await look(root);
      assert.deepEqual(
        Object.keys(files).filter((path) => path.includes(UPLOAD)),
        [],
      );
      assert.equal(files[`repositories/library/app/_layers/sha512/${SHA512.hex}/link`], SHA512.digest);
    }));

  it('takes pushes in the place of all that is broken', () =>
    onAged(async ({ repository, reopened }) => {
      const odd = repository('odd');
      for (const { bytes, digest } of [LAYER, CONFIG, HOLLOW, SHORT]) {
        const { id } = await odd.uploads.start();
        const whole = (async function* () {
          yield bytes;
        })();
        await odd.uploads.append(id, whole);
        await odd.uploads.commit(id, digest as Digest);
      }
      const tags = ['empty', 'lines', 'nowhere', 'halfway', 'bare'].map(tagOf);
      for (const { bytes } of [FIRST, SECOND]) await odd.manifests.put(bytes, { tags });
      const again = reopened().repository('odd');
      for (const { bytes, digest } of [LAYER, CONFIG, HOLLOW, SHORT]) {
        assert.equal(await readBlob(again, digest as Digest), bytes.toString('latin1'));
      }
      for (const tag of tags) {
        assert.deepEqual((await again.manifests.get({ kind: 'tag', tag })).bytes, SECOND.bytes);
      }
      assert.deepEqual(await collectPages(again.tags.list()), [...tags, 'deleted', 'mistaken'].sort());
    }));
});
