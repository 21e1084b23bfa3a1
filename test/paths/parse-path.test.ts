import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDigest } from '../../src/core/digest.js';
import { RegistryError } from '../../src/core/errors.js';
import { parseRepositoryName, parseTag } from '../../src/core/reference.js';
import { ROOT } from '../../src/paths/layout.js';
import { parsePath } from '../../src/paths/parse-path.js';
import { pathFor } from '../../src/paths/path-for.js';
import { spoiled } from '../core/arbitraries.js';
import { KINDS, pathOf, specs, specsOf } from './generated.js';

const HEX = 'ab'.repeat(32);

describe('a path', () => {
  for (const kind of KINDS) {
    it(`of ${kind} means what it was made from`, () => {
      fc.assert(fc.property(specsOf(kind), (spec) => assert.deepEqual(parsePath(pathOf(spec)), spec)));
    });
  }

  it('has only characters that every driver takes, and parts that every file system takes', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const path = pathOf(spec);
        assert.match(path, /^(?:\/[A-Za-z0-9._-]+)+$/);
        for (const part of path.split('/').slice(1)) {
          assert.ok(part.length <= 255, part);
          assert.ok(part !== '.' && part !== '..', path);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of one spec is never the path of another', () => {
    fc.assert(
      fc.property(specs, specs, (one, other) => {
        if (pathOf(one) === pathOf(other)) assert.deepEqual(one, other);
      }),
      { numRuns: 500 },
    );
  });

  it('that is nearly right means nothing, or is the one way to spell what it means', () => {
    fc.assert(
      fc.property(spoiled(specs.map(pathOf)), (path) => {
        const spec = parsePath(path);
        if (spec) assert.equal(pathOf(spec), path);
      }),
      { numRuns: 3000 },
    );
  });

  it('made of parts of other paths means nothing, or is the one way to spell what it means', () => {
    const parts = fc.constantFrom(
      ...[
        'blobs',
        'repositories',
        'a',
        'link',
        'data',
        'sha256',
        'sha512',
        'tarsum',
        'v0',
        'v1',
        'ab',
        HEX,
        '_layers',
        '_manifests',
      ],
      ...[
        'revisions',
        'signatures',
        'tags',
        'current',
        'index',
        '_uploads',
        'startedat',
        'hashstates',
        '0',
        '_trash',
        '',
        '..',
        '.',
      ],
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 14 }), (chosen) => {
        const path = [ROOT, ...chosen].join('/');
        const spec = parsePath(path);
        if (spec) assert.equal(pathOf(spec), path);
      }),
      { numRuns: 3000 },
    );
  });

  it('that is any text at all means nothing', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(parsePath(text), undefined)));
  });

  const foreign = [
    '',
    '/',
    ROOT,
    `${ROOT}/`,
    'docker/registry/v2/blobs',
    '/docker/registry/v1/blobs',
    '/docker/registry/v2x/blobs',
    `x${ROOT}/blobs`,
    `${ROOT}//blobs`,
    `${ROOT}/blobs/`,
    `${ROOT}/blobs/sha256`,
    `${ROOT}/blobs/sha256/ab`,
    `${ROOT}/blobs/sha256/${HEX}/data`,
    `${ROOT}/blobs/sha256/ac/${HEX}/data`,
    `${ROOT}/blobs/sha256/ab/${HEX}/data/`,
    `${ROOT}/blobs/sha256/ab/${HEX}/note`,
    `${ROOT}/blobs/sha256/ab/${HEX.toUpperCase()}/data`,
    `${ROOT}/blobs/md5/ab/${'ab'.repeat(16)}/data`,
    `${ROOT}/blobs/sha256/v1/sha256/ab/${HEX}/data`,
    `${ROOT}/repositories/`,
    `${ROOT}/repositories/A`,
    `${ROOT}/repositories/_a`,
    `${ROOT}/repositories/_layers`,
    `${ROOT}/repositories/a/_unknown`,
    `${ROOT}/repositories/a/_unknown/_layers`,
    `${ROOT}/repositories/a/_layers/sha256/ab/${HEX}/link`,
    `${ROOT}/repositories/a/_layers/sha256/${HEX}/link.2f9a.tmp`,
    `${ROOT}/repositories/a/_layers/tarsum/sha256/${HEX}/link`,
    `${ROOT}/repositories/a/_layers/tarsum/v1/md5/${HEX}/link`,
    `${ROOT}/repositories/a/_manifests/tags/.hidden`,
    `${ROOT}/repositories/a/_manifests/tags/1/current`,
    `${ROOT}/repositories/a/_manifests/tags/1/current/link/link`,
    `${ROOT}/repositories/a/_manifests/tags/1/../2/current/link`,
    `${ROOT}/repositories/a/_uploads/u/hashstates/sha256/007`,
    `${ROOT}/repositories/a/_uploads/u/hashstates/sha256/-1`,
    `${ROOT}/repositories/a/_uploads/u/hashstates/sha256/9007199254740993`,
    `${ROOT}/repositories/a/_trash/../links`,
    `${ROOT}/_gc/condemned/..`,
  ];
  for (const path of foreign) {
    it(`${JSON.stringify(path.replaceAll(HEX, '<hex>'))} means nothing`, () => assert.equal(parsePath(path), undefined));
  }

  it('of 128 nested folders, and of as many again that are no repository, is read', () => {
    const name = parseRepositoryName(Array.from({ length: 128 }, () => 'a').join('/'));
    const spec = { kind: 'tagCurrent', name, tag: parseTag('t') } as const;
    assert.deepEqual(parsePath(pathOf(spec)), spec);
    assert.equal(parsePath(`${ROOT}/repositories/${'a/'.repeat(100_000)}_layers`), undefined);
    assert.equal(parsePath(`${ROOT}/${'_layers/'.repeat(100_000)}`), undefined);
  });

  it('keeps a tarsum and its version apart from plain hashes', () => {
    const name = parseRepositoryName('a');
    const paths = ['sha256', 'tarsum+sha256', 'tarsum.v1+sha256', 'tarsum.dev+sha256'].map((algorithm) =>
      pathFor('layerLink', { name, digest: parseDigest(`${algorithm}:${HEX}`) }),
    );
    assert.equal(new Set(paths).size, paths.length);
  });

  it('is not made for an entry whose name would lead out of its folder', () => {
    const name = parseRepositoryName('a');
    for (const entry of ['', '.', '..', '../../a', 'a/b', '/', '.hidden', 'a\0', 'a\n', 'a'.repeat(256)]) {
      assert.throws(
        () => pathFor('trashEntry', { name, entry }),
        (error) => error instanceof RegistryError && error.code === 'NOT_FOUND',
        JSON.stringify(entry),
      );
    }
  });
});
