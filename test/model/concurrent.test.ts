/**
 * Requests that run at the same time: their answers, and what is there afterwards, must be those of the same requests one
 * after the other in some order. `LADING_MODEL_RUNS` and `LADING_MODEL_SEED` as for the sequences.
 */
import assert, { AssertionError } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { HttpAnswer } from '../support/http-client.js';
import { digestBy } from './contents.js';
import { atomicOperations, type Operation } from './operations.js';
import { requestFor } from './requests.js';
import { copyOf, createState, doubt, manifestAt, type State } from './state.js';
import { step } from './step.js';
import { openWorld, type Where, type World } from './world.js';

const TIMES = Number(process.env['LADING_MODEL_RUNS'] ?? '1');
const SEED = process.env['LADING_MODEL_SEED'];

type Answered = readonly [Operation, HttpAnswer];

describe('requests at the same time are answered as if one came after the other', () => {
  for (const [where, runs] of [
    ['memory', 25],
    ['fs', 5],
  ] as const) {
    it(`on ${where}`, { timeout: 120_000 * Math.max(TIMES, 1) }, () => batches(where, runs * TIMES));
  }
});

async function batches(where: Where, numRuns: number): Promise<void> {
  const rounds = fc.array(fc.array(atomicOperations, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(rounds, async (some) => {
    const world = await openWorld(where);
    let state = createState(false);
    try {
      for (const round of [...PRELUDE, ...some]) state = await runRound(state, world, round);
    } finally {
      await world.close();
    }
  });
  await fc.assert(property, {
    numRuns,
    interruptAfterTimeLimit: 100_000 * Math.max(TIMES, 1),
    ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  });
}

const PRELUDE: readonly (readonly Operation[])[] = [
  [1, 2].map((blob): Operation => ({ client: 0, kind: 'push', repository: 'm/a', blob, algorithm: 'sha256', right: true })),
];

/** Sends all at once, then asks what is there; returns the state after the first order that explains both. */
async function runRound(state: State, world: World, round: readonly Operation[]): Promise<State> {
  const requests = round.map((operation) => [operation, requestFor(state, operation)] as const);
  const answers = await Promise.all(
    requests.map(
      async ([operation, request]): Promise<Answered> => [operation, await world.sendApart(operation.client, request)],
    ),
  );
  const after: Answered[] = [];
  for (const operation of QUESTIONS) after.push([operation, await world.send(0, requestFor(state, operation))]);
  for (const order of [...ordersOf(answers), ...ordersOf(withoutSecondDeletes(answers))]) {
    const next = stateAfter(state, [...order, ...after]);
    if (next) return next;
  }
  const told = [...answers, ...after].map(([operation, { status }]) => `${JSON.stringify(operation)} -> ${status}`);
  return assert.fail(`no order explains\n${told.join('\n')}`);
}

const QUESTIONS: readonly Operation[] = [
  { client: 0, kind: 'get manifest', repository: 'm/a', by: { tag: 'latest' }, head: false, known: false },
  { client: 0, kind: 'tags', repository: 'm/a', n: undefined, last: undefined },
  ...(['m/a', 'm/a/b'] as const).flatMap((repository) =>
    [1, 2].map(
      (blob): Operation => ({
        client: 0,
        kind: 'get blob',
        repository,
        blob,
        algorithm: 'sha256',
        head: false,
        range: undefined,
        known: false,
      }),
    ),
  ),
];

function stateAfter(state: State, order: readonly Answered[]): State | undefined {
  const next = copyOf(state);
  try {
    for (const [operation, answer] of order) {
      step(next, operation, answer);
      if (operation.kind === 'put manifest' && [400, 412].includes(answer.status)) mayHaveStayed(next, operation);
    }
    return next;
  } catch (error) {
    if (error instanceof AssertionError) return undefined;
    throw error;
  }
}

/** A put that lost a part, or the place of its tag, at the last moment leaves its revision, untagged, to the collector. */
function mayHaveStayed(state: State, { repository, manifest }: Extract<Operation, { kind: 'put manifest' }>): void {
  const key = `${repository} ${digestBy('sha256', manifestAt(manifest).bytes)}`;
  for (const client of [0, 1] as const) doubt(state, client, key, Number.POSITIVE_INFINITY);
}

/** Two that delete the same at once have both done it. */
function withoutSecondDeletes(answers: readonly Answered[]): Answered[] {
  const seen = new Set<string>();
  return answers.filter(([{ client: _client, ...operation }, { status }]) => {
    if (status !== 202 || !operation.kind.startsWith('delete')) return true;
    const key = JSON.stringify(operation);
    return seen.size < seen.add(key).size;
  });
}

function* ordersOf<T>(items: readonly T[]): Iterable<T[]> {
  if (items.length === 0) yield [];
  for (const [at, first] of items.entries()) {
    const rest = items.filter((_, other) => other !== at);
    for (const order of ordersOf(rest)) yield [first, ...order];
  }
}
