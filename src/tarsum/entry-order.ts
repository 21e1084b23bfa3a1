/**
 * The order in which the sums of the entries are hashed: by sum; but two entries of one path stand as in the archive. These
 * rules may contradict each other: a path's later entry has the smaller sum, and that of another entry lies between. The
 * sum of 2014 then depended on how its library sorted, so there is none here.
 */
import type { ByteTable } from './byte-table.js';
import { Refusal } from './refusal.js';

/** Numbers of the entries in that order. A Refusal when there is none. */
export function orderOf(sums: ByteTable, paths: ByteTable): Uint32Array {
  const groups = groupsOf(paths);
  const order = sums.sorted();
  if (groups.length === 0) return order;
  const places = placesOf(order, sums);
  const result = order.slice();
  for (const members of groups) {
    const slots = Uint32Array.from(members, (member) => places.of[member] ?? 0).sort();
    if (contradicts(members, slots, places)) throw new Refusal('cyclic-duplicates');
    // Nothing stands between those that are out of order, so that they can trade places.
    for (const [at, slot] of slots.entries()) result[slot] = members[at] ?? 0;
  }
  return result;
}

/** Entries of the same path, in order of the archive, for each path that there is more than one of. */
function groupsOf(paths: ByteTable): readonly Uint32Array[] {
  const order = paths.sorted();
  const groups: Uint32Array[] = [];
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && paths.isEqual(order[start] ?? 0, order[end] ?? 0)) end++;
    if (end - start > 1) groups.push(order.slice(start, end));
    start = end;
  }
  return groups;
}

/** Where entries stand in the order of their sums, and where those with the same sum begin and end, by place. */
interface Places {
  readonly of: Uint32Array;
  readonly first: Uint32Array;
  readonly last: Uint32Array;
}

function placesOf(order: Uint32Array, sums: ByteTable): Places {
  const of = new Uint32Array(order.length);
  const first = new Uint32Array(order.length);
  const last = new Uint32Array(order.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && sums.isEqual(order[start] ?? 0, order[end] ?? 0)) end++;
    first.fill(start, start, end);
    last.fill(end - 1, start, end);
    start = end;
  }
  for (const [place, entry] of order.entries()) of[entry] = place;
  return { of, first, last };
}

/** True when another path's sum is one of, or between, two sums of this path that stand in the archive the other way round. */
function contradicts(members: Uint32Array, slots: Uint32Array, { of, first, last }: Places): boolean {
  let highest = 0;
  for (const [at, member] of members.entries()) {
    const place = of[member] ?? 0;
    const from = first[place] ?? 0;
    const to = last[highest] ?? 0;
    // The largest of the earlier sums makes the widest gap, which holds those of all the others.
    if (at > 0 && place < highest) {
      const own = countBelow(slots, to + 1) - countBelow(slots, from);
      if (own < to - from + 1) return true;
    }
    if (at === 0 || place > highest) highest = place;
  }
  return false;
}

/** How many of the ascending numbers are below the limit. */
function countBelow(numbers: Uint32Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
