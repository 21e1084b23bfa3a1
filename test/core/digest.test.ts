import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  algorithmOf,
  createDigester,
  createVerifier,
  digestOf,
  encodedOf,
  hashOf,
  isContentDigest,
  isDigest,
  parseDigest,
  tarsumOf,
} from '../../src/core/digest.js';
import { RegistryError } from '../../src/core/errors.js';
import { contentDigests, digests, spoiled } from './arbitraries.js';

const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const ABC_512 =
  'sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f';
const HEX_64 = 'ab'.repeat(32);

/** Reads the grammar a character at a time, with no regular expression. */
function recognise(text: string): boolean {
  const [algorithm, encoded, ...more] = text.split(':');
  if (algorithm === undefined || encoded === undefined || more.length > 0) return false;
  const parts = algorithm.split('+');
  let hash = parts[0];
  if (parts.length === 2) {
    const [word, version, ...rest] = (parts[0] ?? '').split('.');
    if (word !== 'tarsum' || rest.length > 0) return false;
    if (version !== undefined && version !== 'v1' && version !== 'dev') return false;
    hash = parts[1];
  }
  if (parts.length > 2 || (hash !== 'sha256' && hash !== 'sha512')) return false;
  return encoded.length === (hash === 'sha256' ? 64 : 128) && consistsOf(encoded, '0123456789abcdef');
}

function consistsOf(text: string, characters: string): boolean {
  return [...text].every((character) => characters.includes(character));
}

describe('digests', () => {
  const accepted = [
    EMPTY,
    ABC_512,
    `tarsum+sha256:${HEX_64}`,
    `tarsum.v1+sha256:${HEX_64}`,
    `tarsum.dev+sha512:${HEX_64}${HEX_64}`,
  ];
  for (const text of accepted) {
    it(`${text.slice(0, 24)}... is a digest`, () => {
      assert.equal(parseDigest(text), text);
      assert.equal(`${algorithmOf(parseDigest(text))}:${encodedOf(parseDigest(text))}`, text);
      assert.ok(recognise(text));
    });
  }

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['an empty text', '', /algorithm:encoded/],
    ['an algorithm alone', 'sha256', /algorithm:encoded/],
    ['nothing behind the colon', 'sha256:', /algorithm:encoded/],
    ['two colons', `sha256:${HEX_64}:`, /algorithm:encoded/],
    ['a hash that is too short', `sha256:${HEX_64.slice(1)}`, /64 lower-case/],
    ['a hash that is too long', `sha256:${HEX_64}a`, /64 lower-case/],
    ['upper-case hexadecimals', `sha256:${HEX_64.toUpperCase()}`, /64 lower-case/],
    ['letters that are no hexadecimals', `sha256:${'g'.repeat(64)}`, /64 lower-case/],
    ['an upper-case algorithm', `SHA256:${HEX_64}`, /algorithm:encoded/],
    ['a sha512 with the length of a sha256', `sha512:${HEX_64}`, /128 lower-case/],
    ['a weak hash', `md5:${'a'.repeat(32)}`, /md5 is not supported/],
    ['sha384, which nothing stores', `sha384:${'a'.repeat(96)}`, /sha384 is not supported/],
    ['a name of every object', `constructor:${HEX_64}`, /not supported/],
    ['the prototype', `__proto__:${HEX_64}`, /algorithm:encoded/],
    ['the second spelling of version 0 of tarsum', `tarsum.v0+sha256:${HEX_64}`, /written tarsum\+hash/],
    ['a tarsum of a version that nobody defined', `tarsum.v9+sha256:${HEX_64}`, /tarsum\.v9\+sha256 is not supported/],
    ['a tarsum of a weak hash', `tarsum.v1+md5:${'a'.repeat(32)}`, /tarsum\.v1\+md5 is not supported/],
    ['a tarsum with upper-case hexadecimals', `tarsum.v1+sha256:${HEX_64.toUpperCase()}`, /64 lower-case/],
    ['a tarsum with the length of another hash', `tarsum.v1+sha512:${HEX_64}`, /128 lower-case/],
    ['a tarsum with no hash', `tarsum.v1:${HEX_64}`, /not supported/],
    ['a line end behind it', `${EMPTY}\n`, /algorithm:encoded/],
    ['a space before it', ` ${EMPTY}`, /algorithm:encoded/],
    ['a way out of the folder', `sha256:../../${HEX_64.slice(6)}`, /algorithm:encoded/],
    ['a text of a megabyte', `sha256:${'a'.repeat(1 << 20)}`, /algorithm:encoded/],
  ];
  for (const [what, text, message] of refused) {
    it(`${what} is refused with a sentence that says why`, () => {
      assert.equal(isDigest(text), false);
      assert.throws(
        () => parseDigest(text),
        (error) => error instanceof RegistryError && error.code === 'DIGEST_INVALID' && message.test(error.message),
      );
    });
  }

  it('every generated digest is one', () => {
    fc.assert(fc.property(digests, (digest) => parseDigest(digest) === digest && recognise(digest)));
  });

  it('what is nearly a digest is one exactly when a second reading of the grammar says so', () => {
    fc.assert(
      fc.property(spoiled(digests), (text) => assert.equal(isDigest(text), recognise(text), text)),
      { numRuns: 1000 },
    );
  });

  it('any text is parsed or refused with DIGEST_INVALID', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), spoiled(digests)), (text) => {
        try {
          assert.equal(parseDigest(text), text);
        } catch (error) {
          assert.ok(error instanceof RegistryError && error.code === 'DIGEST_INVALID', String(error));
        }
      }),
    );
  });

  it('a tarsum names no stored content and cannot be hashed', () => {
    const tarsum = parseDigest(`tarsum.v1+sha256:${HEX_64}`);
    assert.equal(isContentDigest(tarsum), false);
    assert.throws(() => hashOf(tarsum), { code: 'DIGEST_INVALID' });
    assert.throws(() => createVerifier(tarsum), { code: 'DIGEST_INVALID' });
  });

  it('a tarsum tells its algorithm, and no other digest does', () => {
    assert.equal(tarsumOf(parseDigest(`tarsum+sha256:${HEX_64}`)), 'tarsum+sha256');
    assert.equal(tarsumOf(parseDigest(`tarsum.dev+sha512:${HEX_64}${HEX_64}`)), 'tarsum.dev+sha512');
    assert.equal(tarsumOf(parseDigest(EMPTY)), undefined);
  });

  it('a content digest is hashed by its own algorithm', () => {
    fc.assert(fc.property(contentDigests, (digest) => isContentDigest(digest) && hashOf(digest) === algorithmOf(digest)));
  });
});

