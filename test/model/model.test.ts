/**
 * Random sequences of requests by two clients, each answer compared with what a small model demands. `LADING_MODEL_RUNS`
 * multiplies the number of sequences; `LADING_MODEL_SEED` repeats a run that has failed.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { digestBy, MANIFESTS } from './contents.js';
import { type Operation, operations, REPOSITORIES, TAGS } from './operations.js';
import { requestFor, uploadAt } from './requests.js';
import { createState, repositoryOf, type State } from './state.js';
import { step } from './step.js';
import { openWorld, type Where, type World } from './world.js';

const TIMES = Number(process.env['LADING_MODEL_RUNS'] ?? '1');
const SEED = process.env['LADING_MODEL_SEED'];

describe('a registry answers two clients as the model does', () => {
  for (const [where, runs] of [
    ['memory', 20],
    ['memory, two processes', 8],
    ['fs', 4],
    ['fs, two processes', 3],
  ] as const) {
    it(`on ${where}`, { timeout: 120_000 * Math.max(TIMES, 1) }, () => sequences(where, runs * TIMES));
  }
});

async function sequences(where: Where, numRuns: number): Promise<void> {
  const commands = fc.commands([operations.map(commandOf)], { size: 'max', maxCommands: 60 });
  const property = fc.asyncProperty(commands, async (some) => {
    const world = await openWorld(where);
    const state = createState(world.apart);
    try {
      for (const operation of PRELUDE) await perform(state, world, operation);
      await fc.asyncModelRun(() => ({ model: state, real: world }), some);
      await compare(state, world);
    } finally {
      await world.close();
    }
  });
  await fc.assert(property, {
    numRuns,
    endOnFailure: false,
    interruptAfterTimeLimit: 100_000 * Math.max(TIMES, 1),
    ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  });
}

/** Without what most manifests name, nearly all of them would be refused. */
const PRELUDE: readonly Operation[] = [
  ...[1, 2, 3].map((blob): Operation => ({ client: 0, kind: 'push', repository: 'm/a', blob, algorithm: 'sha256', right: true })),
  { client: 1, kind: 'mount', repository: 'm/a-b', blob: 1, algorithm: 'sha256', from: 'm/a' },
];

function commandOf(operation: Operation): fc.AsyncCommand<State, World> {
  return {
    check: (state) => !('upload' in operation) || uploadAt(state, operation.upload) !== undefined,
    run: (state, world) => perform(state, world, operation),
    toString: () => JSON.stringify(operation),
  };
}

async function perform(state: State, world: World, operation: Operation): Promise<void> {
  const answer = await world.send(operation.client, requestFor(state, operation));
  step(state, operation, answer);
}

/** All that can be asked, by both clients, at the end of a sequence. */
async function compare(state: State, world: World): Promise<void> {
  for (const client of world.apart ? ([0, 1] as const) : ([0] as const)) {
    for (const operation of questions(client, state)) await perform(state, world, operation);
    const left = state.uploads.map((_, upload): Operation => ({ client, kind: 'status', upload, head: false }));
    for (const operation of left) await perform(state, world, operation);
  }
  assert.ok(state.known.length > 0);
}

/** All that should be there, and a few things that should not. */
function* questions(client: 0 | 1, state: State): Iterable<Operation> {
  yield { client, kind: 'catalog', n: undefined, last: undefined };
  for (const repository of REPOSITORIES) {
    const here = repositoryOf(state, repository);
    if (!here.exists) continue;
    yield { client, kind: 'tags', repository, n: undefined, last: undefined };
    for (const tag of TAGS) yield { client, kind: 'get manifest', repository, by: { tag }, head: false, known: false };
    for (const algorithm of ['sha256', 'sha512'] as const) {
      for (const [blob, bytes] of state.known.entries()) {
        if (here.blobs.has(digestBy(algorithm, bytes)) || blob === 2)
          yield { client, kind: 'get blob', repository, blob, algorithm, head: blob % 2 === 1, range: undefined, known: false };
      }
      for (const [manifest, { bytes }] of MANIFESTS.entries()) {
        if (here.manifests.has(digestBy(algorithm, bytes)) || manifest === 0)
          yield { client, kind: 'get manifest', repository, by: { manifest, algorithm }, head: false, known: false };
      }
    }
    for (const subject of [0, 7]) yield { client, kind: 'referrers', repository, subject, type: undefined, n: undefined };
  }
}
