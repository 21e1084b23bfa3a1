/** A page of a list: what was asked for, and one more to know whether anything follows. */
import type { Pages } from '../../core/pages.js';

/** Entries of a page. `next` is the last of them when more follow. */
export interface ListPage<T> {
  readonly entries: readonly T[];
  readonly next: T | undefined;
}

/** The first `limit` entries; all when it is undefined. `list` is asked for one more than that. */
export async function takePage<T>(
  limit: number | undefined,
  list: (limit: { limit?: number }) => Pages<T>,
): Promise<ListPage<T>> {
  const entries: T[] = [];
  for await (const page of list(limit === undefined ? {} : { limit: limit + 1 })) for (const entry of page) entries.push(entry);
  if (limit === undefined || entries.length <= limit) return { entries, next: undefined };
  entries.length = limit;
  return { entries, next: entries.at(-1) };
}

/** The options of a list that begins after an entry. */
export function startingAfter(last: string | undefined, signal: AbortSignal): { after?: string; signal: AbortSignal } {
  return last === undefined ? { signal } : { after: last, signal };
}
