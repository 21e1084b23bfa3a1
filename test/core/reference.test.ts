import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RegistryError } from '../../src/core/errors.js';
import {
  isRepositoryName,
  isTag,
  isUploadId,
  newUploadId,
  parseReference,
  parseRepositoryName,
  parseTag,
} from '../../src/core/reference.js';
import { digests, repositoryNames, spoiled, tags, uploadIds } from './arbitraries.js';

const WORD = 'abcdefghijklmnopqrstuvwxyz0123456789';
const TAG = `${WORD}ABCDEFGHIJKLMNOPQRSTUVWXYZ_`;

/** Reads a repository name a character at a time: a machine with the word, the separators and the slash as its states. */
function recogniseName(text: string): boolean {
  if (text.length > 255) return false;
  let separator: string | undefined = '';
  for (const character of text) {
    if (WORD.includes(character)) separator = undefined;
    else if (separator === undefined) {
      if (!'._-/'.includes(character)) return false;
      separator = character;
    } else if (separator !== '' && character === '-' && separator.startsWith('-')) separator += '-';
    else if (separator === '_' && character === '_') separator = '__';
    else return false;
  }
  return separator === undefined;
}

function recogniseTag(text: string): boolean {
  const characters = [...text];
  return (
    characters.length >= 1 &&
    text.length <= 128 &&
    TAG.includes(characters[0] ?? ' ') &&
    characters.slice(1).every((character) => `${TAG}.-`.includes(character))
  );
}

/** The error's code when it is one of ours; anything else is thrown on. */
function codeOf(task: () => unknown): string | undefined {
  try {
    task();
    return undefined;
  } catch (error) {
    if (error instanceof RegistryError) return error.code;
    throw error;
  }
}

describe('repository names', () => {
  const table: readonly (readonly [string, boolean])[] = [
    ['a', true],
    ['library/ubuntu', true],
    ['a.b_c__d-e---f/0', true],
    ['a/b/c/d/e/f/g/h', true],
    [Array.from({ length: 128 }, () => 'a').join('/'), true],
    ['a'.repeat(255), true],
    ['a'.repeat(256), false],
    ['', false],
    ['/', false],
    ['/a', false],
    ['a/', false],
    ['a//b', false],
    ['A', false],
    ['a/B', false],
    ['_a', false],
    ['a/_layers', false],
    ['a_', false],
    ['a___b', false],
    ['a..b', false],
    ['a.-b', false],
    ['a_-b', false],
    ['.', false],
    ['..', false],
    ['a/../b', false],
    ['-a', false],
    ['a-', false],
    ['a:b', false],
    ['a b', false],
    ['a\n', false],
    ['ä', false],
    ['a\0', false],
  ];
  for (const [text, right] of table) {
    it(`${JSON.stringify(text.slice(0, 40))} of ${text.length} characters is ${right ? 'taken' : 'refused'}`, () => {
      assert.equal(isRepositoryName(text), right);
      assert.equal(recogniseName(text), right);
      assert.equal(
        codeOf(() => parseRepositoryName(text)),
        right ? undefined : 'NAME_INVALID',
      );
    });
  }

  it('a name that is too long is refused with its length and the limit', () => {
    assert.throws(() => parseRepositoryName('a'.repeat(300)), /at most 255 characters, this one has 300/);
  });

  it('every generated name is one', () => {
    fc.assert(fc.property(repositoryNames, (name) => isRepositoryName(name) && recogniseName(name)));
  });

  it('what is nearly a name is one exactly when a second reading of the grammar says so', () => {
    const near = fc.oneof(
      spoiled(repositoryNames),
      fc.string({ unit: fc.constantFrom('a', '0', '.', '_', '-', '/'), maxLength: 12 }),
    );
    fc.assert(
      fc.property(near, (text) => assert.equal(isRepositoryName(text), recogniseName(text), JSON.stringify(text))),
      { numRuns: 2000 },
    );
  });
});

describe('tags', () => {
  it('every generated tag is one', () => {
    fc.assert(fc.property(tags, (tag) => parseTag(tag) === tag && recogniseTag(tag)));
  });

  it('what is nearly a tag is one exactly when a second reading of the grammar says so', () => {
    fc.assert(
      fc.property(fc.oneof(spoiled(tags), fc.string()), (text) =>
        assert.equal(isTag(text), recogniseTag(text), JSON.stringify(text)),
      ),
      { numRuns: 1000 },
    );
  });

  it('128 characters are the most', () => {
    assert.ok(isTag('a'.repeat(128)));
    assert.ok(!isTag('a'.repeat(129)));
  });

  it('names that lead out of a folder are none', () => {
    for (const text of ['.', '..', '.a', '-a', '', 'a/b', 'a\n'])
      assert.equal(
        codeOf(() => parseTag(text)),
        'TAG_INVALID',
        text,
      );
  });
});

describe('references', () => {
  it('a digest is read as a digest, and a tag as a tag', () => {
    fc.assert(fc.property(digests, (digest) => assert.deepEqual(parseReference(digest), { kind: 'digest', digest })));
    fc.assert(fc.property(tags, (tag) => assert.deepEqual(parseReference(tag), { kind: 'tag', tag })));
  });

  it('a malformed digest is not taken for a tag', () => {
    assert.equal(
      codeOf(() => parseReference('sha256:abc')),
      'DIGEST_INVALID',
    );
    assert.equal(
      codeOf(() => parseReference(':')),
      'DIGEST_INVALID',
    );
  });

  it('any text is parsed or refused with an error of the registry', () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), spoiled(digests), spoiled(tags), spoiled(repositoryNames));
    fc.assert(
      fc.property(texts, (text) => {
        assert.ok([undefined, 'DIGEST_INVALID', 'TAG_INVALID'].includes(codeOf(() => parseReference(text))));
        assert.ok([undefined, 'NAME_INVALID'].includes(codeOf(() => parseRepositoryName(text))));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('ids of uploads', () => {
  it('a new one is a random UUID in lower case', () => {
    const id = newUploadId();
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(newUploadId(), id);
    assert.ok(isUploadId(id));
  });

  it('every generated one is one, and none leads out of its folder', () => {
    fc.assert(fc.property(uploadIds, isUploadId));
    for (const text of ['', '.', '..', '-', 'a/b', 'a=b', 'a b', 'a\n', 'a'.repeat(129)]) assert.ok(!isUploadId(text), text);
  });
});
