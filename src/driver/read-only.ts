/** A store that is only looked at: nothing that is done through it can change it. */
import { DriverError, type StorageDriver } from './driver.js';

/** The driver, with every change refused (`failed`). Closing it closes the driver. */
export function readOnly(driver: StorageDriver): StorageDriver {
  const refuse = async (operation: string, path: string): Promise<never> => {
    throw new DriverError('failed', operation, path, new Error('the store was opened for reading'));
  };
  const { name, features, read, open, stat, list, walk, appended, stamp, settle, close } = driver;
  return {
    // One by one: a change that drivers learn later must not slip through.
    ...{ name, features, read, open, stat, list, walk, appended, stamp, settle, close },
    put: (path) => refuse('put', path),
    copy: (from) => refuse('copy', from),
    touch: (path) => refuse('touch', path),
    move: (from) => refuse('move', from),
    remove: ([path = '']) => refuse('remove', path),
    removeFolder: (path) => refuse('removeFolder', path),
    removeTree: (path) => refuse('removeTree', path),
    makeFolder: (path) => refuse('makeFolder', path),
    append: (path) => refuse('append', path),
  };
}
