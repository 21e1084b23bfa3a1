/** Clients that log in: with a password of an htpasswd file. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hash } from '@node-rs/bcrypt';
import type { Check } from '../check.js';
import { guardedBy } from '../guarded.js';
import type { Images } from '../images.js';
import { alone, assertSameImage } from '../oci-layout.js';
import type { World } from '../world.js';
import { copy, oci } from './skopeo.js';

const PASSWORD = 'correct: horse, "battery" stäple';
const REFUSED = /authentication required|unauthorized|invalid username\/password/i;

/** A registry with one user, `ann`. */
async function withHtpasswd(world: World): Promise<World> {
  const file = join(await world.folder('htpasswd'), 'htpasswd');
  await writeFile(file, `ann:${(await hash(PASSWORD, 10)).replace('$2b$', '$2y$')}\n`);
  return guardedBy(world, `{htpasswd: {realm: lading, path: '${file}'}}`);
}

/** Copies an image in and out again with skopeo; the second time into a fresh folder. */
async function thereAndBack(world: World, images: Images, name: string): Promise<void> {
  const image = await images.small();
  await copy(world, oci(image), `docker://${world.image(name)}:v1`);
  const back = { layout: join(await world.folder('skopeo'), 'back'), tag: 'v1' };
  await copy(world, `docker://${world.image(name)}:v1`, oci(back));
  await assertSameImage(back, image);
}

/** The checks. */
export const access: readonly Check[] = [
  {
    name: 'skopeo logs in with a password, pushes, pulls and deletes, and is turned away without',
    async run(world, images) {
      const guarded = await withHtpasswd(world);
      const login = (input: string) =>
        guarded.run('skopeo', ['login', '--tls-verify=false', '--username', 'ann', '--password-stdin', guarded.address], {
          input,
        });
      await assert.rejects(thereAndBack(guarded, images, 'skopeo/guarded'), REFUSED);
      await assert.rejects(login('correct horse'), REFUSED);
      await login(PASSWORD);
      await thereAndBack(guarded, images, 'skopeo/guarded');
      await guarded.run('skopeo', ['delete', '--tls-verify=false', `docker://${guarded.image('skopeo/guarded')}:v1`]);
      await guarded.run('skopeo', ['logout', guarded.address]);
      await assert.rejects(thereAndBack(guarded, images, 'skopeo/guarded'), REFUSED);
    },
  },
  {
    name: 'podman logs in with a password and logs out',
    async run(world) {
      const guarded = await withHtpasswd(world);
      const login = (input: string) =>
        guarded.run('podman', ['login', '--tls-verify=false', '--username', 'ann', '--password-stdin', guarded.address], {
          input,
        });
      await assert.rejects(login('wrong'), REFUSED);
      await login(PASSWORD);
      await guarded.run('podman', ['logout', guarded.address]);
    },
  },
  {
    name: 'crane logs in with a password, pushes, copies by mounting and pulls, and is turned away without',
    async run(world, images) {
      const guarded = await withHtpasswd(world);
      const crane = (...args: string[]) => guarded.text('crane', args);
      const { layout } = await alone(world, await images.small());
      const remote = `${guarded.image('crane/guarded')}:v1`;
      await assert.rejects(crane('push', layout, remote), REFUSED);
      await guarded.run('crane', ['auth', 'login', '--username', 'ann', '--password-stdin', guarded.address], {
        input: PASSWORD,
      });
      await crane('push', layout, remote);
      await crane('copy', remote, `${guarded.image('crane/guarded-copy')}:v1`);
      await crane('validate', '--remote', `${guarded.image('crane/guarded-copy')}:v1`);
      assert.match(await crane('catalog', guarded.address), /crane\/guarded-copy/);
    },
  },
];
