import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collectPages } from '../../src/core/pages.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { timed } from '../../src/driver/timed.js';
import { at, bytes, fails } from '../suites/driver/store.js';

describe('a timed driver', () => {
  it('tells each call by its name in docker/distribution, also one that failed', async () => {
    const seen: string[] = [];
    const driver = timed(createMemoryDriver(), (name, action, seconds) => {
      assert.ok(seconds >= 0 && seconds < 60);
      seen.push(`${name} ${action}`);
    });
    await driver.put(at('a'), bytes('content'));
    await driver.read(at('a'));
    await (await driver.open(at('a'))).close();
    await driver.stat(at('a'));
    await driver.move(at('a'), at('b'));
    await driver.remove([at('b')]);
    await fails(driver.append(at('b'), 3), 'not-found');
    await collectPages(driver.list(at('c')));
    for await (const _page of driver.walk(at('c'))) break;
    const actions = ['PutContent', 'GetContent', 'Reader', 'Stat', 'Move', 'Delete', 'Writer', 'List', 'Walk'];
    assert.deepEqual(
      seen,
      actions.map((action) => `inmemory ${action}`),
    );
  });
});
