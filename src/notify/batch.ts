/** Events that wait together, and their order. */
import type { Notice } from './envelope.js';

/** A batch of the queue. */
export interface Batch {
  /** Undefined when the store did not take it: then it is kept in memory alone. */
  readonly name: string | undefined;
  /** What is not sent yet; undefined while it is only in the store. */
  left: Notice[] | undefined;
  /** So many are left. */
  count: number;
}

/** All batches of two lists that are in order, in order; what has no name stays behind what it came after. */
export function merged(found: readonly Batch[], pending: readonly Batch[]): Batch[] {
  const all: Batch[] = [];
  let at = 0;
  for (const batch of pending) {
    for (let one = found[at]; one !== undefined && isBefore(one, batch); one = found[++at]) all.push(one);
    all.push(batch);
  }
  return [...all, ...found.slice(at)];
}

function isBefore(one: Batch, other: Batch): boolean {
  return one.name !== undefined && other.name !== undefined && one.name < other.name;
}
