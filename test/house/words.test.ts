/** No file of the project is tied to the machine on which it was written. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PROJECT, readSources } from './sources.js';
import { findTies } from './words.js';

const THIS = 'test/house/words.test.ts';

describe('the files of the project', () => {
  it('name no place of one machine', () => {
    const files = new Map(readSources('.', ['']));
    assert.ok(files.has('package-lock.json') && files.has(THIS));
    // The examples below.
    files.delete(THIS);
    assert.deepEqual(findTies(files, PROJECT), []);
  });
});

describe('the check of words', () => {
  const found = (text: string) => findTies(new Map([['a', text]]), '/srv/build/lading/', '/root').length;

  it('finds places, addresses and passwords', () => {
    for (const text of [
      '"resolved": "https://packages.example/x.tgz"',
      'registry=https://packages.example/',
      '@scope:registry = https://packages.example/',
      'npm ci --registry https://packages.example/',
      'see /home/ann/lading/README.md',
      'see /Users/ann/lading',
      'see C:\\Users\\ann',
      'http://ann:secret@registry.example/',
      'cd /srv/build/lading',
      "'/srv/build/lading/src/index.ts'",
    ]) {
      assert.equal(found(text), 1, text);
    }
  });

  it('leaves alone what only looks like one', () => {
    for (const text of [
      '/home/node/data',
      'https://example.com/home/ann',
      '/srv/build/lading-2',
      '/root/.cache',
      'the registry = what serves images',
      'http://localhost:5000/v2/ann@sha256:x',
    ]) {
      assert.equal(found(text), 0, text);
    }
  });
});
