/**
 * The one place where a store that is away or full becomes an error for a client. `not-found`, `condition-failed` and
 * `conflict` mean something to the code above and pass as they are.
 */
import { RegistryError } from '../core/errors.js';
import { DriverError, type StorageDriver } from '../driver/driver.js';

/** Seconds that a client is asked to wait before it tries again. */
const RETRY_AFTER = 5;

/** The same driver, whose `unavailable` and `no-space` are UNAVAILABLE with a sentence and a Retry-After. */
export function translated(driver: StorageDriver): StorageDriver {
  return {
    ...driver,
    read: (path, options) => driver.read(path, options).catch(translate),
    async open(path, options) {
      const reader = await driver.open(path, options).catch(translate);
      return {
        size: reader.size,
        range: reader.range,
        modified: reader.modified,
        chunks: () => translatedPages(reader.chunks()),
        close: () => reader.close(),
      };
    },
    stat: (path, options) => driver.stat(path, options).catch(translate),
    put: (path, content, options) => driver.put(path, content, options).catch(translate),
    touch: (path, options) => driver.touch(path, options).catch(translate),
    move: (from, to, options) => driver.move(from, to, options).catch(translate),
    copy: (from, to, options) => driver.copy(from, to, options).catch(translate),
    remove: (paths, options) => driver.remove(paths, options).catch(translate),
    removeFolder: (path, options) => driver.removeFolder(path, options).catch(translate),
    removeTree: (path, options) => driver.removeTree(path, options).catch(translate),
    makeFolder: (path, options) => driver.makeFolder(path, options).catch(translate),
    list: (path, options) => translatedPages(driver.list(path, options)),
    walk: (path, options) => translatedPages(driver.walk(path, options)),
    async append(path, at, options) {
      const writer = await driver.append(path, at, options).catch(translate);
      return {
        get size() {
          return writer.size;
        },
        write: (source, how) => writer.write(source, how).catch(translate),
        commit: (how) => writer.commit(how).catch(translate),
        close: () => writer.close(),
      };
    },
    appended: (path, options) => driver.appended(path, options).catch(translate),
    settle: (paths, options) => driver.settle(paths, options).catch(translate),
  };
}

async function* translatedPages<T>(pages: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* pages;
  } catch (error) {
    translate(error);
  }
}

function translate(error: unknown): never {
  if (error instanceof DriverError && (error.fault === 'unavailable' || error.fault === 'no-space')) {
    const message =
      error.fault === 'no-space'
        ? 'the storage is full; nothing was stored, try again when there is room'
        : 'the storage does not answer, or takes no writes; try again in a moment';
    throw new RegistryError('UNAVAILABLE', { message, retryAfter: RETRY_AFTER, cause: error });
  }
  throw error;
}
