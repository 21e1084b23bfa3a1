import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/core/digest.js';
import { RegistryError } from '../../src/core/errors.js';
import { MEDIA_TYPES } from '../../src/core/media-type.js';
import { isPushOfSchema1, MAX_MANIFEST_BYTES, mediaTypeOf, parseManifest } from '../../src/manifest/manifest.js';
import { bytesOf, RECORDED } from './recorded.js';

const { ociImage, ociIndex, ociArtifact, dockerImage, dockerList } = MEDIA_TYPES;
const DIGEST = digestOf(Buffer.from('a'));
const OTHER = digestOf(Buffer.from('b'));
const UNKNOWN = 'application/vnd.example.thing.v1+json';

const descriptor = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: DIGEST, size: 1 };
const image = { schemaVersion: 2, mediaType: ociImage, config: descriptor, layers: [] };
const index = { schemaVersion: 2, mediaType: ociIndex, manifests: [] };

function encode(document: unknown): Buffer {
  return Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
}

function refuse(document: unknown, contentType: string | undefined, message: RegExp, status = 400): void {
  assert.throws(
    () => parseManifest(Buffer.isBuffer(document) ? document : encode(document), contentType),
    (error) => {
      assert.ok(error instanceof RegistryError, String(error));
      assert.deepEqual([error.code, error.status], ['MANIFEST_INVALID', status]);
      assert.match(error.message, message);
      return true;
    },
  );
}

describe('recorded manifests', () => {
  for (const { file, mediaType, blobs = 0, manifests = 0, optional = 0, artifactType, subject } of RECORDED) {
    it(`${file} is read`, () => {
      const parsed = parseManifest(bytesOf(file), mediaType);
      const kinds = parsed.references.map((reference) => reference.kind);
      assert.equal(parsed.mediaType, mediaType);
      assert.equal(kinds.filter((kind) => kind === 'blob').length, blobs);
      assert.equal(kinds.filter((kind) => kind === 'manifest').length, manifests);
      assert.equal(parsed.references.filter((reference) => !reference.required).length, optional);
      assert.equal(parsed.artifactType, artifactType);
      assert.equal(parsed.subject !== undefined, subject === true);
      assert.equal(parsed.selfDescribing, true);
    });

    it(`${file} is the same without a Content-Type`, () => {
      assert.deepEqual(parseManifest(bytesOf(file)), parseManifest(bytesOf(file), mediaType));
      assert.equal(mediaTypeOf(bytesOf(file)), mediaType);
    });
  }

  it('docker schema 1 is told from all else, under its types and under those that say only JSON', () => {
    const { dockerSchema1, dockerSchema1Signed } = MEDIA_TYPES;
    for (const type of [
      dockerSchema1,
      dockerSchema1Signed,
      `${dockerSchema1Signed}; charset=utf-8`,
      'application/json',
      undefined,
    ]) {
      assert.equal(isPushOfSchema1(bytesOf('docker-schema1'), type), true);
      refuse(bytesOf('docker-schema1'), type, /read together with its signatures/);
    }
  });
});

describe('the references of a manifest', () => {
  const second = { ...descriptor, digest: OTHER, size: 2 };

  it('stand in order, configuration first, each once', () => {
    const document = { ...image, config: second, layers: [descriptor, second, descriptor] };
    assert.deepEqual(parseManifest(encode(document)).references, [
      { kind: 'blob', descriptor: second, required: true },
      { kind: 'blob', descriptor, required: true },
    ]);
  });

  it('are required when any of their places requires them', () => {
    const elsewhere = { ...descriptor, urls: ['https://example.org/a'] };
    for (const layers of [
      [elsewhere, descriptor],
      [descriptor, elsewhere],
    ]) {
      const { references } = parseManifest(encode({ ...image, config: second, layers }));
      assert.deepEqual(
        references.map(({ required }) => required),
        [true, true],
      );
    }
    assert.equal(parseManifest(encode({ ...image, config: elsewhere })).references[0]?.required, true);
  });

  it('are not required of the types that are never pushed, with addresses or without', () => {
    const types = [
      'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      'application/vnd.docker.image.rootfs.foreign.diff.tar',
    ];
    for (const mediaType of types) {
      const { references } = parseManifest(encode({ ...image, config: second, layers: [{ ...descriptor, mediaType }] }));
      assert.equal(references[1]?.required, false, mediaType);
    }
  });

  it('are always required when they are manifests', () => {
    const { references } = parseManifest(encode({ ...index, manifests: [{ ...descriptor, urls: ['https://example.org/a'] }] }));
    assert.equal(references[0]?.required, true);
  });

  it('keep the addresses of layers that are fetched elsewhere', () => {
    const urls = ['https://example.org/a', 'https://example.org/b'];
    const { references } = parseManifest(encode({ ...image, config: second, layers: [{ ...descriptor, urls }] }));
    assert.deepEqual(references[1], { kind: 'blob', descriptor, required: false, urls });
  });

  it('may be missing where programs write null for an empty list', () => {
    assert.equal(parseManifest(encode({ ...image, layers: null, manifests: null })).references.length, 1);
    assert.equal(parseManifest(encode({ ...index, manifests: null, layers: null })).references.length, 0);
  });

  it('may lack a media type, as docker/distribution lets them', () => {
    const { mediaType: _, ...bare } = descriptor;
    const parsed = parseManifest(encode({ ...image, config: bare }));
    assert.equal(parsed.references[0]?.descriptor.mediaType, '');
    assert.equal(parsed.artifactType, undefined);
  });

  it('are 10,000 in a list at most', () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ digest: DIGEST, size: 1 }));
    assert.equal(parseManifest(encode({ ...index, manifests: many(10_000) })).references.length, 1);
    refuse({ ...index, manifests: many(10_001) }, ociIndex, /more than 10000/);
  });
});

