import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '../../src/core/digest.js';
import { RegistryError } from '../../src/core/errors.js';
import { duplicateMember } from '../../src/manifest/duplicate-members.js';
import { printIndented } from '../../src/manifest/go-json.js';
import { encodePayload } from '../../src/manifest/jws.js';
import { mergeSignatures, parseSigned, readBlock, type SignedManifest } from '../../src/manifest/schema1.js';
import { generateSigningKey, readSigningKey, type SigningKey } from '../../src/manifest/signing-key.js';
import { VECTORS, vectorBytes } from './schema1-vectors.js';

const pem = { type: 'pkcs8', format: 'pem' } as const;
const KEYS: readonly SigningKey[] = [
  readSigningKey(generateSigningKey()),
  ...['P-256', 'P-384', 'P-521'].map((namedCurve) => {
    return readSigningKey(generateKeyPairSync('ec', { namedCurve }).privateKey.export(pem).toString());
  }),
  readSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem).toString()),
];

const layer = digestOf(Buffer.from('layer'));
const keys = fc.constantFrom(...KEYS);
const times = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
const NAMES = ['schemaVersion', 'name', 'tag', 'fsLayers', 'history', 'signatures', 'mediaType'];

/** Payloads in any spelling that JSON allows: indented, compact, with white space at the end, with members of others. */
const payloads = fc
  .record({
    more: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }),
    indent: fc.constantFrom('', ' ', '   ', '\t', '        '),
    end: fc.constantFrom('', '\n', ' \r\n\t'),
    gap: fc.constantFrom('', ' ', '\n'),
    layers: fc.nat({ max: 3 }),
  })
  .map(({ more, indent, end, gap, layers }) => {
    const others = Object.fromEntries(Object.entries(more).filter(([name]) => !NAMES.includes(name)));
    const fsLayers = Array.from({ length: layers }, () => ({ blobSum: layer }));
    const history = fsLayers.map(() => ({ v1Compatibility: '{"id":"<&>"}' }));
    const text = JSON.stringify({ schemaVersion: 1, name: 'a/b', tag: 't', fsLayers, history, ...others }, null, indent);
    return Buffer.from(`${text.slice(0, -1)}${gap}}${end}`);
  });

/** Reads; only an error of the registry may come of what is wrong. */
async function parsed(document: Uint8Array): Promise<SignedManifest | undefined> {
  try {
    return await parseSigned(document);
  } catch (error) {
    assert.ok(error instanceof RegistryError, String(error));
    for (const each of [error, ...error.more]) assert.equal(each.status, 400);
    return undefined;
  }
}

describe('signatures of any payload', () => {
  it('verify by the key that made them, and the payload comes back byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, keys, times, async (payload, key, time) => {
        const block = key.sign(payload, time);
        const document = mergeSignatures(payload, [block]);
        const found = await parseSigned(document);
        assert.deepEqual(found.payload, payload);
        assert.deepEqual(
          found.blocks.map(({ digest, keyId, alg }) => [digest, keyId, alg]),
          [[block.digest, key.keyId, key.alg]],
        );
        assert.equal(found.blocks[0]?.time, `${time.toISOString().slice(0, 19)}Z`);
      }),
    );
  });

  it('merge to the same document in whatever order and however often they come', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, fc.array(keys, { minLength: 1, maxLength: 5 }), fc.nat(), async (payload, signers, seed) => {
        const blocks = signers.map((key) => key.sign(payload, new Date(0)));
        const wanted = mergeSignatures(payload, blocks);
        const turned = blocks.map((_block, at) => blocks[(at + seed) % blocks.length]).flatMap((block) => block ?? []);
        assert.deepEqual(mergeSignatures(payload, [...turned.toReversed(), ...turned]), wanted);
        assert.deepEqual(mergeSignatures(payload, (await parseSigned(wanted)).blocks), wanted);
        const stored = blocks.flatMap(({ bytes }) => readBlock(bytes, payload) ?? []);
        assert.deepEqual(mergeSignatures(payload, stored), wanted);
      }),
      { numRuns: 50 },
    );
  });

  it('are refused with any byte of the document changed, or it says the same still', async () => {
    const signed = await parseSigned(vectorBytes('01'));
    const document = vectorBytes('01');
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: document.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(document);
        changed[at] = (changed[at] ?? 0) ^ by;
        const found = await parsed(changed);
        if (found === undefined) return;
        assert.deepEqual(found.payload, signed.payload);
        assert.deepEqual(
          found.blocks.map(({ keyId }) => keyId),
          signed.blocks.map(({ keyId }) => keyId),
        );
        const signature = (block: { signature: string } | undefined): Buffer => Buffer.from(block?.signature ?? '', 'base64url');
        assert.deepEqual(signature(found.blocks[0]), signature(signed.blocks[0]));
      }),
      { numRuns: 3000 },
    );
  });

  it('are refused under another payload', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, payloads, keys, async (one, other, key) => {
        fc.pre(!one.equals(other));
        await assert.rejects(key.sign(one, new Date(0)).verify(encodePayload(other)), RegistryError);
      }),
      { numRuns: 50 },
    );
  });
});

