/** The write flows, each from a prepared store to an answer, for tests that let them fail or die on the way. */
import assert from 'node:assert/strict';
import { digestOf } from '../../src/core/digest.js';
import { collectPages } from '../../src/core/pages.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import type { Repository } from '../../src/registry/registry.js';
import { openStores } from '../../src/store/stores.js';
import { readBlob, refused, restoreAll, tagged } from '../suites/registry/case.js';
import { describeBytes, imageManifest, pushBlob, pushImage, tagOf } from '../support/images.js';
import { ARCHIVE, ARCHIVE_TARSUM, pushByTarsum, SAME_TARSUM } from '../support/tarsum-pushes.js';

/** One flow. `done` fails when it is not wholly done, `undone` when anything of it can be seen. */
export interface Flow {
  readonly name: string;
  prepare(a: Repository, b: Repository): Promise<unknown>;
  run(a: Repository, b: Repository): Promise<unknown>;
  done(a: Repository, b: Repository): Promise<void>;
  undone(a: Repository, b: Repository): Promise<void>;
  /** A delete of several links may be seen half done, until it is tried again. */
  readonly inParts?: true;
  /** Fails when something does not hold that must, however far the flow came. */
  always?(a: Repository, b: Repository): Promise<void>;
}

const CONFIG = describeBytes('config of image');
const IMAGE = imageManifest({ config: CONFIG, layers: [describeBytes('layer of image')] });
const DIGEST = describeBytes(IMAGE).digest;
const V1 = tagOf('v1');
const image = (a: Repository): Promise<unknown> => pushImage(a, 'image', { tags: [V1] });
const blobGone = async (a: Repository): Promise<void> => void (await refused(a.blobs.stat(CONFIG.digest), 'BLOB_UNKNOWN'));
const imageGone = async (a: Repository): Promise<void> => {
  await refused(a.manifests.get({ kind: 'digest', digest: DIGEST }), 'MANIFEST_UNKNOWN');
  assert.equal(await tagged(a, V1), undefined);
};
const imageThere = async (a: Repository): Promise<void> => {
  assert.deepEqual((await a.manifests.get({ kind: 'digest', digest: DIGEST })).bytes, IMAGE);
  assert.equal(await tagged(a, V1), DIGEST);
  assert.equal(await readBlob(a, CONFIG.digest), 'config of image');
};

/** Needs no blob but the configuration of the image, whose payload is there from before in some of the flows. */
const SUBJECT = describeBytes(IMAGE);
const REFERRER = imageManifest({ config: CONFIG, subject: SUBJECT });
const REFERRER_DIGEST = digestOf(REFERRER);
const referrer = (a: Repository): Promise<unknown> => a.manifests.put(REFERRER);
const deletedReferrer = async (a: Repository): Promise<void> => {
  await image(a);
  await referrer(a);
  await a.manifests.remove(REFERRER_DIGEST);
};
const isReferrerThere = async (a: Repository): Promise<boolean> => {
  const there = await a.manifests.get({ kind: 'digest', digest: REFERRER_DIGEST }).then(
    () => true,
    () => false,
  );
  const listed = (await collectPages(a.referrers.list(SUBJECT.digest))).some(({ digest }) => digest === REFERRER_DIGEST);
  assert.equal(listed, there, `the referrer is there: ${there}, is listed: ${listed}`);
  return there;
};
const referrerThere = async (a: Repository): Promise<void> => assert.ok(await isReferrerThere(a));
const referrerGone = async (a: Repository): Promise<void> => assert.ok(!(await isReferrerThere(a)));
const listedWhenThere = async (a: Repository): Promise<void> => void (await isReferrerThere(a));

const CANONICAL = digestOf(ARCHIVE);
const aliasGone = async (a: Repository): Promise<void> => void (await refused(a.blobs.stat(ARCHIVE_TARSUM), 'BLOB_UNKNOWN'));
const aliasThere = async (a: Repository): Promise<void> => {
  for (const digest of [CANONICAL, ARCHIVE_TARSUM]) assert.equal(await readBlob(a, digest), ARCHIVE.toString('latin1'));
};

