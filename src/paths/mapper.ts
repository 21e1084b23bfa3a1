/** Both ways between specs and paths for any table: what `pathFor` and `parsePath` are for the released layout. */
import type { StoragePath } from '../core/storage-path.js';
import type { Layout, VariablesInTable } from './layout.js';
import { compileParser } from './parse-path.js';
import { compileWriters } from './path-for.js';
import type { Values } from './variables.js';

/** The values that a kind's path is made of. */
export type ValuesIn<L extends Layout, K extends keyof L> = Pick<Values, VariablesInTable<L, K> & keyof Values>;

type ObjectKind<L extends Layout> = { [K in keyof L]: L[K]['type'] extends 'object' ? K : never }[keyof L];

/** What a path of an object means. */
export type ObjectSpec<L extends Layout> = { [K in ObjectKind<L>]: { readonly kind: K } & ValuesIn<L, K> }[ObjectKind<L>];

/** A table, compiled. */
export interface Mapper<L extends Layout> {
  readonly layout: L;
  /** The path of an object or a folder. */
  pathFor<K extends keyof L & string>(kind: K, values: ValuesIn<L, K>): StoragePath;
  /**
   * What an object at the path is; undefined when the table has none there. Undoes `pathFor` for objects. Folders are not
   * read: where names may hold any word, a folder may be a part of a repository or lead to another one.
   */
  parseObject(path: string): ObjectSpec<L> | undefined;
}

/** The mapper of a table. */
export function createMapper<const L extends Layout>(layout: L): Mapper<L> {
  const writers = compileWriters(layout);
  const parse = compileParser(Object.fromEntries(Object.entries(layout).filter(([, row]) => row.type === 'object')));
  return {
    layout,
    pathFor(kind, values) {
      const write = writers[kind];
      if (write === undefined) throw new TypeError(`the layout has no ${kind}`);
      return write(values) as StoragePath;
    },
    parseObject: (path) => parse(path) as ObjectSpec<L> | undefined,
  };
}