describe('hashing', () => {
  it('known contents have the digests that FIPS 180-4 gives', () => {
    assert.equal(digestOf(new Uint8Array()), EMPTY);
    assert.equal(digestOf(Buffer.from('abc'), 'sha512'), ABC_512);
  });

  it('several digests come from one pass over the bytes, and do not end it', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
        const digester = createDigester(['sha256', 'sha512']);
        for (const [index, piece] of pieces.entries()) {
          digester.update(piece);
          const soFar = Buffer.concat(pieces.slice(0, index + 1));
          assert.equal(digester.digest('sha256'), `sha256:${createHash('sha256').update(soFar).digest('hex')}`);
        }
        assert.equal(digester.digest('sha512'), digestOf(Buffer.concat(pieces), 'sha512'));
      }),
    );
  });

  it('a digest that was not asked for is a mistake of the caller', () => {
    assert.throws(() => createDigester().digest('sha512'), TypeError);
  });

  it('a verifier says yes to the content and no to anything else', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 500 }),
        fc.nat(),
        fc.constantFrom('sha256', 'sha512'),
        (bytes, at, hash) => {
          const verifier = createVerifier(digestOf(bytes, hash));
          const cut = at % bytes.length;
          verifier.update(bytes.subarray(0, cut));
          assert.equal(verifier.verified(), false);
          verifier.update(bytes.subarray(cut));
          assert.equal(verifier.verified(), true);

          const changed = Uint8Array.from(bytes, (byte, index) => (index === cut ? byte ^ 1 : byte));
          const other = createVerifier(digestOf(bytes, hash));
          other.update(changed);
          assert.equal(other.verified(), false);
        },
      ),
    );
  });

  it('streams pass through several verifiers in one reading', async () => {
    const pieces = [Buffer.from('one '), Buffer.from('two '), Buffer.from('three')];
    const whole = Buffer.concat(pieces);
    const right = createVerifier(digestOf(whole));
    const rightToo = createVerifier(digestOf(whole, 'sha512'));
    const wrong = createVerifier(parseDigest(EMPTY));
    const source = Readable.from(pieces);
    const verifiers = [right, rightToo, wrong];
    for (const verifier of verifiers) source.pipe(verifier);
    await Promise.all(verifiers.map((verifier) => finished(verifier)));
    assert.deepEqual(
      [right, rightToo, wrong].map((verifier) => verifier.verified()),
      [true, true, false],
    );
  });

  it('an empty stream is the empty content', async () => {
    const verifier = createVerifier(parseDigest(EMPTY));
    await pipeline(Readable.from([]), verifier);
    assert.equal(verifier.verified(), true);
  });
});
