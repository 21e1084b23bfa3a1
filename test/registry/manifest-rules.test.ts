/** Rules for manifests: what each kind of push gets, by what is configured. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { loadConfiguration } from '../../src/config/load.js';
import { digestOf } from '../../src/core/digest.js';
import { RegistryError } from '../../src/core/errors.js';
import { parseRepositoryName } from '../../src/core/reference.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { manifestRulesFrom } from '../../src/manifest-rules.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import type { PutManifestOptions } from '../../src/registry/registry.js';
import { openStores } from '../../src/store/stores.js';
import { textFiles } from '../support/text-files.js';

const { fileWith } = textFiles();
const OCI = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
const PLUGIN_CONFIG = 'application/vnd.docker.plugin.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const bytes = Buffer.from('{}');
const here = digestOf(bytes);
const gone = digestOf(Buffer.from('gone'));

type Outcome = 'taken' | readonly string[];
interface Pusher {
  put(document: object, options?: PutManifestOptions): Promise<Outcome>;
}

/** A repository of a registry with this configuration, which has one blob. */
async function pusher(text: string): Promise<Pusher> {
  const file = fileWith(`version: 0.1\nstorage: inmemory\n${text}\n`);
  const rules = manifestRulesFrom((await loadConfiguration({ file })).configuration);
  const { uploads, manifests } = createRegistry(openStores(createMemoryDriver()), { rules }).repository(parseRepositoryName('a'));
  const { id } = await uploads.start();
  await uploads.append(id, Readable.from([bytes]));
  await uploads.commit(id, here);
  return {
    put: (document, options) =>
      manifests.put(Buffer.from(JSON.stringify(document)), options).then(
        () => 'taken' as const,
        (error: unknown) => {
          assert.ok(error instanceof RegistryError, String(error));
          return [error, ...error.more].map(({ code, status }) => `${code} ${status}`);
        },
      ),
  };
}

const image = (layers: readonly object[], mediaType = OCI, config = OCI_CONFIG) => ({
  schemaVersion: 2,
  mediaType,
  config: { mediaType: config, digest: here, size: 2 },
  layers,
});
const layer = (...urls: readonly string[]) => ({ mediaType: LAYER, digest: gone, size: 4, urls });
const index = (...platforms: readonly (object | undefined)[]) => ({
  schemaVersion: 2,
  mediaType: INDEX,
  manifests: platforms.map((platform) => ({ mediaType: OCI, digest: gone, size: 4, ...(platform ? { platform } : {}) })),
});
const urls = (text: string) => `validation: {manifests: {urls: {${text}}}}`;
const indexes = (text: string) => `validation: {manifests: {indexes: {${text}}}}`;
const INVALID = ['MANIFEST_INVALID 400'];
const MISSING = ['MANIFEST_BLOB_UNKNOWN 400'];
const DENIED = ['DENIED 403'];
const GOOD = 'https://a.example.com/x';
const EVIL = 'https://evil.example/x';

describe('URLs in manifests', () => {
  it('are all taken where nothing is said of them, or validation is disabled', async () => {
    for (const text of [
      '',
      'validation: {disabled: true}',
      'validation: {}',
      `${urls('allow: [x]').slice(0, -1)}, disabled: true}`,
    ])
      assert.equal(await (await pusher(text)).put(image([layer(EVIL)])), 'taken', text);
  });

  it('are none of them taken where validation is on and says nothing of them', async () => {
    const some = [urls('allow: []'), urls('deny: []'), indexes('platforms: all'), 'validation: {enabled: true, disabled: true}'];
    for (const text of [...some, 'validation: {enabled: false}', 'validation: {disabled: false}']) {
      const { put } = await pusher(text);
      assert.deepEqual(await put(image([layer(GOOD)])), INVALID, text);
      assert.equal(await put(image([])), 'taken', text);
    }
  });

  it('match one of those that are allowed, and none of those that are denied', async () => {
    const both = await pusher(urls("allow: ['^https?://([^/]+\\.)*example\\.com/', '^http://b/'], deny: ['^https://www\\.']"));
    assert.equal(await both.put(image([layer(GOOD, 'http://b/')])), 'taken');
    for (const url of [EVIL, 'https://www.example.com/', 'https://example.com.evil/', ''])
      assert.deepEqual(await both.put(image([layer(GOOD, url)])), INVALID, url);
    const denied = await pusher(urls("deny: ['evil']"));
    assert.equal(await denied.put(image([layer(GOOD)])), 'taken');
    assert.deepEqual(await denied.put(image([layer(EVIL)])), INVALID);
  });

  it('are of HTTP, without a fragment or anything that readers take differently', async () => {
    const { put } = await pusher(urls("allow: ['']"));
    const odd = [
      'ftp://a/x',
      '//a/x',
      'a',
      `${GOOD}#f`,
      `${GOOD}\n`,
      ' https://a/',
      'https://a\\@b/',
      'https://a b/',
      'https:a',
      'http://',
    ];
    for (const url of odd) assert.deepEqual(await put(image([layer(url)])), INVALID, url);
    for (const url of [GOOD, `${GOOD}#`, 'HTTP://A/?q=é']) assert.equal(await put(image([layer(url)])), 'taken', url);
  });

  it('count wherever they stand, also beside another mention of the same content', async () => {
    const { put } = await pusher(urls("allow: ['example\\.com']"));
    const there = { mediaType: LAYER, digest: here, size: 2 };
    assert.deepEqual(await put(image([there, { ...there, urls: [EVIL] }])), INVALID);
    assert.deepEqual(await put({ ...image([]), config: { ...image([]).config, urls: [EVIL] } }), INVALID);
    const child = { mediaType: OCI, digest: gone, size: 4, urls: [EVIL] };
    assert.deepEqual(await put({ schemaVersion: 2, mediaType: INDEX, manifests: [child] }), INVALID);
  });

  it('are told one by one, for each content', async () => {
    const { put } = await pusher(urls("allow: ['example\\.com']"));
    const other = { ...layer(EVIL), digest: digestOf(Buffer.from('other')) };
    assert.deepEqual(await put(image([layer(EVIL), other])), [...INVALID, ...INVALID]);
  });

  it('are not looked at when they are more than any manifest has', async () => {
    const { put } = await pusher(urls("allow: ['']"));
    const many = Array.from({ length: 700 }, (_, each) => `${GOOD}${'y'.repeat(100)}${each}`);
    assert.deepEqual(await put(image([layer(...many)])), INVALID);
    assert.equal(await put(image([layer(...many.slice(0, 400))])), 'taken');
  });
});

