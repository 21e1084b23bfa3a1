/** Fingerprints of files and folders, for `StorageDriver.stamp` and for what is kept inside the driver. */
import { isOperators, type Places } from './places.js';
import type { FileStamp, FileSystem } from './system.js';

/** Fingerprints, at one synchronous system call each. */
export interface Stamps {
  /** Of what is at the path now; undefined when nothing is. */
  raw(path: string): string | undefined;
  /**
   * As `raw`, but undefined when the last change is younger than 2 s, or lies in the future: within one tick of the file
   * system's clock (some milliseconds; a second or two on old ones) a further change would leave the same stamp.
   */
  trusted(path: string): string | undefined;
}

const TOO_YOUNG_NS = 2_000_000_000n;

/** Stamps of what is below the root. */
export function createStamps(system: FileSystem, places: Places, now: () => number): Stamps {
  function read(path: string): FileStamp | undefined {
    try {
      return system.stampAt(places.onDisk(path), isOperators(path));
    } catch {
      // A stamp is advice: what cannot be looked at has none, and the call that is made then says why.
      return undefined;
    }
  }
  return {
    raw(path) {
      const stamp = read(path);
      return stamp && textOf(stamp);
    },
    trusted(path) {
      const stamp = read(path);
      if (stamp === undefined) return undefined;
      const oldEnough = BigInt(Math.floor(now())) * 1_000_000n - TOO_YOUNG_NS;
      return stamp.modifiedNs > oldEnough || stamp.changedNs > oldEnough ? undefined : textOf(stamp);
    },
  };
}

function textOf(stamp: FileStamp): string {
  return `${stamp.inode}.${stamp.size}.${stamp.modifiedNs}.${stamp.changedNs}`;
}
