/**
 * Where things stand on the disk: the driver's paths below its root, and the names that it keeps for itself, which begin
 * with `.lading`. No name of the layout begins with a dot, so they collide with nothing, and no listing shows them.
 */
import { randomBytes } from 'node:crypto';
import { DriverError } from '../driver.js';
import { parentOf } from '../entry-path.js';

const OWN = '.lading';
const TEMPORARY = /^\.lading-[0-9a-f]{16}\.tmp$/;
const SPELLABLE = /^[A-Za-z0-9._-]+$/;

/** Symbolic links this deep, such as `docker/registry/v2/blobs`, are the operator's and are followed; deeper ones are nobody's. */
const OPERATORS_DEPTH = 4;

/** Paths of a root folder. */
export interface Places {
  readonly root: string;
  /** The path on the disk. `invalid-path` for a name that the driver keeps for itself. */
  onDisk(path: string): string;
  /** A fresh name beside the path, of the same file system, short whatever the target's name is. */
  temporary(path: string): string;
  /** The folder of locks between processes. */
  readonly locks: string;
}

/** Places below this absolute path. */
export function createPlaces(root: string): Places {
  const onDisk = (path: string): string => {
    if (path.includes(`/${OWN}`))
      throw new DriverError('invalid-path', 'path', path, new Error(`names that begin with ${OWN} are reserved`));
    return root + path;
  };
  return {
    root,
    onDisk,
    temporary: (path) => `${onDisk(parentOf(path))}/${OWN}-${randomBytes(8).toString('hex')}.tmp`,
    locks: `${root}/${OWN}/locks`,
  };
}

/** True when a listing may show the name. */
export function isShown(name: string): boolean {
  return SPELLABLE.test(name) && !name.startsWith(OWN);
}

/** True for the name of a temporary file, which is left behind when a process ends in the middle of a put. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/** True when a symbolic link at this path is followed. */
export function isOperators(path: string): boolean {
  return path.split('/').length - 1 <= OPERATORS_DEPTH;
}
