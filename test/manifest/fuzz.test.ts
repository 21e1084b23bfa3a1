import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RegistryError } from '../../src/core/errors.js';
import { MEDIA_TYPES } from '../../src/core/media-type.js';
import { digestsIn, mediaTypeOf, parseManifest } from '../../src/manifest/manifest.js';
import { bytesOf, RECORDED } from './recorded.js';

const contentTypes = fc.oneof(
  fc.constantFrom(...Object.values(MEDIA_TYPES), 'application/json', 'text/plain; charset=utf-8', '', undefined),
  fc.string({ maxLength: 20 }),
);

const MEMBERS = [
  'schemaVersion',
  'mediaType',
  'config',
  'layers',
  'manifests',
  'blobs',
  'subject',
  'annotations',
  'artifactType',
  '__proto__',
];

/** Parses; only an error of the registry may come of it, and what is parsed holds together. */
function parse(bytes: Uint8Array, contentType: string | undefined): boolean {
  const before = Buffer.from(bytes);
  const named = digestsIn(bytes);
  const told = mediaTypeOf(bytes);
  assert.deepEqual(Buffer.from(bytes), before);
  try {
    const parsed = parseManifest(bytes, contentType);
    assert.equal(parsed.selfDescribing, told === parsed.mediaType);
    const digests = [
      ...parsed.references.map(({ descriptor }) => descriptor.digest),
      ...(parsed.subject ? [parsed.subject.digest] : []),
    ];
    for (const digest of digests) assert.ok(named?.includes(digest), 'what is referenced is found by digestsIn too');
    assert.equal(new Set(parsed.references.map(({ descriptor }) => descriptor.digest)).size, parsed.references.length);
    return true;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'MANIFEST_INVALID') return false;
    throw error;
  }
}

describe('parseManifest, whatever comes', () => {
  it('takes random bytes or refuses them', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), contentTypes, (bytes, type) => void parse(bytes, type)));
  });

  it('takes random JSON with the members of a manifest or refuses it', () => {
    const documents = fc.dictionary(fc.oneof(fc.constantFrom(...MEMBERS), fc.string()), fc.jsonValue(), { maxKeys: 8 });
    fc.assert(
      fc.property(documents, contentTypes, (document, type) => void parse(Buffer.from(JSON.stringify(document)), type)),
      { numRuns: 500 },
    );
  });

  it('takes real manifests with a value replaced or refuses them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RECORDED),
        fc.nat(),
        fc.jsonValue(),
        fc.boolean(),
        ({ file, mediaType }, at, value, typed) => {
          let left = at % 40;
          const text = JSON.stringify(JSON.parse(bytesOf(file).toString()), (_key, member: unknown) =>
            left-- === 0 ? value : member,
          );
          parse(Buffer.from(text ?? ''), typed ? mediaType : undefined);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes real manifests with bytes changed, cut or doubled or refuses them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RECORDED),
        fc.nat(),
        fc.nat({ max: 20 }),
        fc.uint8Array({ maxLength: 4 }),
        ({ file, mediaType }, at, cut, put) => {
          const bytes = bytesOf(file);
          const place = at % bytes.length;
          parse(Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)]), mediaType);
          parse(bytes.subarray(0, place), mediaType);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes every recorded manifest unchanged', () => {
    for (const { file, mediaType } of RECORDED) assert.ok(parse(bytesOf(file), mediaType), file);
  });
});
