import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../src/manifest/json.js';
import { digestsIn } from '../../src/manifest/manifest.js';
import { digests } from '../core/arbitraries.js';
import { bytesOf, RECORDED } from './recorded.js';

function encode(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(document));
}

/** How deep a value is, counted over the value rather than over its text. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('parseJson', () => {
  it('gives what JSON.parse gives for every object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (document) => {
        const text = JSON.stringify(document);
        assert.deepEqual(parseJson(Buffer.from(text)), JSON.parse(text));
      }),
    );
  });

  it('counts depth by the brackets that are not part of a text', () => {
    const brackets = fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', 'a'), maxLength: 100 });
    fc.assert(
      fc.property(fc.nat({ max: 80 }), brackets, (depth, text) => {
        let document: unknown = text;
        for (let i = 0; i < depth; i++) document = i % 2 === 0 ? [document] : { [text]: document };
        assert.equal(parseJson(encode({ document })) !== undefined, depthOf({ document }) <= 64);
      }),
      { numRuns: 300 },
    );
  });
});

describe('digestsIn', () => {
  it('finds every digest that stands anywhere, each once', () => {
    fc.assert(
      fc.property(fc.array(digests, { maxLength: 6 }), fc.jsonValue(), (wanted, noise) => {
        const document = wanted.map((digest, at) =>
          at % 3 === 0 ? digest : at % 3 === 1 ? { [digest]: noise } : [{ a: { b: [digest] } }],
        );
        const found = digestsIn(encode([noise, ...document, ...document])) ?? [];
        assert.deepEqual([...found].sort(), [...new Set(wanted)].sort());
      }),
    );
  });

  it('finds all that a recorded manifest names', () => {
    for (const { file } of [...RECORDED, { file: 'docker-schema1' }]) {
      const bytes = bytesOf(file);
      const named = new Set(bytes.toString().match(/sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})(?=")/g));
      assert.deepEqual(new Set(digestsIn(bytes)), named, file);
    }
  });

  it('cannot tell of what is no JSON, or too deep to be read', () => {
    assert.equal(digestsIn(Buffer.from('x')), undefined);
    assert.equal(digestsIn(Buffer.from([0x22, 0xff, 0x22])), undefined);
    assert.equal(digestsIn(Buffer.from('['.repeat(100_000))), undefined);
    assert.deepEqual(digestsIn(Buffer.from('1')), []);
  });
});
