/** How many bytes each writer may gather before it writes: fewer when many write, so that memory stays bounded. */

/** The bytes that all writers together may hold, about half of them on the way to the disk. */
const TOTAL = 32 << 20;
const MOST = 1 << 20;
const LEAST = 128 << 10;

/** A share for each active writer. */
export interface Shares {
  /** Bytes to gather for one write, now. */
  batch(): number;
  /** Runs the task as one more active writer. */
  during<T>(task: () => Promise<T>): Promise<T>;
}

/** Shares of one driver. */
export function createShares(): Shares {
  let active = 0;
  return {
    batch: () => Math.min(MOST, Math.max(LEAST, Math.floor(TOTAL / 2 / Math.max(active, 1)))),
    async during(task) {
      active++;
      try {
        return await task();
      } finally {
        active--;
      }
    },
  };
}
