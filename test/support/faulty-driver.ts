/**
 * A driver that fails on purpose: a plan is asked at each call, and says whether and how that call goes wrong. Without a
 * fault it is the driver that it wraps, so it passes the driver suite.
 */
import { Readable } from 'node:stream';
import {
  DriverError,
  type DriverFault,
  type Entry,
  type ObjectReader,
  type ObjectWriter,
  type StorageDriver,
} from '../../src/driver/driver.js';

/** What a fault can strike. `chunks` is the reading of an opened object; `write` and `commit` are those of a writer. */
export type Operation =
  | Exclude<keyof StorageDriver, 'name' | 'features' | 'stamp' | 'close'>
  | 'chunks'
  | Exclude<keyof ObjectWriter, 'size' | 'close'>;

/** One call, as the plan sees it. */
export interface Call {
  /** 1 for the first call on this wrapper. */
  readonly number: number;
  readonly operation: Operation;
  readonly paths: readonly string[];
}

/** How a call fails. */
export interface Injection {
  readonly fault: DriverFault;
  /**
   * `before` its effect (when nothing is said), `after` it (the effect stands and the caller is told that it does not), or
   * `during` it where a call can be done in part: half of the first piece of a `write`, half of the objects of a `remove`
   * or a `removeTree`, the first page of a list, the first piece of a read. Elsewhere `during` is `before`.
   */
  readonly when?: 'before' | 'during' | 'after';
}

/** Asked once for each call; undefined lets it pass. */
export type FaultPlan = (call: Call) => Injection | undefined;

const CHANGES: ReadonlySet<Operation> = new Set<Operation>([
  'put',
  'touch',
  'move',
  'copy',
  'remove',
  'removeFolder',
  'removeTree',
  'makeFolder',
  'append',
  'write',
  'commit',
]);

/** True for an operation that can leave the store other than it was. */
export function isChange(operation: Operation): boolean {
  return CHANGES.has(operation);
}

/** Fails the n-th call (from 1) of the operation, or of all operations, once. */
export function failOnce(n: number, injection: Injection, operation?: Operation): FaultPlan {
  let seen = 0;
  return (call) => ((operation === undefined || call.operation === operation) && ++seen === n ? injection : undefined);
}

/** Fails each call of the operation. */
export function failAlways(operation: Operation, injection: Injection): FaultPlan {
  return (call) => (call.operation === operation ? injection : undefined);
}

/** The driver with faults. `close` of readers, writers and the driver never fails, and `stamp` is left alone. */
export function faulty(driver: StorageDriver, plan: FaultPlan): StorageDriver {
  let calls = 0;

  /** Makes a call as the plan wants it. `part` does half of it; `undo` frees what a call had opened that fails after its effect. */
  async function make<T>(
    operation: Operation,
    paths: readonly string[],
    whole: () => Promise<T>,
    { part, undo }: { part?: () => Promise<unknown>; undo?: (result: T) => Promise<void> } = {},
  ): Promise<T> {
    const injection = plan({ number: ++calls, operation, paths });
    if (injection === undefined) return whole();
    if (injection.when === 'during') await part?.();
    if (injection.when === 'after') {
      const result = await whole();
      await undo?.(result);
    }
    throw injected(injection, operation, paths);
  }

  async function* pages<T>(operation: Operation, path: string, inner: () => AsyncIterable<T>): AsyncGenerator<T> {
    const injection = plan({ number: ++calls, operation, paths: [path] });
    if (injection === undefined) {
      yield* inner();
      return;
    }
    if (injection.when !== undefined && injection.when !== 'before') {
      for await (const page of inner()) {
        yield page;
        if (injection.when === 'during') break;
      }
    }
    throw injected(injection, operation, [path]);
  }

  function faultyReader(reader: ObjectReader, path: string): ObjectReader {
    return { ...reader, chunks: () => pages('chunks', path, () => reader.chunks()) };
  }

  function faultyWriter(writer: ObjectWriter, path: string): ObjectWriter {
    return {
      get size() {
        return writer.size;
      },
      write: (source, options) =>
        make('write', [path], () => writer.write(source, options), {
          part: async () => writer.write(await firstHalf(source), options),
        }),
      commit: (options) => make('commit', [path], () => writer.commit(options)),
      close: () => writer.close(),
    };
  }

  async function removeHalf(path: string): Promise<void> {
    const found: Entry[] = [];
    for await (const page of driver.walk(path as Entry['path'])) found.push(...page);
    await driver.remove(found.slice(0, Math.ceil(found.length / 2)).map((entry) => entry.path));
  }

  return {
    name: driver.name,
    features: driver.features,
    read: (path, options) => make('read', [path], () => driver.read(path, options)),
    open: (path, options) =>
      make('open', [path], async () => faultyReader(await driver.open(path, options), path), {
        undo: (reader) => reader.close(),
      }),
    stat: (path, options) => make('stat', [path], () => driver.stat(path, options)),
    put: (path, content, options) => make('put', [path], () => driver.put(path, content, options)),
    touch: (path, options) => make('touch', [path], () => driver.touch(path, options)),
    move: (from, to, options) => make('move', [from, to], () => driver.move(from, to, options)),
    copy: (from, to, options) => make('copy', [from, to], () => driver.copy(from, to, options)),
    remove: (paths, options) =>
      make('remove', paths, () => driver.remove(paths, options), {
        part: async () => driver.remove(paths.slice(0, Math.floor(paths.length / 2)), options),
      }),
    removeFolder: (path, options) => make('removeFolder', [path], () => driver.removeFolder(path, options)),
    removeTree: (path, options) =>
      make('removeTree', [path], () => driver.removeTree(path, options), { part: () => removeHalf(path) }),
    makeFolder: (path, options) => make('makeFolder', [path], () => driver.makeFolder(path, options)),
    list: (path, options) => pages('list', path, () => driver.list(path, options)),
    walk: (path, options) => pages('walk', path, () => driver.walk(path, options)),
    append: (path, at, options) =>
      make('append', [path], async () => faultyWriter(await driver.append(path, at, options), path), {
        undo: (writer) => writer.close(),
      }),
    appended: (path, options) => make('appended', [path], () => driver.appended(path, options)),
    stamp: (path) => driver.stamp(path),
    settle: (paths, options) => make('settle', paths, () => driver.settle(paths, options)),
    close: () => driver.close(),
  };
}

function injected({ fault, when = 'before' }: Injection, operation: Operation, paths: readonly string[]): DriverError {
  return new DriverError(fault, operation, paths[0] ?? '', new Error(`injected ${when} the effect`));
}

/** Half of the first piece. What the source has left is nobody's, as when a connection breaks. */
async function firstHalf(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  // A stream belongs to who opened it: leaving it early must not destroy it.
  const pieces = source instanceof Readable ? source.iterator({ destroyOnReturn: false }) : source[Symbol.asyncIterator]();
  const first = (await pieces.next()) as IteratorResult<Uint8Array, unknown>;
  await pieces.return?.();
  return Readable.from(first.done ? [] : [first.value.subarray(0, Math.ceil(first.value.length / 2))]);
}
