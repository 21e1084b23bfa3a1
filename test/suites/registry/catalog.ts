import assert from 'node:assert/strict';
import { collectPages } from '../../../src/core/pages.js';
import { pathFor } from '../../../src/paths/path-for.js';
import { describeBytes, pushBlob, pushImage } from '../../support/images.js';
import type { DefineCase } from './case.js';

const NAMES = ['a', 'a/0', 'a/b', 'a/b/c', 'a-b', 'a.b', 'a0', 'a_b', 'ab', 'ab/a', 'b/c/d'];

/** The catalog: `/` before everything else, and any name to go on from. */
export function catalogCases(define: DefineCase): void {
  define('repositories are listed component by component', async ({ repository, registry }) => {
    for (const name of NAMES.toReversed()) await pushBlob(repository(name), 'content');
    assert.deepEqual(await collectPages(registry.repositories()), NAMES);
  });

  define('the list goes on from any name, there or not', async ({ repository, registry }) => {
    for (const name of NAMES) await pushBlob(repository(name), 'content');
    const more = [
      '',
      '0',
      'a/a',
      'a/b/b',
      'a/b/c/d',
      'a/c',
      'a-a',
      'a-',
      'a/',
      '/',
      'A',
      'a//b',
      'aa',
      'b',
      'b/c',
      'b/c/e',
      'zz',
      '~',
    ];
    for (const after of [...NAMES, ...more]) {
      const wanted = NAMES.filter((name) => componentOrder(name, after) > 0);
      assert.deepEqual(await collectPages(registry.repositories({ after })), wanted, after);
      assert.deepEqual(await collectPages(registry.repositories({ after, limit: 3 })), wanted.slice(0, 3), after);
    }
  });

  define('a repository is there as soon as something is in it, and not before', async ({ repository, registry }) => {
    const listed = () => collectPages(registry.repositories());
    await repository('begun').uploads.start();
    assert.deepEqual(await listed(), []);
    const { digest } = await pushBlob(repository('pushed'), 'content');
    await repository('mounted').blobs.mount(digest, { from: repository('pushed').name });
    await repository('refused').blobs.mount(describeBytes('none').digest, { from: repository('pushed').name });
    assert.deepEqual(await listed(), ['mounted', 'pushed']);
    const image = await pushImage(repository('pushed'), 'one');
    await repository('pushed').manifests.remove(image.digest);
    assert.deepEqual(await listed(), ['mounted', 'pushed']);
  });

  define('repositories of other programs are listed by either of their marks', async ({ repository, registry, driver }) => {
    const { digest } = describeBytes('content');
    const [old, later] = [repository('old/one'), repository('later')];
    await driver.put(pathFor('layerLink', { name: old.name, digest }), Buffer.from(digest));
    await driver.put(pathFor('revisionLink', { name: later.name, digest }), Buffer.from(digest));
    assert.deepEqual(await collectPages(registry.repositories()), ['later', 'old/one']);
  });
}

/** The order of the catalog, written another way. */
function componentOrder(a: string, b: string): number {
  const [x, y] = [a.split('/'), b === '' ? [] : b.split('/')];
  for (let i = 0; ; i++) {
    const [p, q] = [x[i], y[i]];
    if (p === undefined || q === undefined) return (p === undefined ? 0 : 1) - (q === undefined ? 0 : 1);
    if (p !== q) return p < q ? -1 : 1;
  }
}
