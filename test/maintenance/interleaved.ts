/**
 * Actors on one store, one driver call at a time, in a random order that a seed repeats: between any two calls of one of
 * them the others may do any number of theirs. An actor may die before any call.
 */
import { setImmediate as macrotask } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/core/clock.js';
import type { ObjectWriter, StorageDriver } from '../../src/driver/driver.js';
import type { Random } from '../support/random.js';

interface Seat {
  waiting: (() => void) | undefined;
  label: string;
  ended: boolean;
  failure: unknown;
}

/** What an actor does on the store as it sees it. Its clock sleeps until it has another turn. */
export type Actor = (driver: StorageDriver, clock: Clock) => Promise<void>;

/** Runs the actors until all have ended or died. Throws what an actor throws. Tells the order of the calls. */
export async function interleaved(
  store: StorageDriver,
  actors: Readonly<Record<string, Actor>>,
  random: Random,
  deaths = 0,
): Promise<readonly string[]> {
  const trace: string[] = [];
  let deathsLeft = deaths;
  const seats = new Map<string, Seat>();
  for (const [name, actor] of Object.entries(actors)) {
    const seat: Seat = { waiting: undefined, label: '', ended: false, failure: undefined };
    seats.set(name, seat);
    const turn = (label: string): Promise<void> =>
      new Promise((go) => {
        seat.label = label;
        seat.waiting = go;
      });
    actor(gated(store, turn), { ...systemClock, sleep: () => turn('sleep') }).then(
      () => {
        seat.ended = true;
      },
      (error: unknown) => {
        seat.ended = true;
        seat.failure = error;
      },
    );
  }
  let last = '';
  for (;;) {
    await macrotask();
    for (const { failure } of seats.values()) {
      if (failure !== undefined) throw new Error(`${String(failure)}\n${trace.join('\n')}`, { cause: failure });
    }
    const able = [...seats].filter(([, seat]) => seat.waiting !== undefined && !seat.ended);
    if (able.length === 0) return trace;
    // In bursts, or nobody would come far before the others have seen it.
    const again = able.find(([name]) => name === last);
    const [name, seat] = (random() < 0.6 && again) || (able[Math.floor(random() * able.length)] ?? able[0]) || [];
    if (name === undefined || seat === undefined) return trace;
    last = name;
    const go = seat.waiting;
    seat.waiting = undefined;
    const dies = deathsLeft > 0 && random() < 0.05;
    trace.push(`${name}: ${dies ? 'dies before ' : ''}${seat.label}`);
    if (dies) deathsLeft--;
    else go?.();
  }
}

function gated(store: StorageDriver, turn: (label: string) => Promise<void>): StorageDriver {
  const wait =
    <A extends readonly [string | readonly string[], ...unknown[]], R>(operation: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await turn(`${operation} ${String(args[0])}`);
      return call(...args);
    };
  async function* pages<T>(label: string, start: () => AsyncIterable<T>): AsyncGenerator<T> {
    await turn(label);
    yield* start();
  }
  return {
    ...store,
    read: wait('read', store.read),
    stat: wait('stat', store.stat),
    open: wait('open', store.open),
    put: wait('put', store.put),
    touch: wait('touch', store.touch),
    move: wait('move', store.move),
    remove: wait('remove', store.remove),
    removeTree: wait('removeTree', store.removeTree),
    removeFolder: wait('removeFolder', store.removeFolder),
    makeFolder: wait('makeFolder', store.makeFolder),
    appended: wait('appended', store.appended),
    settle: wait('settle', store.settle),
    list: (path, options) => pages(`list ${path}`, () => store.list(path, options)),
    walk: (path, options) => pages(`walk ${path}`, () => store.walk(path, options)),
    async append(path, at, options) {
      await turn(`append ${path}`);
      return gatedWriter(await store.append(path, at, options), turn);
    },
    stamp: () => undefined,
  };
}

/** A write has a turn before it and one after it: what comes between its bytes and the next look matters. */
function gatedWriter(writer: ObjectWriter, turn: (label: string) => Promise<void>): ObjectWriter {
  return {
    get size() {
      return writer.size;
    },
    async write(source, options) {
      await turn('write');
      const added = await writer.write(source, options);
      await turn('end of write');
      return added;
    },
    async commit(options) {
      await turn('commit');
      await writer.commit(options);
    },
    close: () => writer.close(),
  };
}