/** All of them. */
export const FLOWS: readonly Flow[] = [
  {
    name: 'a push of a blob',
    prepare: async () => undefined,
    run: (a) => pushBlob(a, 'config of image'),
    done: async (a) => assert.equal(await readBlob(a, CONFIG.digest), 'config of image'),
    undone: blobGone,
  },
  {
    name: 'a mount',
    prepare: (_a, b) => pushBlob(b, 'config of image'),
    run: async (a, b) => assert.ok(await a.blobs.mount(CONFIG.digest, { from: b.name })),
    done: async (a) => assert.equal(await readBlob(a, CONFIG.digest), 'config of image'),
    undone: blobGone,
  },
  {
    name: 'a push by a tarsum',
    prepare: async () => undefined,
    run: (a) => pushByTarsum(a, ARCHIVE),
    done: aliasThere,
    undone: aliasGone,
  },
  {
    name: 'a push by a tarsum that other content has',
    prepare: (a) => pushByTarsum(a, SAME_TARSUM),
    run: (a) => pushByTarsum(a, ARCHIVE),
    done: async (a) => {
      assert.equal(await readBlob(a, ARCHIVE_TARSUM), SAME_TARSUM.toString('latin1'));
      assert.equal(await readBlob(a, CANONICAL), ARCHIVE.toString('latin1'));
    },
    undone: async (a) => assert.equal(await readBlob(a, ARCHIVE_TARSUM), SAME_TARSUM.toString('latin1')),
  },
  {
    name: 'a mount of an alias',
    prepare: (_a, b) => pushByTarsum(b, ARCHIVE),
    run: async (a, b) => assert.ok(await a.blobs.mount(ARCHIVE_TARSUM, { from: b.name })),
    done: aliasThere,
    undone: aliasGone,
  },
  {
    name: 'a delete of a blob with an alias',
    prepare: (a) => pushByTarsum(a, ARCHIVE),
    run: (a) => a.blobs.remove(CANONICAL),
    done: async (a) => {
      await aliasGone(a);
      await refused(a.blobs.stat(CANONICAL), 'BLOB_UNKNOWN');
    },
    undone: aliasThere,
    inParts: true,
  },
  {
    name: 'a restore of a blob with an alias',
    prepare: async (a) => {
      await pushByTarsum(a, ARCHIVE);
      await a.blobs.remove(CANONICAL);
    },
    run: async (a) => {
      await restoreAll(a);
    },
    done: aliasThere,
    undone: aliasGone,
    inParts: true,
  },
  {
    name: 'a push of an image with its tag',
    prepare: async () => undefined,
    run: image,
    done: imageThere,
    undone: async (a) => assert.equal(await tagged(a, V1), undefined),
  },
  {
    name: 'a move of a tag',
    prepare: (a) => pushImage(a, 'before', { tags: [V1] }),
    run: image,
    done: imageThere,
    undone: async (a) => assert.ok(![undefined, DIGEST].includes(await tagged(a, V1))),
  },
  {
    name: 'a delete of a blob',
    prepare: (a) => pushBlob(a, 'config of image'),
    run: (a) => a.blobs.remove(CONFIG.digest),
    done: blobGone,
    undone: async (a) => assert.equal(await readBlob(a, CONFIG.digest), 'config of image'),
  },
  {
    name: 'a delete of a tag',
    prepare: image,
    run: (a) => a.tags.remove(V1),
    done: async (a) => assert.equal(await tagged(a, V1), undefined),
    undone: imageThere,
  },
  {
    name: 'a delete of an image',
    prepare: image,
    run: (a) => a.manifests.remove(DIGEST),
    done: imageGone,
    undone: imageThere,
    inParts: true,
  },
  {
    name: 'a restore of an image',
    prepare: async (a) => {
      await image(a);
      await a.manifests.remove(DIGEST);
    },
    run: async (a) => {
      await restoreAll(a);
    },
    done: imageThere,
    undone: async (a) => assert.equal(await tagged(a, V1), undefined),
  },
  {
    name: 'a push of a referrer',
    prepare: image,
    run: referrer,
    done: referrerThere,
    undone: referrerGone,
    always: listedWhenThere,
  },
  {
    name: 'a push of a referrer that was deleted',
    prepare: deletedReferrer,
    run: referrer,
    done: referrerThere,
    undone: referrerGone,
    always: listedWhenThere,
  },
  {
    name: 'a delete of a referrer',
    prepare: async (a) => {
      await image(a);
      await referrer(a);
    },
    run: (a) => a.manifests.remove(REFERRER_DIGEST),
    done: referrerGone,
    undone: referrerThere,
    always: listedWhenThere,
  },
  {
    name: 'a delete of a referrer that is linked as a layer too',
    prepare: async (a) => {
      await image(a);
      await referrer(a);
      await pushBlob(a, REFERRER);
    },
    run: (a) => a.manifests.remove(REFERRER_DIGEST),
    done: referrerGone,
    undone: referrerThere,
    always: listedWhenThere,
  },
  {
    name: 'a restore of a referrer',
    prepare: deletedReferrer,
    run: async (a) => {
      await restoreAll(a);
    },
    done: referrerThere,
    undone: referrerGone,
    always: listedWhenThere,
  },
];

/** The two repositories of a flow, as a fresh process sees them. */
export function repositoriesOf(driver: StorageDriver): [Repository, Repository] {
  const registry = createRegistry(openStores(driver));
  return [registry.repository('a' as Repository['name']), registry.repository('b' as Repository['name'])];
}

/** A store on which the flow can begin. */
export async function preparedStore(flow: Flow): Promise<StorageDriver> {
  const store = createMemoryDriver();
  await flow.prepare(...repositoriesOf(store));
  return store;
}

/** Whether the flow is wholly done; fails when it is neither done nor undone. */
export async function isDone(flow: Flow, store: StorageDriver): Promise<boolean> {
  const [a, b] = repositoriesOf(store);
  const seen = await flow.done(a, b).then(
    () => true,
    () => false,
  );
  if (!seen && !flow.inParts) await flow.undone(a, b);
  return seen;
}

/** The flow, tried again by somebody who has seen it fail. A delete that was done all the same answers that nothing is there. */
export async function retried(flow: Flow, store: StorageDriver): Promise<void> {
  const [a, b] = repositoriesOf(store);
  if (!(await isDone(flow, store))) await flow.run(a, b);
  await flow.done(...repositoriesOf(store));
}