describe('a descriptor', () => {
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['that is a text', 'sha256:...', /layers\[0\] is a descriptor/],
    ['that is a list', [], /is a descriptor/],
    ['that is null', null, /is a descriptor/],
    ['without a digest', { ...descriptor, digest: undefined }, /digest is no digest/],
    ['with a digest of an unknown hash', { ...descriptor, digest: `md5:${'a'.repeat(32)}` }, /digest is no digest/],
    ['with a digest that is a list of one', { ...descriptor, digest: [DIGEST] }, /digest is no digest/],
    ['without a size', { ...descriptor, size: undefined }, /size is a number/],
    ['with a negative size', { ...descriptor, size: -1 }, /size is a number/],
    ['with half a byte', { ...descriptor, size: 0.5 }, /size is a number/],
    ['with a size in words', { ...descriptor, size: '1' }, /size is a number/],
    ['with a size beyond exact numbers', { ...descriptor, size: 2 ** 53 }, /size is a number/],
    ['with a media type that is a number', { ...descriptor, mediaType: 1 }, /mediaType is a text/],
    ['with one URL outside of a list', { ...descriptor, urls: 'https://example.org' }, /urls is a list/],
    ['with a URL that is a number', { ...descriptor, urls: [1] }, /urls is a list/],
    ['with data that is no base64', { ...descriptor, data: 'YQ' }, /base64/],
    ['with data that is a number', { ...descriptor, data: 1 }, /base64/],
    ['with data of other content', { ...descriptor, data: 'Yg==' }, /not the content/],
    ['with data of another size', { ...descriptor, size: 2, data: 'YQ==' }, /not the content/],
  ];
  for (const [what, value, message] of wrong) {
    it(`${what} makes the manifest invalid, wherever it stands`, () => {
      refuse({ ...image, layers: [value] }, ociImage, message);
      if (!message.source.includes('urls'))
        refuse({ ...image, subject: value ?? 1 }, ociImage, new RegExp(message.source.replace('layers\\[0\\]', 'subject')));
      refuse({ mediaType: ociArtifact, blobs: [value] }, ociArtifact, new RegExp(message.source.replace('layers', 'blobs')));
      refuse({ ...index, manifests: [value] }, ociIndex, new RegExp(message.source.replace('layers', 'manifests')));
    });
  }

  it('may embed its content, of up to what a manifest may have', () => {
    const content = Buffer.alloc(2 * 1024 * 1024, 'x');
    const embedded = {
      ...descriptor,
      digest: digestOf(content, 'sha512'),
      size: content.length,
      data: content.toString('base64'),
    };
    assert.equal(parseManifest(encode({ ...image, layers: [embedded] })).references.length, 2);
    refuse({ ...image, layers: [{ ...embedded, data: `AAAA${embedded.data.slice(4)}` }] }, ociImage, /not the content/);
  });
});

