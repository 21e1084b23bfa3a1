/** What a token says of somebody: classes. Rights are with the tests of tokens. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { principalOf } from '../../src/auth/token-principal.js';
import { parseRepositoryName } from '../../src/core/reference.js';

describe('the classes of a token', () => {
  it('are those of all its entries for a repository, and image where an entry says none', () => {
    const entry = (name: string, more: object = {}) => ({ type: 'repository', name, actions: ['push'], ...more });
    const access = [entry('a', { class: 'plugin' }), entry('a'), entry('b', { class: 'plugin' }), entry('c', { class: 5 })];
    const classesOf = (name: string) => principalOf({ access }).classes?.(parseRepositoryName(name));
    assert.deepEqual(classesOf('a'), ['plugin', 'image']);
    assert.deepEqual(classesOf('b'), ['plugin']);
    assert.deepEqual(classesOf('c'), ['image']);
    assert.equal(classesOf('d'), undefined);
  });
});
