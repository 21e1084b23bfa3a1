/** What pushes and deletes leave in a folder: the files that docker/distribution would leave, and our own beside them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Digest } from '../../src/core/digest.js';
import { createFsDriver } from '../../src/driver/fs/driver.js';
import type { Repository } from '../../src/registry/registry.js';
import { type World, worldOn } from '../suites/registry/case.js';
import { piecesOf, tagOf } from '../support/images.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { blobFile, CONFIG, FIRST, LAYER, linkFile, type Piece, SECOND } from './content.js';
import { changes, look, writtenAt } from './folder.js';
import { PUSHED } from './old-volume.js';

const APP = 'repositories/library/app';
const OTHER = 'repositories/library/other';
const of = ({ digest }: Piece): Digest => digest as Digest;

/** A registry on an empty folder, and what each step changes in it. */
interface Bench extends World {
  readonly root: string;
  /** Runs the step; what it has changed must be this. The names of our own files are shortened to their folder. */
  step(run: () => Promise<unknown>, wanted: Readonly<Record<string, string | undefined>>): Promise<void>;
}

async function onFolder(run: (bench: Bench) => Promise<void>): Promise<void> {
  const { path: root, remove } = await temporaryFolder();
  try {
    const world = worldOn(await createFsDriver({ root }));
    const step: Bench['step'] = async (act, wanted) => {
      const before = await look(root).catch(() => ({ files: {} }));
      await act();
      const found = Object.entries(changes(before.files, (await look(root)).files));
      assert.deepEqual(Object.fromEntries(found.map(([path, text]) => (isOurs(path) ? ours(path) : [path, text]))), wanted);
    };
    await run({ ...world, root, step });
  } finally {
    await remove();
  }
}

function isOurs(path: string): boolean {
  return path.includes('/_history/') || path.includes('/_trash/');
}

/** A record or an entry of the trash: that there is one. */
function ours(path: string): [string, string] {
  return [path.replace(/(_history\/[^/]+|_trash)\/.*/, '$1'), 'written'];
}

async function push({ uploads }: Repository, content: Piece): Promise<void> {
  const { id } = await uploads.start();
  await uploads.append(id, piecesOf(content.bytes));
  await uploads.commit(id, of(content));
}

async function pushAll({ repository }: World): Promise<void> {
  const [app, other] = [repository('library/app'), repository('library/other')];
  await push(app, LAYER);
  await push(app, CONFIG);
  await app.manifests.put(FIRST.bytes, { tags: [tagOf('1'), tagOf('latest')] });
  await app.manifests.put(SECOND.bytes, { tags: [tagOf('latest')] });
  for (const content of [LAYER, CONFIG]) await other.blobs.mount(of(content), { from: app.name });
  await other.manifests.put(FIRST.bytes, { digest: of(FIRST) });
}

