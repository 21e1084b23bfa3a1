/** Generators of digests and names, built from the words of the grammars rather than from the code that reads them. */
import fc from 'fast-check';
import { type Digest, isDigest } from '../../src/core/digest.js';
import { isRepositoryName, isTag, isUploadId, type RepositoryName, type Tag, type UploadId } from '../../src/core/reference.js';

const LOWER = [...'abcdefghijklmnopqrstuvwxyz'];
const DIGITS = [...'0123456789'];
const HEX = [...'0123456789abcdef'];

/** Texts of these characters. */
export function textOf(characters: readonly string[], minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });
}

/** `hash:hex` with the length that the hash has; one of the given algorithms. */
function digestWith(algorithms: readonly string[]): fc.Arbitrary<Digest> {
  return fc.constantFrom(...algorithms).chain((algorithm) => {
    const length = algorithm.endsWith('sha512') ? 128 : 64;
    return textOf(HEX, length, length).map((hex) => known(isDigest, `${algorithm}:${hex}`));
  });
}

/** Digests that content is stored under. */
export const contentDigests = digestWith(['sha256', 'sha512']);

/** All digests, those of 2014 included. */
export const digests = fc.oneof(
  contentDigests,
  digestWith([
    'tarsum+sha256',
    'tarsum+sha512',
    'tarsum.v1+sha256',
    'tarsum.v1+sha512',
    'tarsum.dev+sha256',
    'tarsum.dev+sha512',
  ]),
);

const words = textOf([...LOWER, ...DIGITS], 1, 8);
const separators = fc.oneof(fc.constantFrom('.', '_', '__'), textOf(['-'], 1, 4));

const components = fc
  .tuple(words, fc.array(fc.tuple(separators, words), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.map(([separator, word]) => separator + word).join(''));

/** Repository names of up to 255 characters. */
export const repositoryNames: fc.Arbitrary<RepositoryName> = fc
  .array(components, { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join('/'))
  .filter((name) => name.length <= 255)
  .map((name) => known(isRepositoryName, name));

const TAG_FIRST = [...LOWER, ...LOWER.map((letter) => letter.toUpperCase()), ...DIGITS, '_'];

/** Tags of up to 128 characters. */
export const tags: fc.Arbitrary<Tag> = fc
  .tuple(fc.constantFrom(...TAG_FIRST), textOf([...TAG_FIRST, '.', '-'], 0, 127))
  .map(([first, rest]) => known(isTag, first + rest));

/** Ids of upload sessions: UUIDs, and other texts that can be one. */
export const uploadIds: fc.Arbitrary<UploadId> = fc
  .oneof(
    fc.uuid(),
    textOf([...LOWER, ...DIGITS, '-'], 1, 40).filter((id) => !id.startsWith('-')),
  )
  .map((id) => known(isUploadId, id));

/** Texts that are nearly right: one character of a right one replaced, added or taken away. */
export function spoiled(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const characters = fc.oneof(fc.constantFrom(...'/:_.-+@ \n\0AZaz09éſ'), fc.string({ minLength: 1, maxLength: 2 }));
  return fc.tuple(texts, fc.nat(), fc.nat({ max: 1 }), fc.oneof(characters, fc.constant(''))).map(([text, at, cut, put]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + put + text.slice(place + cut);
  });
}

/** The text as the type that the check gives it; the generator is wrong when the check refuses. */
export function known<T extends string>(check: (text: string) => text is T, text: string): T {
  if (check(text)) return text;
  throw new TypeError(`generated ${JSON.stringify(text)}, which is refused`);
}
