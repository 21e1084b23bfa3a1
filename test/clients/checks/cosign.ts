/** cosign: signatures with a key of our own, kept as referrers and as tags, with no service outside this machine. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.js';
import type { Images } from '../images.js';
import { descriptorOf, referrersOf, tagsOf } from '../oci-layout.js';
import type { World } from '../world.js';

/** An image in the registry and a fresh key pair. */
async function imageAndKeys(
  world: World,
  images: Images,
  name: string,
): Promise<{ remote: string; digest: string; folder: string }> {
  const image = await images.small();
  const folder = await world.folder('cosign');
  await world.run('cosign', ['generate-key-pair'], { cwd: folder });
  await world.run('skopeo', [
    'copy',
    '--quiet',
    '--dest-tls-verify=false',
    `oci:${image.layout}:${image.tag}`,
    `docker://${world.image(name)}:v1`,
  ]);
  const { digest } = await descriptorOf(image);
  return { remote: `${world.image(name)}@${digest}`, digest, folder };
}

const PLAIN = ['--allow-http-registry', '--allow-insecure-registry'];

/** The checks. */
export const cosign: readonly Check[] = [
  {
    name: 'cosign signs an image as a bundle that refers to it, and verifies it; another key does not',
    async run(world, images) {
      const { remote, digest, folder } = await imageAndKeys(world, images, 'cosign/bundle');
      const sign = [
        'sign',
        '--yes',
        ...PLAIN,
        '--tlog-upload=false',
        '--use-signing-config=false',
        '--new-bundle-format',
        '--key',
        'cosign.key',
        remote,
      ];
      await world.run('cosign', sign, { cwd: folder });
      const referrers = await referrersOf(world, 'cosign/bundle', digest);
      assert.equal(referrers.length, 1);
      assert.match(referrers[0]?.artifactType ?? '', /^application\/vnd\.dev\.sigstore\.bundle/);
      assert.deepEqual(await tagsOf(world, 'cosign/bundle'), ['v1'], 'no tag stands in for the referrer');
      const trust = join(folder, 'trust.json');
      await writeFile(trust, '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}');
      const verify = ['verify', ...PLAIN, '--insecure-ignore-tlog', '--new-bundle-format', '--trusted-root', trust, '--key'];
      await world.run('cosign', [...verify, 'cosign.pub', remote], {
        cwd: folder,
      });
      const other = await world.folder('cosign');
      await world.run('cosign', ['generate-key-pair'], { cwd: other });
      await assert.rejects(
        world.run('cosign', [...verify, join(other, 'cosign.pub'), remote], {
          cwd: folder,
        }),
        /failed to verify signature/,
      );
    },
  },
  {
    name: 'cosign signs an image under a tag of its own, and verifies it',
    async run(world, images) {
      const { remote, digest, folder } = await imageAndKeys(world, images, 'cosign/tag');
      await world.run(
        'cosign',
        [
          'sign',
          '--yes',
          ...PLAIN,
          '--tlog-upload=false',
          '--use-signing-config=false',
          '--new-bundle-format=false',
          '--key',
          'cosign.key',
          remote,
        ],
        { cwd: folder },
      );
      assert.deepEqual(await tagsOf(world, 'cosign/tag'), [`${digest.replace(':', '-')}.sig`, 'v1']);
      const verify = ['verify', ...PLAIN, '--insecure-ignore-tlog', '--new-bundle-format=false', '--key', 'cosign.pub', remote];
      await world.run('cosign', verify, { cwd: folder });
    },
  },
];
