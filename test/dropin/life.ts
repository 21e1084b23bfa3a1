/** The chapters of the life, in order. */
import assert from 'node:assert/strict';
import { assertFinished, assertLoaded, type Cargo, finish, load } from '../clients/cargo.js';
import type { Images } from '../clients/images.js';
import { assertSha512, pushSha512 } from '../clients/sha512.js';
import type { System, Upload } from '../clients/volume.js';
import { breakOff, sizeOf } from './broken-off.js';
import { type Census, inWords, takeCensus } from './census.js';
import { collect } from './collect.js';
import { type Estate, PASSWORD, USER } from './estate.js';
import { assertGone, attach, attached, crane, pushBlob, pushImageOf, release, remove, tagAll } from './freight.js';
import { assertAsConfigured, assertLogged } from './look.js';
import type { Story } from './story.js';

const NAMES: Readonly<Record<System, string>> = {
  'docker-registry': 'docker-registry 2.8',
  lading: 'lading',
  registry: 'docker/distribution 3',
};
const APP = 'team/app';

/** Lives it. Throws at the first step that goes wrong. */
export async function live(estate: Estate, images: Images, { chapter, step, say }: Story): Promise<void> {
  const { world } = estate;
  const remote = (tag: string) => `${world.image(APP)}:${tag}`;
  const cargos: Cargo[] = [];
  const gone: string[] = [];
  let census: Census | undefined;

  const begin = async (system: System): Promise<void> => {
    await step(`${NAMES[system]} runs as the file and the variables say: password, headers, health, figures`, () =>
      assertAsConfigured(estate),
    );
    const before = census;
    if (before === undefined) return;
    await step('it has the same repositories, tags, manifests and layers, and nothing that was deleted', async () => {
      assert.deepEqual(await takeCensus(world), before);
      await assertGone(world, ...gone);
    });
  };
  const serve = async (system: System, use: () => Promise<void>): Promise<void> => {
    await estate.run(system, async () => {
      await begin(system);
      await use();
    });
    const secrets = system === 'lading' ? ', and no secret' : '';
    await step(`it stops; its log has the fields of the file and of the variables${secrets}`, async () =>
      assertLogged(estate, system),
    );
  };
  const carry = async (place: string, withSchema1: boolean): Promise<void> => {
    const formats = withSchema1 ? 'three formats' : 'two formats';
    await step(
      `skopeo pushes images in ${formats} and an index, moves a tag; layers are mounted; an upload stops half-way`,
      async () => {
        cargos.push(await load(world, images, place, withSchema1));
      },
    );
  };
  // Into a repository that no other chapter writes to, so that an event of before is not taken for one of now.
  const tell = (place: string): Promise<void> =>
    step('the endpoint of notifications is told of a push and of a delete', async () => {
      const name = `${place}/told`;
      const layer = `a layer of ${name}`;
      await pushBlob(world, name, layer);
      await pushImageOf(world, name, Buffer.from(layer));
      await estate.told('push', name);
      const digest = await crane(world, 'digest', `${world.image(name)}:v1`);
      await remove(world, `${name}/manifests/${digest}`);
      await estate.told('delete', name);
    });
  const pull = (): Promise<void> =>
    step('clients pull byte for byte what each of them has pushed', async () => {
      for (const cargo of cargos) await assertLoaded(world, cargo);
      for (const cargo of cargos.slice(0, -1)) await assertFinished(world, cargo);
    });
  const goOn = (what: string): Promise<void> =>
    step(`the upload that ${what} left half-way goes on to its end, and the image that it is for is pushed`, async () => {
      const cargo = cargos.at(-1);
      assert.ok(cargo);
      await finish(world, cargo);
      await pushImageOf(world, cargo.upload.name, cargo.content);
    });
  const deliver = (version: string, before: string): Promise<void> =>
    step(`crane makes release ${version} from ${before}, and latest moves on to it`, async () => {
      const digest = await release(world, remote(before), remote(version), version);
      await crane(world, 'tag', remote(version), 'latest');
      assert.equal(await crane(world, 'digest', remote('latest')), digest);
    });
  const drop = (version: string): Promise<void> =>
    step(`release ${version} is deleted by its digest, and its tag with it`, async () => {
      const digest = await crane(world, 'digest', remote(version));
      await remove(world, `${APP}/manifests/${digest}`);
      gone.push(`${APP}/manifests/${digest}`, `${APP}/manifests/${version}`);
      await assertGone(world, ...gone);
    });
  const discover = (...wanted: readonly string[]): Promise<void> =>
    step(`oras finds what was attached to release 1 with ${wanted.join(', ')}`, async () => {
      assert.deepEqual(await attached(world, remote('1')), wanted.toSorted());
    });
  const end = async (): Promise<void> => {
    census = await takeCensus(world);
    say(inWords(census));
  };

  chapter('docker-registry 2.8, for years');
  await serve('docker-registry', async () => {
    await step('skopeo logs in, once for the whole life', async () => {
      await world.run('skopeo', ['login', '--tls-verify=false', '--username', USER, '--password-stdin', world.address], {
        input: PASSWORD,
      });
    });
    await carry('theirs', true);
    await tell('theirs');
    await step('crane copies an image to another repository', async () => {
      await crane(world, 'copy', world.image('theirs/oci:v1'), remote('1'));
    });
    await deliver('2', '1');
    await deliver('3', '2');
    await step('oras attaches a list of parts, under the tag that serves where there is no API for it', () =>
      attach(world, remote('1'), '2.8'),
    );
    await drop('2');
    await end();
  });

  chapter('lading, on the same file, variables and folder');
  await serve('lading', async () => {
    await pull();
    await goOn('docker-registry 2.8');
    await carry('ours', false);
    await tell('ours');
    await step('an image is pushed whose every digest is a sha512', () => pushSha512(world, 'ours/sha512'));
    await deliver('4', '3');
    await step('oras attaches another list of parts, through the API', () => attach(world, remote('1'), 'lading'));
    await discover('2.8', 'lading');
    await drop('3');
    await step('a layer that no image has is pushed and deleted', async () => {
      const digest = await pushBlob(world, APP, 'a layer that no image has');
      await remove(world, `${APP}/blobs/${digest}`);
      gone.push(`${APP}/blobs/${digest}`);
    });
    await end();
  });

  chapter('docker-registry 2.8 again');
  await serve('docker-registry', async () => {
    await pull();
    await step('it serves content by its sha512', () => assertSha512(world, 'ours/sha512'));
    await discover('2.8');
    await goOn('lading');
    await deliver('5', '4');
    await drop('4');
    await step('the image of schema 1, which version 3 will not read, is deleted', async () => {
      const signed = cargos[0]?.signed;
      assert.ok(signed);
      await remove(world, `theirs/signed/manifests/${signed.digest}`);
      gone.push(`theirs/signed/manifests/${signed.digest}`, 'theirs/signed/manifests/v1');
      cargos[0] = { ...(cargos[0] as Cargo), signed: undefined };
    });
    await end();
  });
  await collect(estate, { step, say }, 'docker-registry', census);

  chapter('docker/distribution 3');
  await serve('registry', async () => {
    await pull();
    await step('it serves content by its sha512', () => assertSha512(world, 'ours/sha512'));
    await discover('2.8');
    await carry('newer', false);
    await tell('newer');
    await deliver('6', '5');
    await drop('5');
    await end();
  });
  await collect(estate, { step, say }, 'registry', census);

  chapter('lading again');
  await serve('lading', async () => {
    await pull();
    await goOn('docker/distribution 3');
    await discover('2.8', 'lading');
    await deliver('7', '6');
    await step('every manifest gets a tag of its own, since collectors can be told to take what has none', async () => {
      const tagged = new Set((await takeCensus(world)).tags.map((line) => line.replace(/:[^:]+ (\S+) .*$/, '@$1')));
      const count = await tagAll(world, await estate.files(), tagged);
      assert.ok(count > 0);
      say(`${String(count)} had none`);
    });
    await drop('6');
    await end();
  });
  await collect(estate, { step, say }, 'docker-registry', census, '-m');
  await collect(estate, { step, say }, 'registry', census, '-m');

  for (const system of ['docker-registry', 'registry'] as const) {
    chapter(`${NAMES[system]} is killed, and lading takes over`);
    const content = Buffer.alloc(1_000_000, `what ${system} was receiving when it died. `);
    let upload: Upload | undefined;
    await estate.run(
      system,
      async () => {
        await begin(system);
        await step('kill -9 in the middle of a layer: of the first part it has told that it is there', async () => {
          upload = await breakOff(world, `killed/${system}`, content);
        });
      },
      'SIGKILL',
    );
    await serve('lading', async () => {
      const left = upload;
      assert.ok(left);
      await step('the upload stands where it was cut off, not before what was acknowledged, and goes on to its end', async () => {
        const size = await sizeOf(world, left);
        assert.ok(size >= left.offset && size <= content.length, `${String(size)} bytes`);
        await finish(world, { upload: { ...left, offset: size }, content });
        await pushImageOf(world, left.name, content);
      });
      await end();
    });
  }

  chapter('docker-registry 2.8, and lading to stay');
  for (const system of ['docker-registry', 'lading'] as const) {
    await serve(system, async () => undefined);
  }
  await step('nobody has edited config.yml', async () => {
    const { written, now } = estate.configuration();
    assert.equal(now, written);
  });
}