describe('children of an index', () => {
  const [amd64, arm64] = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64' },
  ];

  it('must be there, unless something else is said', async () => {
    for (const text of [
      '',
      indexes('platforms: all'),
      indexes('platforms: list'),
      indexes('platformlist: [{os: a, architecture: b}]'),
    ])
      assert.deepEqual(await (await pusher(text)).put(index(amd64)), MISSING, text);
  });

  it('need not be there with none, or with validation disabled', async () => {
    for (const text of [indexes('platforms: none'), 'validation: {disabled: true}']) {
      const { put } = await pusher(text);
      assert.equal(await put(index(amd64, undefined)), 'taken', text);
      assert.deepEqual(await put(image([{ ...layer(), urls: undefined }])), MISSING, text);
    }
  });

  it('must be there with a list when they are of one of its platforms, or of none that is told', async () => {
    const { put } = await pusher(indexes('platforms: list, platformlist: [{os: linux, architecture: amd64}]'));
    assert.equal(await put(index(arm64, { os: 'windows', architecture: 'amd64' })), 'taken');
    assert.deepEqual(await put(index(amd64)), MISSING);
    assert.deepEqual(await put(index(undefined)), MISSING);
    assert.deepEqual(await put(index(arm64, amd64)), MISSING, 'the same content for two platforms');
    assert.deepEqual(await put(index(arm64, undefined)), MISSING);
  });
});

describe('classes of content', () => {
  const policy = (classes: string) => pusher(`policy: {repository: {classes: [${classes}]}}`);

  it('are all taken where none is named', async () => {
    const { put } = await policy('');
    for (const config of [DOCKER_CONFIG, PLUGIN_CONFIG, 'application/x'])
      assert.equal(await put(image([], DOCKER, config), { classes: ['x'] }), 'taken');
  });

  it('are told by the configuration; what has none is not taken, but for an index', async () => {
    const [images, plugins] = [await policy('image'), await policy('plugin')];
    for (const document of [image([]), image([], DOCKER, DOCKER_CONFIG)])
      assert.deepEqual([await images.put(document), await plugins.put(document)], ['taken', DENIED]);
    const plugin = image([], DOCKER, PLUGIN_CONFIG);
    assert.deepEqual([await images.put(plugin), await plugins.put(plugin)], [DENIED, 'taken']);
    const others = [image([], OCI, 'application/vnd.cncf.helm.config.v1+json'), image([], OCI, PLUGIN_CONFIG)];
    for (const document of [...others, { schemaVersion: 2, mediaType: 'application/vnd.example+json' }])
      assert.deepEqual([await images.put(document), await plugins.put(document)], [DENIED, DENIED]);
    assert.equal(await images.put(index()), 'taken');
  });

  it('are those of the rights too, where these tell', async () => {
    const { put } = await policy('image, plugin');
    const plugin = image([], DOCKER, PLUGIN_CONFIG);
    assert.deepEqual(await put(plugin, { classes: ['image'] }), DENIED);
    assert.equal(await put(plugin, { classes: ['image', 'plugin'] }), 'taken');
    assert.equal(await put(plugin), 'taken');
    assert.deepEqual(await put(image([]), { classes: [] }), DENIED);
  });
});