describe('what is no manifest', () => {
  const table: readonly (readonly [string, unknown, string | undefined, RegExp])[] = [
    ['bytes that are no JSON', 'hello', ociImage, /JSON object/],
    ['no bytes', '', ociImage, /JSON object/],
    ['no bytes and no type', '', undefined, /Content-Type is missing/],
    ['a list', '[]', ociImage, /JSON object/],
    ['a text', '"a"', dockerList, /JSON object/],
    ['null', 'null', ociIndex, /JSON object/],
    ['a byte order mark', `\uFEFF${JSON.stringify(image)}`, ociImage, /JSON object/],
    ['something behind the end', `${JSON.stringify(image)}{}`, ociImage, /JSON object/],
    ['bytes that are no UTF-8', Buffer.from([...encode('{"a":"'), 0xff, ...encode('"}')]), ociImage, /UTF-8/],
    ['an image in UTF-16', Buffer.from(JSON.stringify(image), 'utf16le'), ociImage, /UTF-8/],
    ['a document that is too deep', `{"a":${'['.repeat(64)}${']'.repeat(64)}}`, ociImage, /64 levels/],
    ['a document that is a million levels deep', '['.repeat(1_000_000), ociImage, /64 levels/],
    ['an image with another schemaVersion', { ...image, schemaVersion: 3 }, ociImage, /schemaVersion 2/],
    ['an image without schemaVersion', { ...image, schemaVersion: undefined }, ociImage, /schemaVersion 2/],
    ['an index with a schemaVersion in words', { ...index, schemaVersion: '2' }, ociIndex, /schemaVersion 2/],
    ['an image without configuration', { ...image, config: undefined }, ociImage, /has a config/],
    ['an image whose configuration is null', { ...image, config: null }, ociImage, /config is a descriptor/],
    ['an image whose layers are an object', { ...image, layers: {} }, ociImage, /layers is a list/],
    ['an index whose manifests are a text', { ...index, manifests: 'a' }, ociIndex, /manifests is a list/],
    ['a media type that is a number', { ...image, mediaType: 1 }, ociImage, /mediaType is a text/],
    ['a media type that is a list of the right one', { ...image, mediaType: [ociImage] }, ociImage, /mediaType is a text/],
    ['an artifact type that is a list', { ...image, artifactType: [] }, ociImage, /artifactType is a text/],
    ['annotations that are a list', { ...image, annotations: ['a'] }, ociImage, /annotations/],
    ['an annotation that is a number', { ...index, annotations: { a: 1 } }, ociIndex, /annotations/],
    ['an image that is an index too', { ...image, manifests: [] }, ociImage, /not both/],
    ['an index that has layers too', { ...index, layers: [] }, ociIndex, /not both/],
    ['a list that has a configuration too', { ...index, mediaType: dockerList, config: descriptor }, dockerList, /not both/],
    [
      'an ambiguous document without types',
      { schemaVersion: 2, manifests: [], layers: [], config: descriptor },
      undefined,
      /not both/,
    ],
    ['a document that says it is another type', { ...image, mediaType: dockerImage }, ociImage, /but the document says/],
    ['a known document under an unknown type', image, 'application/json', /but the document says/],
    ['an unknown document under a known type', { ...image, mediaType: UNKNOWN }, ociImage, /but the document says/],
    ['JSON that tells no type, without a Content-Type', {}, undefined, /does not tell its type/],
    ['JSON of schemaVersion 2 alone', { schemaVersion: 2 }, undefined, /does not tell its type/],
    ['a Content-Type that is none', image, 'image', /no media type/],
    ['a Content-Type with a line end in it', 'x', 'text/plain\r\nx: y', /no media type/],
    ['a Content-Type without end', 'x', `text/${'x'.repeat(200)}`, /no media type/],
    ['a type in the document that is none', { mediaType: 'a/b\nc' }, undefined, /no media type/],
  ];
  for (const [what, document, contentType, message] of table) {
    it(`${what} is refused with a sentence that says why`, () => refuse(document, contentType, message));
  }

  it('more than 4 MiB are refused as too large, whatever they are', () => {
    assert.equal(MAX_MANIFEST_BYTES, 4_194_304);
    refuse(Buffer.alloc(MAX_MANIFEST_BYTES + 1, ' '), ociImage, /at most 4194304 bytes/, 413);
    refuse(Buffer.alloc(MAX_MANIFEST_BYTES + 1), UNKNOWN, /at most/, 413);
    const padded = Buffer.concat([encode(image), Buffer.alloc(MAX_MANIFEST_BYTES - encode(image).length, ' ')]);
    assert.equal(parseManifest(padded).mediaType, ociImage);
  });
});