describe('parseSigned, whatever comes', () => {
  const files = VECTORS.map(({ file }) => file.slice(0, 2));

  it('takes recorded documents with bytes changed, cut or doubled or refuses them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.nat(),
        fc.nat({ max: 20 }),
        fc.uint8Array({ maxLength: 4 }),
        async (file, at, cut, put) => {
          const bytes = vectorBytes(file);
          const place = at % bytes.length;
          await parsed(Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)]));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes recorded documents with a value replaced or refuses them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files.filter((file) => file !== '35')),
        fc.nat(),
        fc.jsonValue(),
        async (file, at, value) => {
          let left = at % 30;
          const replace = (_name: string, member: unknown): unknown => (left-- === 0 ? value : member);
          await parsed(Buffer.from(JSON.stringify(JSON.parse(vectorBytes(file).toString()), replace, 3) ?? ''));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes any facts about the format of the payload or refuses them', async () => {
    const facts = fc.record(
      {
        formatLength: fc.oneof(fc.integer(), fc.double(), fc.constantFrom(568, '568', null, 1e300), fc.nat({ max: 1300 })),
        formatTail: fc.oneof(fc.constantFrom('Cn0', 'fQ', 'Cn0=', 'fX0', '', 1, null), fc.string()),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(facts, async (fact) => {
        const text = Buffer.from(JSON.stringify(fact)).toString('base64url');
        await parsed(
          Buffer.from(
            vectorBytes('01')
              .toString()
              .replace(/"protected": "[^"]*"/, `"protected": "${text}"`),
          ),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('JSON in the forms of Go', () => {
  it('is printed as JavaScript prints it, with the prefix before each line', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', '  ', '\t'), (value, prefix) => {
        const wanted = JSON.stringify(value, null, '   ').replaceAll('\n', `\n${prefix}`);
        if (wanted.length > 1) assert.equal(printIndented(`[${JSON.stringify(value)}]`, prefix, '   ', wanted.length), undefined);
        assert.equal(printIndented(JSON.stringify(value), prefix, '   '), wanted);
      }),
    );
  });
});

describe('duplicateMember', () => {
  it('finds nothing in what JavaScript writes', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(duplicateMember(JSON.stringify(value, null, 1)), undefined)));
  });

  it('finds a member that is given twice anywhere', () => {
    const spelled = (name: string): string =>
      JSON.stringify(name).replace(/[a-z]/, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), fc.boolean(), (name, value, around, within) => {
        const one = JSON.stringify({ [name]: value });
        const twice = `${one.slice(0, -1)} , ${spelled(name)} : [ ] }`;
        const text = within ? `[${JSON.stringify(around)},{"a":[${twice}]}]` : twice;
        assert.equal(duplicateMember(text), name);
      }),
    );
  });
});
