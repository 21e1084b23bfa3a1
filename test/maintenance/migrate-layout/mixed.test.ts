/** Volumes in which several forms lie side by side, and what else makes a migration difficult. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../../src/core/digest.js';
import { createMemoryDriver } from '../../../src/driver/memory/driver.js';
import { createMigrateLayout } from '../../../src/maintenance/migrate-layout/task.js';
import { runTask } from '../../../src/maintenance/run.js';
import { ROOT } from '../../../src/paths/layout.js';
import { openStores } from '../../../src/store/stores.js';
import { failOnce, faulty } from '../../support/faulty-driver.js';
import { layerOf, signedOf } from '../../support/old-volumes/images.js';
import { OLD_FORMS, type OldFiles, oldVolume, releasedFiles } from '../../support/old-volumes/volumes.js';
import { pathOf } from '../../support/stored-paths.js';
import { assertFiles, filesIn, migrate, storeWith } from './bench.js';

const hexOf = (digest: string): string => digest.slice(digest.indexOf(':') + 1);
const revisionOf = (name: string, digest: string) => `repositories/${name}/_manifests/revisions/sha256/${hexOf(digest)}/link`;

describe('a migration', () => {
  it('takes all forms side by side in one volume, whose repositories are called as parts of each other', async () => {
    const names: Readonly<Record<string, readonly string[]>> = {
      'november-2014': ['n', 'x/layers/tarsum/v1'],
      'december-2014': ['x/layers', 'y/manifests/revisions'],
      'january-2015': ['y', 'x', 'x/uploads'],
      'february-2015': ['x/manifests/revisions/sha256', 'y/layers/uploads'],
    };
    const [files, wanted]: [OldFiles, OldFiles] = [{}, {}];
    for (const form of OLD_FORMS) {
      const volume = await oldVolume(form, { names: names[form] ?? [] });
      // The upload of each form is the same one.
      Object.assign(files, volume.files);
      Object.assign(wanted, releasedFiles(volume));
    }
    for (const each of [files, wanted]) for (const path of Object.keys(each)) if (path.includes('302c4430')) delete each[path];
    const store = await storeWith(files);
    const { report, findings } = await migrate(store);
    assert.deepEqual([report.end, report.failed.count, findings], ['whole', 0, []]);
    assertFiles(await filesIn(store), wanted);
    const other = createMemoryDriver();
    assert.equal((await migrate(await storeWith(files), other)).report.failed.count, 0);
    assertFiles(await filesIn(other), wanted);
  });

  it('leaves a tag where the released form has it, and puts what the older one named into its index', async () => {
    for (const form of OLD_FORMS.slice(0, 3)) {
      const old = await oldVolume(form, { names: ['a'] });
      const layers = [await layerOf('newer')];
      const newer = await signedOf('a', 'latest', layers);
      const tag = 'repositories/a/_manifests/tags/latest';
      const store = await storeWith({
        ...old.files,
        [`blobs/sha256/${hexOf(newer.digest).slice(0, 2)}/${hexOf(newer.digest)}/data`]: newer.payload.toString('latin1'),
        [revisionOf('a', newer.digest)]: newer.digest,
        [`${tag}/current/link`]: newer.digest,
        [`${tag}/index/sha256/${hexOf(newer.digest)}/link`]: newer.digest,
      });
      const { report, findings } = await migrate(store);
      assert.equal(report.failed.count, 0);
      assert.deepEqual(
        findings.map(({ what }) => what),
        ['tag-moved-on'],
      );
      const after = await filesIn(store);
      const older = old.images[0]?.signed.digest ?? '';
      assert.equal(after[`${tag}/current/link`], newer.digest);
      assert.equal(after[`${tag}/index/sha256/${hexOf(older)}/link`], older);
      assert.equal(after[revisionOf('a', older)], older);
      assert.ok(!Object.keys(after).some((path) => path.includes('a/manifests')));
    }
  });

  it('replaces a bad copy that stands in the place of good content', async () => {
    for (const form of OLD_FORMS) {
      const old = await oldVolume(form, { names: ['a'] });
      const layer = old.images[0]?.layers[0];
      const place = `blobs/sha256/${hexOf(layer?.sha256 ?? '').slice(0, 2)}/${hexOf(layer?.sha256 ?? '')}/data`;
      const store = await storeWith({ ...old.files, [place]: 'cut sho' });
      assert.equal((await migrate(store)).report.failed.count, 0);
      const { [place]: content, ...after } = await filesIn(store);
      assert.equal(digestOf(Buffer.from(content ?? '', 'latin1')), layer?.sha256);
      assert.equal(Object.keys(after).filter((path) => path.startsWith('_quarantine/')).length, 1);
    }
  });

  it('takes the same content, and other content of the same tarsum, from several places', async () => {
    const { bytes, tarsum, sha256 } = await layerOf('in three places');
    const [hex, sum] = [hexOf(sha256), `tarsum/v1/sha256`];
    const fan = `${hexOf(tarsum).slice(0, 2)}/${hexOf(tarsum)}`;
    const place = `blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
    // Steps that are next to each other are taken at once.
    for (const [second, isThere] of [bytes, gzipSync(bytes)].flatMap((each) => [[each, true] as const, [each, false] as const])) {
      const files: OldFiles = {
        [`blob/sha256/${hex.slice(0, 2)}/${hex}`]: bytes.toString('latin1'),
        ...(isThere ? { [place]: bytes.toString('latin1') } : {}),
        [`blob/${sum}/${fan}`]: bytes.toString('latin1'),
        [`blobs/${sum}/${fan}/data`]: second.toString('latin1'),
        [`repositories/n/layers/${sum}/${hexOf(tarsum)}`]: sha256,
        [`repositories/d/layers/${sum}/${fan}`]: tarsum,
        [`repositories/j/layers/${sum}/${hexOf(tarsum)}/link`]: tarsum,
      };
      for (const target of [undefined, createMemoryDriver()]) {
        const source = await storeWith(files);
        const { report, failed } = await migrate(source, target);
        assert.deepEqual([report.end, failed, report.left.count], ['whole', [], 0]);
        const after = await filesIn(target ?? source);
        for (const [path, content] of Object.entries(after)) {
          const [, blob] = /^blobs\/sha256\/..\/(.*)\/data$/.exec(path) ?? [];
          if (blob !== undefined) assert.equal(digestOf(Buffer.from(content, 'latin1')), `sha256:${blob}`);
        }
        for (const name of ['n', 'd', 'j']) {
          const held = after[`repositories/${name}/_layers/${sum}/${hexOf(tarsum)}/link`] ?? '';
          assert.ok(`blobs/sha256/${hexOf(held).slice(0, 2)}/${hexOf(held)}/data` in after, `${name} ${held}`);
        }
        assert.ok(!Object.keys(after).some((path) => /^blob\/|^blobs\/tarsum|^_migration/.test(path)));
      }
    }
  });

  it('takes content of one tarsum from two places at once, and mixes nothing', async () => {
    const { bytes, tarsum } = await layerOf('in two places');
    const fan = `tarsum/v1/sha256/${hexOf(tarsum).slice(0, 2)}/${hexOf(tarsum)}`;
    const [one, other] = [gzipSync(bytes, { level: 1 }), gzipSync(bytes, { level: 9 })];
    const [source, target] = [
      await storeWith({ [`blob/${fan}`]: one.toString('latin1'), [`blobs/${fan}/data`]: other.toString('latin1') }),
      createMemoryDriver(),
    ];
    assert.deepEqual((await migrate(source, target)).failed, []);
    assert.deepEqual(Object.values(await filesIn(target)).sort(), [one.toString('latin1'), other.toString('latin1')].sort());
  });

  it('tells of files where folders belong', async () => {
    for (const path of ['repositories', 'layerindex', 'blob']) {
      const { findings } = await migrate(await storeWith({ [path]: 'a file' }), undefined, { dryRun: true });
      assert.deepEqual(
        findings.map((each) => each.path),
        [`${ROOT}/${path}`],
      );
    }
  });

  it('does not believe a link of 2014 that leads to content of another tarsum', async () => {
    const old = await oldVolume('november-2014', { names: ['a'] });
    const [one, other] = old.images[0]?.layers ?? [];
    const link = `repositories/a/layers/tarsum/v1/sha256/${hexOf(one?.tarsum ?? '')}`;
    const { failed } = await migrate(await storeWith({ ...old.files, [link]: other?.sha256 ?? '' }));
    assert.deepEqual(failed, [`${ROOT}/${link}`]);
  });

  it('leaves a manifest whose payload, and a signature whose block, is damaged, and takes the rest', async () => {
    const old = await oldVolume('january-2015');
    const [two, one] = [old.images[0], old.images[3]];
    const [block] = two?.signed.blocks ?? [];
    const blobOf = (digest = '') => `blobs/sha256/${hexOf(digest).slice(0, 2)}/${hexOf(digest)}/data`;
    const store = await storeWith({ ...old.files, [blobOf(block?.digest)]: '{}', [blobOf(one?.signed.digest)]: '{}' });
    const { failed, findings } = await migrate(store);
    const revision = `repositories/${one?.name}/manifests/revisions/sha256/${hexOf(one?.signed.digest ?? '')}/link`;
    const tag = `repositories/${one?.name}/manifests/tags/${one?.tag}`;
    assert.deepEqual(
      failed.map((path) => path.slice(ROOT.length + 1)),
      [revision, `${tag}/current/link`],
    );
    assert.deepEqual(
      findings.map(({ what }) => what),
      ['damaged'],
    );
    const after = await filesIn(store);
    assert.equal(after[revision], one?.signed.digest);
    assert.equal(after[revisionOf('library/app', two?.signed.digest ?? '')], two?.signed.digest);
    const signatures = Object.keys(after).filter((path) =>
      path.includes(`/_manifests/revisions/sha256/${hexOf(two?.signed.digest ?? '')}/signatures/`),
    );
    assert.equal(signatures.length, 1);
  });

  it('keeps the old content when a link could not be written, and takes it away when it was', async () => {
    const old = await oldVolume('february-2015');
    const store = await storeWith(old.files);
    let links = 0;
    const failing = faulty(store, ({ operation, paths }) =>
      operation === 'put' && paths[0]?.includes('/_layers/') && ++links === 3 ? { fault: 'failed' } : undefined,
    );
    const { report } = await migrate(failing);
    assert.deepEqual([report.failed.count, report.left.count], [1, 1]);
    const between = await filesIn(store);
    for (const path of Object.keys(old.files)) if (path.startsWith('blobs/tarsum/')) assert.ok(path in between, path);
    assert.equal((await migrate(store)).report.failed.count, 0);
    assertFiles(await filesIn(store), releasedFiles(old));
  });

  for (const form of OLD_FORMS) {
    it(`goes on after a stop between two steps, and reads no content of ${form} twice`, async () => {
      const old = await oldVolume(form);
      const store = await storeWith(old.files);
      const stop = new AbortController();
      const task = createMigrateLayout({ driver: store, stores: openStores(store) });
      let contents = 0;
      const report = await runTask(
        task,
        {},
        {
          signal: stop.signal,
          onOutcome({ step }) {
            if (step === 'content') contents++;
            else stop.abort();
          },
        },
      );
      assert.equal(report.end, 'stopped');
      assert.equal(contents, 7);
      const next = await migrate(store);
      assert.equal(next.report.end, 'whole');
      assert.equal(next.steps.filter(({ step }) => step === 'content').length, 0);
      assertFiles(await filesIn(store), releasedFiles(old));
    });
  }

  it('of a store whose reading fails ends with the error, and is no worse for it', async () => {
    const old = await oldVolume('january-2015', { names: ['a'] });
    const store = await storeWith(old.files);
    const { report } = await migrate(faulty(store, failOnce(1, { fault: 'unavailable' }, 'walk')));
    assert.equal(report.end, 'broken');
    assertFiles(await filesIn(store), old.files);
  });

  it('counts each object of some thousands once, and works through all of their bytes', { timeout: 120_000 }, async () => {
    const old = await oldVolume('december-2014', { names: [], more: 400 });
    const store = await storeWith(old.files);
    const plan = await migrate(store, undefined, { dryRun: true });
    const task = createMigrateLayout({ driver: store, stores: openStores(store) });
    let [most, worked] = [0, 0];
    const report = await runTask(
      task,
      {},
      {
        onProgress({ planned, done, bytes }) {
          assert.ok(done.count <= planned.count);
          most = Math.max(most, planned.count - done.count);
          worked = bytes;
        },
      },
    );
    // A page at a time: what is planned is never far ahead of what is done.
    assert.ok(most <= 100, String(most));
    assert.deepEqual([report.planned, report.done], [plan.report.planned, plan.report.planned]);
    assert.equal(report.planned.count, 3 * 400 + 3);
    const content = old.images.flatMap(({ layers }) => layers.map(({ bytes }) => bytes.length));
    assert.equal(
      worked,
      content.reduce((sum, bytes) => sum + bytes, 0),
    );
    assertFiles(await filesIn(store), releasedFiles(old));
    assert.equal((await store.stat(pathOf(`${ROOT}/${Object.keys(releasedFiles(old))[0]}`))).folder, false);
  });
});