describe('the media type', () => {
  it('is the Content-Type without its parameters', () => {
    assert.equal(parseManifest(encode(image), ` ${ociImage} ; charset=utf-8`).mediaType, ociImage);
    assert.equal(parseManifest(encode('x'), 'text/plain;charset="a;b"').mediaType, 'text/plain');
  });

  it('is the document’s when the Content-Type is empty', () => {
    assert.equal(parseManifest(encode(index), '').mediaType, ociIndex);
    assert.equal(parseManifest(encode({ mediaType: UNKNOWN }), ' ; a=b').mediaType, UNKNOWN);
  });

  it('is known in any case, and served as it came when it is not known', () => {
    assert.equal(parseManifest(encode(image), ociImage.toUpperCase()).mediaType, ociImage);
    assert.equal(parseManifest(encode('x'), 'Application/X-Thing').mediaType, 'Application/X-Thing');
  });

  it('is to be kept beside the bytes when they tell none, or another', () => {
    const { mediaType: _, ...untyped } = image;
    assert.equal(parseManifest(encode(untyped), ociImage).selfDescribing, true);
    assert.equal(parseManifest(encode(untyped), dockerImage).selfDescribing, false);
    assert.equal(parseManifest(encode({ blobs: [] }), ociArtifact).selfDescribing, false);
    assert.equal(parseManifest(encode('x'), 'text/plain').selfDescribing, false);
    assert.equal(parseManifest(encode({}), UNKNOWN).selfDescribing, false);
    assert.equal(parseManifest(encode({ mediaType: UNKNOWN }), UNKNOWN).selfDescribing, true);
    assert.equal(parseManifest(encode({ mediaType: UNKNOWN }), UNKNOWN.toUpperCase()).selfDescribing, false);
  });

  it('is told by the bytes as docker/distribution tells it', () => {
    assert.equal(mediaTypeOf(encode({ schemaVersion: 2, manifests: [] })), ociIndex);
    assert.equal(mediaTypeOf(encode({ schemaVersion: 2, manifests: null, config: descriptor })), ociImage);
    assert.equal(mediaTypeOf(encode({ schemaVersion: 2, layers: [] })), ociImage);
    assert.equal(mediaTypeOf(encode({ schemaVersion: 2, mediaType: '', layers: [] })), ociImage);
    assert.equal(mediaTypeOf(encode({ schemaVersion: 1, layers: [] })), undefined);
    assert.equal(mediaTypeOf(encode('[]')), undefined);
    assert.equal(mediaTypeOf(encode('x')), undefined);
  });
});

describe('a manifest of an unknown type', () => {
  it('is taken with any bytes', () => {
    for (const bytes of [encode(''), encode('x'), Buffer.from([0xff, 0]), encode('['.repeat(100_000))]) {
      assert.deepEqual(parseManifest(bytes, 'application/x-thing'), {
        mediaType: 'application/x-thing',
        selfDescribing: false,
        references: [],
      });
    }
  });

  it('has a subject, a type and annotations when it is JSON that has them', () => {
    const document = { subject: descriptor, artifactType: 'application/x', annotations: { a: 'b' }, layers: [descriptor] };
    assert.deepEqual(parseManifest(encode(document), UNKNOWN), {
      mediaType: UNKNOWN,
      selfDescribing: false,
      references: [],
      subject: descriptor,
      artifactType: 'application/x',
      annotations: { a: 'b' },
    });
  });

  it('may mean something else by these names, each on its own', () => {
    const document = { subject: 'Hello', artifactType: 1, annotations: { a: 'b' } };
    assert.deepEqual(parseManifest(encode(document), UNKNOWN).annotations, { a: 'b' });
    assert.equal(parseManifest(encode(document), UNKNOWN).subject, undefined);
    assert.deepEqual(parseManifest(encode({ annotations: 1, subject: descriptor }), UNKNOWN).subject, descriptor);
  });
});

describe('the subject of a manifest', () => {
  it('is no reference: it need not exist', () => {
    const parsed = parseManifest(encode({ ...image, subject: { ...descriptor, digest: OTHER } }));
    assert.equal(parsed.subject?.digest, OTHER);
    assert.ok(parsed.references.every((reference) => reference.descriptor.digest !== OTHER));
  });

  it('and annotations that are null are none', () => {
    const { subject, annotations } = parseManifest(encode({ ...index, subject: null, annotations: null }));
    assert.deepEqual([subject, annotations], [undefined, undefined]);
  });

  it('does not change the artifact type: own, else the configuration’s, else none', () => {
    assert.equal(parseManifest(encode({ ...image, artifactType: 'a/b' })).artifactType, 'a/b');
    assert.equal(parseManifest(encode({ ...image, artifactType: '' })).artifactType, descriptor.mediaType);
    assert.equal(parseManifest(encode(index)).artifactType, undefined);
  });
});
