/** Every export of `src` says what it promises. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findUndocumented } from './docstrings.js';
import { readSources } from './sources.js';

describe('exports', () => {
  it('have a docstring each', () => assert.deepEqual(findUndocumented(readSources('src', ['.ts'])), []));
});

describe('the check of docstrings', () => {
  const found = (text: string) => findUndocumented(new Map([['a.ts', text]]));

  it('finds exports of every form without one', () => {
    for (const [form, name] of [
      ['export function f() {}', 'f'],
      ['export async function f() {}', 'f'],
      ['export async function* f() {}', 'f'],
      ['export const C = 1;', 'C'],
      ['export class C {}', 'C'],
      ['export interface I {}', 'I'],
      ['export type T = 1;', 'T'],
    ]) {
      assert.deepEqual(found(`\n${form}`), [`a.ts:2: ${name}`], form);
      assert.deepEqual(found(`/** What it is. */\n${form}`), [], form);
      assert.deepEqual(found(`/**\n * What it is,\n * and more.\n */\n${form}`), [], form);
    }
  });

  it('takes no other comment for one', () => {
    for (const comment of ['// What it is.', '/* What it is. */', '/** */', '/** f */', '/** What it is. */\n']) {
      assert.equal(found(`${comment}\nexport const f = 1;`).length, 1, comment);
    }
  });

  it('wants one for all signatures of a function, and none where a name is handed on', () => {
    assert.deepEqual(found('/** What it is. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;'), []);
    assert.deepEqual(found("export { a } from './a.js';\nexport type { B } from './b.js';"), []);
  });
});