describe('on a folder', () => {
  it('a push leaves, request by request, what docker/distribution leaves', () =>
    onFolder(async ({ repository, step }) => {
      const [app, other] = [repository('library/app'), repository('library/other')];
      const { id } = await app.uploads.start();
      const upload = `${APP}/_uploads/${id}`;
      const text = LAYER.bytes.toString('latin1');
      await step(() => app.uploads.append(id, piecesOf(LAYER.bytes.subarray(0, 100)), { at: 0 }), {
        [`${upload}/data`]: text.slice(0, 100),
      });
      await step(() => app.uploads.status(id), {});
      await step(() => app.uploads.append(id, piecesOf(LAYER.bytes.subarray(100)), { at: 100 }), { [`${upload}/data`]: text });
      await step(() => app.uploads.commit(id, of(LAYER)), {
        [blobFile(LAYER)]: text,
        [`${APP}/_layers/${linkFile(LAYER)}`]: LAYER.digest,
        [`${upload}/data`]: undefined,
        [`${upload}/startedat`]: undefined,
      });
      await step(() => push(app, CONFIG), {
        [blobFile(CONFIG)]: CONFIG.bytes.toString('latin1'),
        [`${APP}/_layers/${linkFile(CONFIG)}`]: CONFIG.digest,
      });
      await step(() => app.manifests.put(FIRST.bytes, { tags: [tagOf('1')] }), {
        [blobFile(FIRST)]: FIRST.bytes.toString('latin1'),
        [`${APP}/_manifests/revisions/${linkFile(FIRST)}`]: FIRST.digest,
        [`${APP}/_manifests/tags/1/index/${linkFile(FIRST)}`]: FIRST.digest,
        [`${APP}/_manifests/tags/1/current/link`]: FIRST.digest,
        [`${APP}/_history/1`]: 'written',
      });
      const latest = `${APP}/_manifests/tags/latest`;
      await step(() => app.manifests.put(FIRST.bytes, { tags: [tagOf('latest')] }), {
        [`${latest}/index/${linkFile(FIRST)}`]: FIRST.digest,
        [`${latest}/current/link`]: FIRST.digest,
        [`${APP}/_history/latest`]: 'written',
      });
      await step(() => app.manifests.put(SECOND.bytes, { tags: [tagOf('latest')] }), {
        [blobFile(SECOND)]: SECOND.bytes.toString('latin1'),
        [`${APP}/_manifests/revisions/${linkFile(SECOND)}`]: SECOND.digest,
        [`${latest}/index/${linkFile(SECOND)}`]: SECOND.digest,
        [`${latest}/current/link`]: SECOND.digest,
        [`${APP}/_history/latest`]: 'written',
      });
      await step(() => other.blobs.mount(of(LAYER), { from: app.name }), {
        [`${OTHER}/_layers/${linkFile(LAYER)}`]: LAYER.digest,
      });
      await step(() => assert.rejects(other.manifests.put(FIRST.bytes, { digest: of(FIRST) })), {});
      await step(() => other.blobs.mount(of(CONFIG), { from: app.name }), {
        [`${OTHER}/_layers/${linkFile(CONFIG)}`]: CONFIG.digest,
      });
      await step(() => other.manifests.put(FIRST.bytes, { digest: of(FIRST) }), {
        [`${OTHER}/_manifests/revisions/${linkFile(FIRST)}`]: FIRST.digest,
      });
    }));

  it('the whole of it is the tree that docker/distribution leaves, and our history', () =>
    onFolder(async (bench) => {
      await pushAll(bench);
      const { files } = await look(bench.root);
      const wanted = Object.entries(PUSHED).filter(([path]) => !path.includes('/_uploads/'));
      assert.deepEqual(Object.fromEntries(Object.entries(files).filter(([path]) => !isOurs(path))), Object.fromEntries(wanted));
    }));

  it('an upload that was left has its beginning beside its bytes', () =>
    onFolder(async ({ repository, root }) => {
      const { uploads } = repository('library/app');
      const { id } = await uploads.start();
      await uploads.append(id, piecesOf('half'));
      const { files } = await look(root);
      assert.deepEqual(Object.keys(files).sort(), [`${APP}/_uploads/${id}/data`, `${APP}/_uploads/${id}/startedat`]);
      assert.match(files[`${APP}/_uploads/${id}/startedat`] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      await uploads.cancel(id);
      assert.deepEqual((await look(root)).files, {});
    }));

  it('both marks of a repository, and its folder of tags, stand from the first write', () =>
    onFolder(async ({ repository, root }) => {
      await push(repository('pushed'), LAYER);
      await repository('mounted').blobs.mount(of(LAYER), { from: repository('pushed').name });
      const { folders } = await look(root);
      for (const name of ['pushed', 'mounted']) {
        for (const part of ['_layers', '_manifests/tags'])
          assert.ok(folders.has(`repositories/${name}/${part}`), `${name} ${part}`);
      }
    }));

  it('a tag is written again at each push of it, unchanged or not', () =>
    onFolder(async ({ repository, root }) => {
      const app = repository('library/app');
      await push(app, LAYER);
      await push(app, CONFIG);
      const tag = `${APP}/_manifests/tags/1`;
      const places = [`${tag}/index/${linkFile(FIRST)}`, `${tag}/current/link`];
      await app.manifests.put(FIRST.bytes, { tags: [tagOf('1')] });
      const times = () => Promise.all(places.map((path) => writtenAt(root, path)));
      const [first, again] = [await times(), await app.manifests.put(FIRST.bytes, { tags: [tagOf('1')] }).then(times)];
      for (const [i, time] of again.entries()) assert.ok(time > (first[i] ?? time), places[i]);
    }));

  it('a delete takes away what docker/distribution takes, after a note in the trash', () =>
    onFolder(async (bench) => {
      await pushAll(bench);
      const { step, root } = bench;
      const [app, other] = [bench.repository('library/app'), bench.repository('library/other')];
      const revision = `${APP}/_manifests/revisions/${linkFile(FIRST)}`;
      const latest = `${APP}/_manifests/tags/latest`;
      await step(() => app.manifests.remove(of(FIRST)), {
        [revision]: undefined,
        [`${APP}/_manifests/tags/1/current/link`]: undefined,
        [`${APP}/_manifests/tags/1/index/${linkFile(FIRST)}`]: undefined,
        [`${APP}/_history/1`]: 'written',
        [`${APP}/_trash`]: 'written',
      });
      // A folder that stayed would be a tag to others.
      assert.ok(!(await look(root)).folders.has(`${APP}/_manifests/tags/1`));
      await step(() => app.manifests.put(FIRST.bytes, { tags: [tagOf('latest')] }), {
        [revision]: FIRST.digest,
        [`${latest}/current/link`]: FIRST.digest,
        [`${APP}/_history/latest`]: 'written',
      });
      await step(() => other.blobs.remove(of(LAYER)), {
        [`${OTHER}/_layers/${linkFile(LAYER)}`]: undefined,
        [`${OTHER}/_trash`]: 'written',
      });
      await step(() => app.tags.remove(tagOf('latest')), {
        [`${latest}/current/link`]: undefined,
        [`${latest}/index/${linkFile(FIRST)}`]: undefined,
        [`${latest}/index/${linkFile(SECOND)}`]: undefined,
        [`${APP}/_history/latest`]: 'written',
        [`${APP}/_trash`]: 'written',
      });
      assert.ok(!(await look(root)).folders.has(latest));
    }));
});
