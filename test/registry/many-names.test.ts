/** Lists of 100,000 names, many of them the beginning of others: complete, in order, and the same by pages of any size. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { byteOrder, collectPages, type ListOptions, type Pages } from '../../src/core/pages.js';
import { isRepositoryName, isTag } from '../../src/core/reference.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { pathFor } from '../../src/paths/path-for.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { openStores } from '../../src/store/stores.js';
import { known } from '../core/arbitraries.js';

const STEMS = 25_000;

/** Four names for each stem, in an order that is nobody's. */
function namesWith(endings: readonly string[]): string[] {
  const names: string[] = [];
  for (const ending of endings) for (let i = 0; i < STEMS; i++) names.push(`n${(i * 7919) % STEMS}${ending}`);
  return names;
}

/** Asks for page after page, each after the last name of the one before. */
async function byPages<T extends string>(list: (options: ListOptions) => Pages<T>, limit: number): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await collectPages(list({ limit, ...(last === undefined ? {} : { after: last }) }));
    all.push(...page);
    if (page.length < limit) return all;
  }
}

/** A slash before all other characters: `a/b` comes right after `a`. */
const componentOrder = (a: string, b: string): number => byteOrder(a.replaceAll('/', '\0'), b.replaceAll('/', '\0'));

describe('100,000 names', () => {
  it('of tags are listed whole and in byte order', async () => {
    const driver = createMemoryDriver();
    const name = known(isRepositoryName, 'a/b');
    const tags = namesWith(['', '-x', '.x', 'x']);
    const link = Buffer.from(digestOf(Buffer.from('manifest')));
    for (const tag of tags) await driver.put(pathFor('tagCurrent', { name, tag: known(isTag, tag) }), link);
    const repository = createRegistry(openStores(driver)).repository(name);
    tags.sort(byteOrder);
    assert.equal(tags.length, 100_000);
    assert.deepEqual(await byPages((options) => repository.tags.list(options), 999), tags);
    assert.deepEqual(await collectPages(repository.tags.list({ after: 'n24999', limit: 3 })), [
      'n24999-x',
      'n24999.x',
      'n24999x',
    ]);
  });

  it('of repositories are listed whole, component by component', async () => {
    const driver = createMemoryDriver();
    const names = namesWith(['', '-x', '/x', 'x']);
    for (const name of names) await driver.makeFolder(pathFor('layers', { name: known(isRepositoryName, name) }));
    const registry = createRegistry(openStores(driver));
    names.sort(componentOrder);
    assert.equal(names.length, 100_000);
    assert.deepEqual(await byPages((options) => registry.repositories(options), 999), names);
    assert.deepEqual(await collectPages(registry.repositories({ after: 'n9999', limit: 3 })), ['n9999/x', 'n9999-x', 'n9999x']);
  });
});
