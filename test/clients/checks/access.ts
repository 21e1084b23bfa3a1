/** Clients that log in, with a password of an htpasswd file and at a token server; and clients that speak TLS. */
import assert from 'node:assert/strict';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hash } from '@node-rs/bcrypt';
import { ISSUER, SERVICE, startTokenServer } from '../../support/token-server.js';
import type { Check } from '../check.js';
import { guardedBy } from '../guarded.js';
import type { Images } from '../images.js';
import { alone, assertSameImage } from '../oci-layout.js';
import type { World } from '../world.js';
import { copy, oci } from './skopeo.js';

/** Of everybody, with all that makes a password hard to hand on. */
export const PASSWORD = 'correct: horse, "battery" stäple';
/** What clients say when the registry wants to know who asks. */
export const REFUSED =
  /authentication required|unauthorized|invalid username\/password|denied|no basic auth credentials|credential not found|authorization failed/i;

/** A registry with one user, `ann`. */
export async function withHtpasswd(world: World): Promise<World> {
  const file = join(await world.folder('htpasswd'), 'htpasswd');
  await writeFile(file, `ann:${(await hash(PASSWORD, 10)).replace('$2b$', '$2y$')}\n`);
  world.secrets.push(() => [PASSWORD]);
  return guardedBy(world, { auth: `{htpasswd: {realm: lading, path: '${file}'}}` });
}

/** A registry that believes a token server, which knows `ann`, who may all, and `bob`, who may read. */
export async function withTokens(world: World): Promise<World> {
  const all = 'pull,push,delete';
  const tokens = await startTokenServer({
    ann: { password: PASSWORD, may: [`repository:*:${all}`, 'registry:catalog:*'] },
    bob: { password: PASSWORD, may: ['repository:*:pull'] },
  });
  world.atEnd(() => tokens.close());
  // Of a token the parts that hold what it says: what is before them is the same in all.
  world.secrets.push(() => [PASSWORD, ...tokens.secrets.flatMap((secret) => secret.split('.').slice(-2))]);
  const file = join(await world.folder('tokens'), 'bundle.pem');
  await writeFile(file, tokens.authority.pem);
  const options = `realm: '${tokens.realm}', service: ${SERVICE}, issuer: ${ISSUER}, rootcertbundle: '${file}'`;
  return guardedBy(world, { auth: `{token: {${options}}}` });
}

async function login(client: 'skopeo' | 'podman', world: World, user: string, input: string): Promise<void> {
  await world.run(client, ['login', '--tls-verify=false', '--username', user, '--password-stdin', world.address], { input });
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
      await assert.rejects(thereAndBack(guarded, images, 'skopeo/guarded'), REFUSED);
      await assert.rejects(login('skopeo', guarded, 'ann', 'correct horse'), REFUSED);
      await login('skopeo', guarded, 'ann', PASSWORD);
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
      await assert.rejects(login('podman', guarded, 'ann', 'wrong'), REFUSED);
      await login('podman', guarded, 'ann', PASSWORD);
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
  {
    name: 'skopeo gets tokens with a password, pushes, pulls and deletes, and who may only read is turned away',
    async run(world, images) {
      const guarded = await withTokens(world);
      await assert.rejects(thereAndBack(guarded, images, 'skopeo/tokens'), REFUSED);
      await assert.rejects(login('skopeo', guarded, 'ann', 'wrong'), REFUSED);
      await login('skopeo', guarded, 'ann', PASSWORD);
      await thereAndBack(guarded, images, 'skopeo/tokens');
      await login('skopeo', guarded, 'bob', PASSWORD);
      await guarded.run('skopeo', ['inspect', '--tls-verify=false', `docker://${guarded.image('skopeo/tokens')}:v1`]);
      const remove = () =>
        guarded.run('skopeo', ['delete', '--tls-verify=false', `docker://${guarded.image('skopeo/tokens')}:v1`]);
      await assert.rejects(thereAndBack(guarded, images, 'skopeo/tokens'), REFUSED);
      await assert.rejects(remove(), REFUSED);
      await login('skopeo', guarded, 'ann', PASSWORD);
      await remove();
    },
  },
  {
    name: 'podman gets a token with a password',
    async run(world) {
      const guarded = await withTokens(world);
      await assert.rejects(login('podman', guarded, 'ann', 'wrong'), REFUSED);
      await login('podman', guarded, 'ann', PASSWORD);
    },
  },
  {
    name: 'crane gets tokens with a password, pushes, copies by mounting, pulls and lists, and deletes',
    async run(world, images) {
      const guarded = await withTokens(world);
      const crane = (...args: string[]) => guarded.text('crane', args);
      const { layout } = await alone(world, await images.small());
      const [from, to] = [`${guarded.image('crane/tokens')}:v1`, `${guarded.image('crane/tokens-copy')}:v1`];
      await assert.rejects(crane('push', layout, from), REFUSED);
      await guarded.run('crane', ['auth', 'login', '--username', 'ann', '--password-stdin', guarded.address], {
        input: PASSWORD,
      });
      await crane('push', layout, from);
      const said = await guarded.text('sh', ['-c', 'exec crane --verbose copy "$1" "$2" 2>&1', 'sh', from, to]);
      assert.match(said, /mounted blob/);
      await crane('validate', '--remote', to);
      assert.match(await crane('catalog', guarded.address), /crane\/tokens-copy/);
      await crane('delete', to);
      await assert.rejects(crane('manifest', to), /MANIFEST_UNKNOWN/);
    },
  },
  {
    name: 'skopeo pushes and pulls over TLS, with a certificate of its own, and is turned away without',
    async run(world, images) {
      const folder = await world.folder('certificates');
      const [certificate, key] = [join(folder, 'client.cert'), join(folder, 'client.key')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', ...subject];
      await world.run('openssl', ['req', ...made, '-keyout', key, '-out', certificate]);
      // One certificate is everything: that of the server, of its authority, and of the client.
      await copyFile(certificate, join(folder, 'ca.crt'));
      const [withAll, withoutOwn] = [folder, await world.folder('authority')];
      await copyFile(certificate, join(withoutOwn, 'ca.crt'));
      const tls = `{certificate: '${certificate}', key: '${key}', clientcas: ['${certificate}']}`;
      const guarded = await guardedBy(world, { tls });
      const image = await images.small();
      const remote = `docker://${guarded.image('skopeo/tls')}:v1`;
      const push = (certificates: string) =>
        guarded.run('skopeo', ['copy', '--quiet', '--dest-cert-dir', certificates, oci(image), remote]);
      await assert.rejects(push(withoutOwn), /certificate|tls|reset|EOF/i);
      await push(withAll);
      const back = { layout: join(await world.folder('skopeo'), 'back'), tag: 'v1' };
      await guarded.run('skopeo', ['copy', '--quiet', '--src-cert-dir', withAll, remote, oci(back)]);
      await assertSameImage(back, image);
    },
  },
];
