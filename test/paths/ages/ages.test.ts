import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isTag, parseRepositoryName } from '../../../src/core/reference.js';
import { AGES, type Age, parseInAges } from '../../../src/paths/ages/ages.js';
import { type Layout, ROOT } from '../../../src/paths/layout.js';
import { parsePath } from '../../../src/paths/parse-path.js';
import { known, spoiled } from '../../core/arbitraries.js';
import { agedSpecs, OBJECTS, pathIn, specsIn } from './generated.js';

const HEX = 'ab'.repeat(32);
const UUID = '302c4430-9ea6-4922-a4c9-fd10b586b057';
const TARSUM = `tarsum.v1+sha256:${HEX}`;

/** Places that two forms share; the later one is named. */
const SHARED: Readonly<Record<string, Age>> = {
  'january-2015 blobData': 'released',
  'november-2014 signedManifest': 'december-2014',
  'december-2014 uploadStartedAt': 'january-2015',
  'december-2014 uploadData': 'january-2015',
};

describe('an object of an earlier form', () => {
  for (const [age, kind] of OBJECTS) {
    it(`${kind} of ${age} means what its path was made from, whatever the repository is called`, () => {
      fc.assert(
        fc.property(specsIn(age, kind), (aged) => assert.deepEqual(AGES[age].parseObject(pathIn(aged)), aged.spec)),
        { numRuns: 200 },
      );
    });
  }

  it('is of one form alone, but for places where two forms mean the same', () => {
    fc.assert(
      fc.property(agedSpecs, (aged) => {
        const age = SHARED[`${aged.age} ${aged.spec.kind}`] ?? aged.age;
        assert.deepEqual(parseInAges(pathIn(aged)), { age, spec: aged.spec });
      }),
      { numRuns: 2000 },
    );
  });

  it('has a path that is nearly right, which means nothing, or is the one way to spell what it means', () => {
    fc.assert(
      fc.property(spoiled(agedSpecs.map(pathIn)), (path) => {
        const found = parseInAges(path);
        if (found) assert.equal(pathIn(found), path);
      }),
      { numRuns: 2000 },
    );
  });

  it('is read as the released layout reads it, where that has one', () => {
    fc.assert(
      fc.property(agedSpecs, (aged) => {
        const found = parseInAges(pathIn(aged));
        if (found?.age === 'released') assert.deepEqual(parsePath(pathIn(aged)), found.spec);
      }),
    );
  });

  it('costs no time without end to read', () => {
    for (const path of [
      `${ROOT}/repositories/${'layers/'.repeat(50_000)}x`,
      `${ROOT}/repositories/${'a/manifests/tags/'.repeat(50_000)}`,
    ])
      assert.equal(parseInAges(path), undefined);
  });
});

describe('the names of parts', () => {
  const read = (path: string): unknown => {
    const { age, spec } = parseInAges(`${ROOT}/repositories/${path}`) ?? {};
    return spec && { age, kind: spec.kind, name: 'name' in spec ? spec.name : undefined };
  };
  const is = (path: string, age: Age, kind: string, name: string) =>
    it(`${path.replaceAll(HEX, '<hex>').replaceAll(UUID, '<uuid>')} is a ${kind} of ${name}`, () =>
      assert.deepEqual(read(path), { age, kind, name: parseRepositoryName(name) }));
  const isNothing = (path: string) =>
    it(`${path.replaceAll(HEX, '<hex>')} is nothing`, () => assert.equal(read(path), undefined));

  is(`x/layers/tarsum/v1/sha256/${HEX}`, 'november-2014', 'layerLink', 'x');
  is(`x/layers/tarsum/v1/sha256/ab/${HEX}`, 'december-2014', 'layerLink', 'x');
  is(`x/layers/tarsum/v1/sha256/${HEX}/link`, 'january-2015', 'layerLink', 'x');
  is(`x/_layers/tarsum/v1/sha256/${HEX}/link`, 'released', 'layerLink', 'x');
  is(`x/layers/layers/tarsum/v1/sha256/${HEX}/link`, 'january-2015', 'layerLink', 'x/layers');
  is(`x/layers/tarsum/layers/tarsum/v1/sha256/${HEX}`, 'november-2014', 'layerLink', 'x/layers/tarsum');
  is('x/manifests/latest', 'december-2014', 'signedManifest', 'x');
  is('x/manifests/manifests/latest', 'december-2014', 'signedManifest', 'x/manifests');
  is('x/manifests/revisions/manifests/tags', 'december-2014', 'signedManifest', 'x/manifests/revisions');
  is('x/manifests/tags/manifests/tags/t/current/link', 'january-2015', 'tagCurrent', 'x/manifests/tags');
  is('x/manifests/tags/manifests/current/link', 'january-2015', 'tagCurrent', 'x');
  is(`x/manifests/revisions/sha256/${HEX}/link`, 'january-2015', 'revisionLink', 'x');
  is(`x/manifests/revisions/sha256/${HEX}/signatures/sha256/${HEX}/link`, 'january-2015', 'signatureLink', 'x');
  is(`x/uploads/uploads/${UUID}/startedat`, 'january-2015', 'uploadStartedAt', 'x/uploads');
  is('x/layers/_manifests/tags/t/current/link', 'released', 'tagCurrent', 'x/layers');
  isNothing(`x/layers/sha256/${HEX}/link`);
  isNothing('x/layers/README');
  isNothing('x/uploads/not-a-uuid/data');
  isNothing('x/manifests/tags/t/current/note');
  isNothing(`x/_manifests/manifests/latest`);
});

describe('the tables of the earlier forms', () => {
  for (const [age, { layout }] of Object.entries(AGES)) {
    it(`${age}: every row says what it is, and every object what it holds`, () => {
      for (const [kind, row] of Object.entries(layout as Layout)) {
        assert.match(row.about, /^[A-Z].*[.]$/, kind);
        if (row.type === 'object' && kind !== 'uploadHashState') assert.ok(row.content && row.writtenBy && row.removedBy, kind);
      }
    });
  }

  it('make no path of a kind that they do not have', () => {
    const pathFor = AGES['november-2014'].pathFor as (kind: string, values: object) => string;
    assert.throws(() => pathFor('revisionLink', {}), TypeError);
  });

  it('spell what the registries of their time spelled', () => {
    const name = parseRepositoryName('library/app');
    const tag = known(isTag, 'latest');
    const wanted: readonly (readonly [string, string])[] = [
      [AGES['november-2014'].pathFor('blobData', { blob: `sha256:${HEX}` as never }), `blob/sha256/ab/${HEX}`],
      [AGES['november-2014'].pathFor('layerIndex', { digest: TARSUM as never }), `layerindex/tarsum/v1/sha256/${HEX}`],
      [AGES['november-2014'].pathFor('signedManifest', { name, tag }), 'repositories/library/app/manifests/latest'],
      [AGES['december-2014'].pathFor('blobData', { blob: TARSUM as never }), `blob/tarsum/v1/sha256/ab/${HEX}`],
      [
        AGES['december-2014'].pathFor('layerLink', { name, digest: TARSUM as never }),
        `repositories/library/app/layers/tarsum/v1/sha256/ab/${HEX}`,
      ],
      [
        AGES['january-2015'].pathFor('layerLink', { name, digest: TARSUM as never }),
        `repositories/library/app/layers/tarsum/v1/sha256/${HEX}/link`,
      ],
      [AGES['january-2015'].pathFor('tagCurrent', { name, tag }), 'repositories/library/app/manifests/tags/latest/current/link'],
    ];
    for (const [path, text] of wanted) assert.equal(path, `${ROOT}/${text}`);
  });
});
