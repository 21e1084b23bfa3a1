/** What the cases of the suite get: a fresh store, and the check that nothing is left of it. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoragePath } from '../../../src/core/storage-path.js';
import { DriverError, type DriverFault, type ObjectReader, type StorageDriver } from '../../../src/driver/driver.js';
import { pathOf } from '../../support/stored-paths.js';

/** A store for one test. */
export interface TestedStore {
  readonly driver: StorageDriver;
  /** Another driver on the same store, as in another process; undefined where there can be none. */
  readonly second?: StorageDriver;
  /** Makes all that is stored old enough for stamps to be trusted. */
  age(): void;
  /** What is stored or held open below the driver, once everything has been removed through it: nothing, one hopes. */
  leftovers(): Promise<readonly string[]>;
  end(): Promise<void>;
}

/** Opens a fresh, empty store. */
export type OpenStore = () => Promise<TestedStore>;

/** Makes a test out of a case: on a fresh store, which must be empty after it. */
export type On = (run: (store: TestedStore) => Promise<void>) => () => Promise<void>;

/** The folder of the suite: all paths of the cases are below it. */
export const TOP = pathOf('/t');

/** A path below the suite's folder. */
export function at(name: string): StoragePath {
  return pathOf(`${TOP}/${name}`);
}

/** Cases on stores of one kind. */
export function onStore(open: OpenStore): On {
  return (run) => async () => {
    const store = await open();
    try {
      await run(store);
      await store.driver.removeTree(TOP);
      await assertEmpty(store);
    } finally {
      await store.driver.close();
      await store.second?.close();
      await store.end();
    }
  };
}

async function assertEmpty({ driver, leftovers }: TestedStore): Promise<void> {
  for await (const page of driver.list(TOP)) assert.fail(`the store still lists ${page[0]?.path}`);
  for await (const page of driver.walk(TOP)) assert.fail(`the store still holds ${page[0]?.path}`);
  // A walk that was left early may be reading ahead for a moment.
  for (let tries = 0; tries < 3000 && (await leftovers()).length > 0; tries++) await sleep(10);
  assert.deepEqual(await leftovers(), []);
}

/** The call must fail with this fault and no other error. */
export async function fails(call: Promise<unknown>, fault: DriverFault): Promise<void> {
  assert.equal(await outcomeOf(call.then(() => 'success')), fault);
}

/** The value, or the fault of the driver's error. Other errors pass. */
export async function outcomeOf<T>(call: Promise<T>): Promise<T | DriverFault> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof DriverError) return error.fault;
    throw error;
  }
}

/** The text's bytes. */
export function bytes(text: string): Buffer {
  return Buffer.from(text);
}

/** Bytes that tell one place from another. */
export function patterned(length: number, seed = 1): Buffer {
  const content = Buffer.allocUnsafe(length);
  for (let i = 0, state = seed; i < length; i++) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    content[i] = state >> 16;
  }
  return content;
}

/** The pieces, one after the other. */
export async function* pieces(...all: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of all) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

/** All bytes of the reader's range; closes it. */
export async function drain(reader: ObjectReader): Promise<Buffer> {
  const all: Buffer[] = [];
  try {
    for await (const chunk of reader.chunks()) all.push(Buffer.from(chunk));
  } finally {
    await reader.close();
  }
  return Buffer.concat(all);
}

/** Appends to a growing object and commits it. */
export async function appendAll(driver: StorageDriver, path: StoragePath, start: number, content: Uint8Array): Promise<void> {
  const writer = await driver.append(path, start);
  try {
    await writer.write(pieces(content));
    await writer.commit();
  } finally {
    await writer.close();
  }
}

/** A promise that the test settles. */
export function signalled(): { readonly promise: Promise<void>; readonly go: () => void } {
  let go: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    go = resolve;
  });
  return { promise, go };
}
