/**
 * Stands before every driver: refuses paths that no driver may see, and sees to it that nothing but the contract's errors
 * comes out. Paths are minted by `src/paths`, so a refusal here means a bug above; it is the last fence before the disk.
 */
import { isAbort } from '../core/errors.js';
import { DriverError, type ObjectReader, type ObjectWriter, type StorageDriver } from './driver.js';

const PATH = /^(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._-]{1,255})+$/;

/** True for a path that every driver takes: absolute, parts of `A-Z a-z 0-9 . _ -`, none `.` or `..`, each at most 255 bytes. */
export function isStoragePath(path: string): boolean {
  return PATH.test(path);
}

/** The same driver behind the fence. */
export function checked(driver: StorageDriver): StorageDriver {
  async function run<T>(operation: string, paths: readonly string[], step: () => Promise<T>): Promise<T> {
    check(operation, paths);
    try {
      return await step();
    } catch (error) {
      throw toldAs(error, operation, paths[0] ?? '');
    }
  }

  async function* pages<T>(operation: string, path: string, start: () => AsyncIterable<T>): AsyncGenerator<T> {
    check(operation, [path]);
    try {
      yield* start();
    } catch (error) {
      throw toldAs(error, operation, path);
    }
  }

  return {
    name: driver.name,
    features: driver.features,
    read: (path, options) => run('read', [path], () => driver.read(path, options)),
    open: (path, options) => run('open', [path], async () => checkedReader(await driver.open(path, options), path)),
    stat: (path, options) => run('stat', [path], () => driver.stat(path, options)),
    put: (path, content, options) => run('put', [path], () => driver.put(path, content, options)),
    touch: (path, options) => run('touch', [path], () => driver.touch(path, options)),
    move: (from, to, options) => run('move', [from, to], () => driver.move(from, to, options)),
    copy: (from, to, options) => run('copy', [from, to], () => driver.copy(from, to, options)),
    remove: (paths, options) => run('remove', paths, () => driver.remove(paths, options)),
    removeFolder: (path, options) => run('removeFolder', [path], () => driver.removeFolder(path, options)),
    removeTree: (path, options) => run('removeTree', [path], () => driver.removeTree(path, options)),
    makeFolder: (path, options) => run('makeFolder', [path], () => driver.makeFolder(path, options)),
    list: (path, options) => pages('list', path, () => driver.list(path, options)),
    walk: (path, options) => pages('walk', path, () => driver.walk(path, options)),
    append: (path, at, options) => run('append', [path], async () => checkedWriter(await driver.append(path, at, options), path)),
    appended: (path, options) => run('appended', [path], () => driver.appended(path, options)),
    stamp: (path) => (isStoragePath(path) ? driver.stamp(path) : undefined),
    settle: (paths, options) => run('settle', paths, () => driver.settle(paths, options)),
    close: () => run('close', [], () => driver.close()),
  };
}

function check(operation: string, paths: readonly string[]): void {
  for (const path of paths) {
    if (!isStoragePath(path)) throw new DriverError('invalid-path', operation, path.slice(0, 1024));
  }
}

function toldAs(error: unknown, operation: string, path: string): unknown {
  return error instanceof DriverError || isAbort(error) ? error : new DriverError('failed', operation, path, error);
}

function checkedReader(reader: ObjectReader, path: string): ObjectReader {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* reader.chunks();
    } catch (error) {
      throw toldAs(error, 'open', path);
    }
  }
  return { ...reader, chunks };
}

/** `write` passes errors on as they are: they may be the source's, which are nobody's to rename. */
function checkedWriter(writer: ObjectWriter, path: string): ObjectWriter {
  return {
    get size() {
      return writer.size;
    },
    write: (source, options) => writer.write(source, options),
    async commit(options) {
      try {
        await writer.commit(options);
      } catch (error) {
        throw toldAs(error, 'commit', path);
      }
    },
    close: () => writer.close(),
  };
}
