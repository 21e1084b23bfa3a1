import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Digest, parseDigest } from '../../src/core/digest.js';
import { isUploadId, parseRepositoryName, parseTag } from '../../src/core/reference.js';
import { ROOT } from '../../src/paths/layout.js';
import { type PathSpec, parsePath } from '../../src/paths/parse-path.js';
import { pathFor } from '../../src/paths/path-for.js';
import { known } from '../core/arbitraries.js';
import { pathOf } from './generated.js';

/** A recorded run of docker/distribution 2.8.2: a layer, a configuration and two manifests, pushed and mounted. */
const L = '1a8d8ec3f3de4fca93eeab23cdf81f07596a077845ee5400631c386b2928b4c2';
const C = '66ecb21a1add5e5465c1c4fd770ee5fab4be34a406a8f3897485118ac51a2673';
const M1 = '3de0b157e85ec60c001fd1a376e86e7993d319df581447842683f071b9d2346b';
const M2 = '80ed8e5347b4763b4d88290c604ebd5d34b8e14e3cccab1f828ecc8ef4e26035';
const UPLOAD = '302c4430-9ea6-4922-a4c9-fd10b586b057';

const sha256 = (hex: string): Digest => parseDigest(`sha256:${hex}`);
const app = parseRepositoryName('library/app');
const other = parseRepositoryName('library/other');
const upload = known(isUploadId, UPLOAD);

const RECORDED: readonly (readonly [string, PathSpec])[] = [
  [`blobs/sha256/1a/${L}/data`, { kind: 'blobData', blob: sha256(L) }],
  [`blobs/sha256/3d/${M1}/data`, { kind: 'blobData', blob: sha256(M1) }],
  [`blobs/sha256/66/${C}/data`, { kind: 'blobData', blob: sha256(C) }],
  [`blobs/sha256/80/${M2}/data`, { kind: 'blobData', blob: sha256(M2) }],
  [`repositories/library/app/_layers/sha256/${L}/link`, { kind: 'layerLink', name: app, digest: sha256(L) }],
  [`repositories/library/app/_layers/sha256/${C}/link`, { kind: 'layerLink', name: app, digest: sha256(C) }],
  [`repositories/library/app/_manifests/revisions/sha256/${M1}/link`, { kind: 'revisionLink', name: app, digest: sha256(M1) }],
  [`repositories/library/app/_manifests/revisions/sha256/${M2}/link`, { kind: 'revisionLink', name: app, digest: sha256(M2) }],
  ['repositories/library/app/_manifests/tags/1/current/link', { kind: 'tagCurrent', name: app, tag: parseTag('1') }],
  [
    `repositories/library/app/_manifests/tags/1/index/sha256/${M1}/link`,
    { kind: 'tagIndexLink', name: app, tag: parseTag('1'), digest: sha256(M1) },
  ],
  ['repositories/library/app/_manifests/tags/latest/current/link', { kind: 'tagCurrent', name: app, tag: parseTag('latest') }],
  [
    `repositories/library/app/_manifests/tags/latest/index/sha256/${M2}/link`,
    { kind: 'tagIndexLink', name: app, tag: parseTag('latest'), digest: sha256(M2) },
  ],
  [`repositories/library/app/_uploads/${UPLOAD}/data`, { kind: 'uploadData', name: app, upload }],
  [
    `repositories/library/app/_uploads/${UPLOAD}/hashstates/sha256/100`,
    { kind: 'uploadHashState', name: app, upload, algorithm: 'sha256', offset: 100 },
  ],
  [`repositories/library/app/_uploads/${UPLOAD}/startedat`, { kind: 'uploadStartedAt', name: app, upload }],
  [`repositories/library/other/_layers/sha256/${L}/link`, { kind: 'layerLink', name: other, digest: sha256(L) }],
  [
    `repositories/library/other/_manifests/revisions/sha256/${M1}/link`,
    { kind: 'revisionLink', name: other, digest: sha256(M1) },
  ],
];

describe('the paths of docker/distribution', () => {
  for (const [path, spec] of RECORDED) {
    it(`${path.replace(/[0-9a-f]{56}(?=\/)/, '...')} is made and read as it was recorded`, () => {
      assert.equal(pathOf(spec), `${ROOT}/${path}`);
      assert.deepEqual(parsePath(`${ROOT}/${path}`), spec);
    });
  }

  it('signatures of schema 1 stand below their revision, as releases 2.0 to 2.4 wrote them', () => {
    assert.equal(
      pathFor('signatureLink', { name: app, digest: sha256(M1), signature: sha256(M2) }),
      `${ROOT}/repositories/library/app/_manifests/revisions/sha256/${M1}/signatures/sha256/${M2}/link`,
    );
  });

  const [hex64, hex128] = ['ab12'.repeat(16), 'ab12'.repeat(32)];
  const algorithms: readonly (readonly [string, string, string])[] = [
    ['sha256', hex64, 'sha256'],
    ['sha512', hex128, 'sha512'],
    ['tarsum.v1+sha256', hex64, 'tarsum/v1/sha256'],
    ['tarsum+sha256', hex64, 'tarsum/v0/sha256'],
    ['tarsum.dev+sha256', hex64, 'tarsum/dev/sha256'],
    ['tarsum.dev+sha512', hex128, 'tarsum/dev/sha512'],
  ];
  for (const [algorithm, hex, folder] of algorithms) {
    it(`${algorithm} stands in ${folder}, and in the blob store in folders of two letters`, () => {
      const digest = parseDigest(`${algorithm}:${hex}`);
      assert.equal(pathFor('layerLink', { name: app, digest }), `${ROOT}/repositories/library/app/_layers/${folder}/${hex}/link`);
      assert.equal(pathFor('blobData', { blob: digest }), `${ROOT}/blobs/${folder}/ab/${hex}/data`);
    });
  }

  it('the longest of them fits every file system', () => {
    const digest = parseDigest(`tarsum.dev+sha512:${'f'.repeat(128)}`);
    for (const name of ['a'.repeat(255), Array.from({ length: 128 }, () => 'a').join('/')]) {
      const path = pathFor('tagIndexLink', { name: parseRepositoryName(name), tag: parseTag('t'.repeat(128)), digest });
      assert.ok(path.length < 700, String(path.length));
      assert.ok(path.split('/').every((part) => part.length <= 255));
    }
  });
});
