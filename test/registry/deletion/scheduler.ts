/**
 * Runs actors on one store, one driver call at a time, in an order that somebody chooses. Every call that can matter to
 * another actor waits for its turn; what is between two calls of an actor runs at once, for it has only microtasks.
 */
import { setImmediate as macrotask } from 'node:timers/promises';
import type { Clock } from '../../../src/core/clock.js';
import { DriverError, type StorageDriver } from '../../../src/driver/driver.js';

/** One of those who take turns. */
export interface Actor {
  readonly name: string;
  /** The store as this actor sees it. */
  readonly driver: StorageDriver;
  readonly clock: Clock;
  /** Waits for a turn, then does a step that nobody comes into. */
  step<T>(label: string, task: () => Promise<T>): Promise<T>;
}

/** What may happen next. */
export interface Option {
  readonly kind: 'step' | 'crash';
  readonly actor: string;
  readonly label: string;
}

/** Chooses one of the options by its index; undefined ends the run here. `logs` tells all that each actor has seen. */
export type Choose = (options: readonly Option[], logs: () => string) => Promise<number | undefined>;

interface Turn {
  readonly label: string;
  readonly sleeps: boolean;
  go(): void;
}

interface Seat {
  readonly name: string;
  readonly turns: Turn[];
  readonly log: string[];
  state: 'runs' | 'done' | 'dead';
  /** Steps of others since it has gone to sleep: only they can change what it waits for. */
  news: number;
}

/** What an actor does; it throws nothing that a refused request would not. */
export type Script = (actor: Actor) => Promise<void>;

/** Runs the scripts to their ends, or until `choose` has had enough. True when it came to the end. */
export async function runActors(
  store: StorageDriver,
  scripts: Readonly<Record<string, Script>>,
  choose: Choose,
  { crashes = 0, onWrite = (_path: string): void => undefined } = {},
): Promise<boolean> {
  // Later than any time that the memory driver gives, so that all that was there before is old.
  let now = Date.UTC(2100, 0, 1);
  let crashesLeft = crashes;
  const failures: unknown[] = [];
  const seats: Seat[] = Object.entries(scripts).map(([name, script]) => {
    const seat: Seat = { name, turns: [], log: [], state: 'runs', news: 0 };
    const wait = (label: string, sleeps = false): Promise<void> => new Promise((go) => seat.turns.push({ label, sleeps, go }));
    const step: Actor['step'] = async (label, task) => {
      await wait(label);
      try {
        const result = await task();
        seat.log.push(`${label}: ${told(result)}`);
        return result;
      } catch (error) {
        seat.log.push(`${label}: ${error instanceof DriverError ? error.fault : String(error)}`);
        throw error;
      }
    };
    const clock: Clock = {
      now: () => new Date(now),
      monotonic: () => now,
      sleep: async (ms) => {
        seat.news = 0;
        await wait('sleep', true);
        now += ms;
      },
    };
    const actor: Actor = { name, clock, step, driver: scheduled(store, step, onWrite) };
    const end = (): void => {
      if (seat.state === 'runs') seat.state = 'done';
    };
    script(actor).then(end, (error: unknown) => {
      failures.push(error);
      end();
    });
    return seat;
  });

  for (;;) {
    // Most have only microtasks between two steps; one who verifies a signature has a thread to wait for.
    do await macrotask();
    while (failures.length === 0 && seats.some(({ state, turns }) => state === 'runs' && turns.length === 0));
    if (failures.length > 0) throw failures[0];
    const live = seats.filter((seat) => seat.state === 'runs' && seat.turns.length > 0);
    if (live.length === 0) return true;
    const awake = live.filter((seat) => !seat.turns[0]?.sleeps || seat.news > 0);
    // When all who are left sleep, time passes.
    const able = awake.length > 0 ? awake : live;
    const options: Option[] = able.map(({ name, turns }) => ({ kind: 'step', actor: name, label: turns[0]?.label ?? '' }));
    if (crashesLeft > 0) {
      for (const { name, turns } of live) options.push({ kind: 'crash', actor: name, label: turns[0]?.label ?? '' });
    }
    const logs = (): string => seats.map((seat) => `${seat.state} ${seat.turns[0]?.label} ${seat.log.join('; ')}`).join('\n');
    const chosen = await choose(options, logs);
    const option = chosen === undefined ? undefined : options[chosen];
    const seat = seats.find(({ name }) => name === option?.actor);
    if (option === undefined || seat === undefined) return false;
    if (option.kind === 'crash') {
      seat.state = 'dead';
      crashesLeft--;
      continue;
    }
    for (const other of seats) if (other !== seat) other.news++;
    seat.turns.shift()?.go();
  }
}

/** Places that are nobody else's, or that nobody decides by. */
const PRIVATE = /\/_uploads\/|\/_history\//;

function scheduled(store: StorageDriver, step: Actor['step'], onWrite: (path: string) => void): StorageDriver {
  const once = <T>(operation: string, path: string, task: () => Promise<T>): Promise<T> =>
    PRIVATE.test(path) ? task() : step(`${operation} ${path}`, task);
  const writing = <T>(operation: string, path: string, task: () => Promise<T>): Promise<T> =>
    once(operation, path, async () => {
      const result = await task();
      onWrite(path);
      return result;
    });
  async function* pages<T>(operation: string, path: string, start: () => AsyncIterable<T>): AsyncGenerator<T> {
    const all = await once(operation, path, async () => {
      const found: T[] = [];
      for await (const page of start()) found.push(page);
      return found;
    });
    yield* all;
  }
  return {
    ...store,
    read: (path, options) => once('read', path, () => store.read(path, options)),
    stat: (path, options) => once('stat', path, () => store.stat(path, options)),
    open: (path, options) => once('open', path, () => store.open(path, options)),
    put: (path, content, options) => writing('put', path, () => store.put(path, content, options)),
    touch: (path, options) => writing('touch', path, () => store.touch(path, options)),
    move: (from, to, options) => writing('move', to, () => store.move(from, to, options)),
    remove: (paths, options) => once('remove', paths.join(), () => store.remove(paths, options)),
    list: (path, options) => pages('list', path, () => store.list(path, options)),
    walk: (path, options) => pages('walk', path, () => store.walk(path, options)),
    // What was read must not come from a memory that another order of steps would not have.
    stamp: () => undefined,
  };
}

/** A result as text, without what differs from run to run. */
function told(result: unknown): string {
  if (Buffer.isBuffer(result)) return result.toString('latin1');
  const text = JSON.stringify(result, (key, value: unknown) => (key === 'modified' ? undefined : value));
  return text ?? 'done';
}
