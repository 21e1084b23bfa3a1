/** The tables of docs/layout.md that tell the order of writing, and what the program writes, in the same words. */
import type { StorageDriver } from '../../src/driver/driver.js';
import { LAYOUT } from '../../src/paths/layout.js';
import { parsePath } from '../../src/paths/parse-path.js';
import { faulty, type Operation } from '../support/faulty-driver.js';

/** Kinds of objects, in the order in which a table names them. */
export type Order = readonly string[];

/** The order that each table tells, under its title: the kinds in its first column, where the second tells of crashes. */
export function readOrders(page: string): ReadonlyMap<string, Order> {
  const orders = new Map<string, Order>();
  for (const table of page.matchAll(/^\| (.*?) \| A crash after it leaves \|\n\|---\|---\|\n((?:\|.*\n)+)/gm)) {
    const cells = (table[2] ?? '').split('\n').map((row) => row.split('|')[1] ?? '');
    const kinds = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''));
    orders.set(
      table[1] ?? '',
      kinds.filter((kind) => kind in LAYOUT),
    );
  }
  return orders;
}

/** What is told of: empty folders mean nothing, and the steps of an upload's data are one. */
const TOLD: ReadonlySet<Operation> = new Set<Operation>(['put', 'append', 'move', 'remove', 'removeTree', 'makeFolder', 'list']);

/** A driver, and the kinds of what is changed through it, in order, one after another of the same kind once; with the looks at what is condemned. */
export function recorded(driver: StorageDriver): { readonly driver: StorageDriver; readonly taken: () => Order } {
  let kinds: string[] = [];
  const recording = faulty(driver, ({ operation, paths }) => {
    for (const path of TOLD.has(operation) ? paths : []) {
      const kind = parsePath(path)?.kind;
      if (kind === undefined || (operation === 'list' && kind !== 'condemned') || kinds.at(-1) === kind) continue;
      // What comes out of an upload, when it becomes a blob, is told once: under its new name.
      if (operation === 'move' && kind === 'uploadData') continue;
      kinds.push(kind);
    }
    return undefined;
  });
  const taken = (): Order => {
    const all = kinds;
    kinds = [];
    return all;
  };
  return { driver: recording, taken };
}

/** The places in the order, one for each of the kinds, one after another; undefined when they come in another order. */
export function placesIn(order: Order, kinds: Order): readonly number[] | undefined {
  const places: number[] = [];
  for (const kind of kinds) {
    const place = order.indexOf(kind, (places.at(-1) ?? -1) + 1);
    if (place < 0) return undefined;
    places.push(place);
  }
  return places;
}
