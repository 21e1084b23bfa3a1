/** oras: artifacts, and what refers to them. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.js';
import { assertInRegistry, assertSameImage, type Document, manifestOf, parseJson, referrersOf, sha256 } from '../oci-layout.js';
import type { World } from '../world.js';

const SBOM = 'application/vnd.example.sbom';

/** Pushes one artifact with two files and attaches an SBOM to it; answers with what was pushed. */
async function pushWithSbom(world: World, name: string): Promise<{ folder: string; remote: string; digest: string }> {
  const folder = await world.folder('oras');
  await writeFile(join(folder, 'notes.txt'), 'notes\n');
  await writeFile(join(folder, 'data.bin'), randomBytes(300_000));
  await writeFile(join(folder, 'sbom.json'), '{"packages":[]}');
  const remote = `${world.image(name)}:v1`;
  const files = ['notes.txt:text/plain', 'data.bin:application/octet-stream'];
  await world.run('oras', ['push', '--plain-http', '--artifact-type', 'application/vnd.example.thing', remote, ...files], {
    cwd: folder,
  });
  const attach = [
    'attach',
    '--plain-http',
    '--artifact-type',
    SBOM,
    '--annotation',
    'made=here',
    remote,
    'sbom.json:application/json',
  ];
  await world.run('oras', attach, { cwd: folder });
  return {
    folder,
    remote,
    digest: sha256(await manifestOf(world, name, 'v1')),
  };
}

/** The checks. */
export const oras: readonly Check[] = [
  {
    name: 'oras copies an index to the registry and back, byte for byte',
    async run(world, images) {
      const image = await images.index();
      const remote = `${world.image('oras/index')}:v1`;
      await world.run('oras', ['cp', '--from-oci-layout', '--to-plain-http', `${image.layout}:${image.tag}`, remote]);
      await assertInRegistry(world, 'oras/index', 'v1', image);
      const back = { layout: join(await world.folder('back'), 'layout'), tag: 'v1' };
      await world.run('oras', ['cp', '--from-plain-http', '--to-oci-layout', remote, `${back.layout}:${back.tag}`]);
      await assertSameImage(back, image);
    },
  },
  {
    name: 'oras pushes an artifact and pulls the same files',
    async run(world) {
      const { folder, remote } = await pushWithSbom(world, 'oras/files');
      const back = await world.folder('back');
      await world.run('oras', ['pull', '--plain-http', '--output', back, remote]);
      for (const file of ['notes.txt', 'data.bin'])
        assert.ok((await readFile(join(back, file))).equals(await readFile(join(folder, file))), file);
      const manifest = parseJson<Document>(await manifestOf(world, 'oras/files', 'v1'));
      assert.equal(manifest.artifactType, 'application/vnd.example.thing');
    },
  },
  {
    name: 'oras attaches to a subject with no fallback tag, and discovers it',
    async run(world) {
      const { remote, digest } = await pushWithSbom(world, 'oras/attached');
      const [referrer, ...more] = await referrersOf(world, 'oras/attached', digest, SBOM);
      assert.equal(more.length, 0);
      assert.equal(referrer?.artifactType, SBOM);
      assert.equal(referrer.annotations?.['made'], 'here');
      assert.deepEqual(await referrersOf(world, 'oras/attached', digest, 'application/vnd.example.other'), []);
      const said = await world.text('oras', [
        'discover',
        '--plain-http',
        '--distribution-spec',
        'v1.1-referrers-api',
        '--format',
        'json',
        remote,
      ]);
      assert.ok(said.includes(referrer.digest), said);
      assert.equal(await world.text('oras', ['repo', 'tags', '--plain-http', world.image('oras/attached')]), 'v1');
    },
  },
  {
    name: 'oras copies an artifact with all that refers to it to another repository, and deletes the referrer',
    async run(world) {
      const { remote, digest } = await pushWithSbom(world, 'oras/copied');
      const target = world.image('oras/copy');
      await world.run('oras', ['cp', '--recursive', '--from-plain-http', '--to-plain-http', remote, `${target}:v1`]);
      assert.equal(sha256(await manifestOf(world, 'oras/copy', 'v1')), digest);
      const [referrer] = await referrersOf(world, 'oras/copy', digest);
      assert.ok(referrer);
      await world.run('oras', ['manifest', 'delete', '--plain-http', '--force', `${target}@${referrer.digest}`]);
      assert.deepEqual(await referrersOf(world, 'oras/copy', digest), []);
      assert.equal((await referrersOf(world, 'oras/copied', digest)).length, 1);
    },
  },
];
