/** Lists come a page at a time: an item at a time costs ten times as much. In order; never an empty page. */
export type Pages<T> = AsyncIterable<readonly T[]>;

/** Where a list starts and how much of it is wanted. */
export interface ListOptions {
  /** Only what sorts after this name, which need not exist. */
  readonly after?: string;
  /** At most so many items in all. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** All items in one array; for lists known to be short. */
export async function collectPages<T>(pages: Pages<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) {
    // Not spread into one call: a page of many thousands is more arguments than a call takes.
    for (const item of page) all.push(item);
  }
  return all;
}

/** Compares by bytes of UTF-8, which for the names of a store (ASCII) is the order of code units. */
export function byteOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where in names that are in byte order, or in what has such names, those begin that sort after this one. */
export function indexAfter<T>(sorted: readonly T[], after: string, nameOf: (one: T) => string = String): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const one = sorted[middle];
    if (one !== undefined && nameOf(one) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
