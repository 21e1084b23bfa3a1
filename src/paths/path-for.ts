import type { StoragePath } from '../core/storage-path.js';
import { type Kind, LAYOUT, ROOT, type Variable, type VariablesOf } from './layout.js';
import { SPELLINGS, type Values } from './variables.js';

/** The values that a kind's path is made of. */
export type ValuesFor<K extends Kind> = Pick<Values, VariablesOf<K>>;

type Writer = (values: Partial<Values>) => string;

/** Templates are taken apart once, at start: a path then costs a few string joins. */
function compile(template: string): Writer {
  const pieces = `${ROOT}/${template}`.split(/<([a-z]+)>/);
  return (values) => {
    let path = pieces[0] ?? '';
    for (let i = 1; i < pieces.length; i += 2) {
      const variable = pieces[i] as Variable;
      path += (SPELLINGS[variable].spell as (value: unknown) => string)(values[variable]) + (pieces[i + 1] ?? '');
    }
    return path;
  };
}

const WRITERS = Object.fromEntries(Object.entries(LAYOUT).map(([kind, row]) => [kind, compile(row.path)])) as Record<
  Kind,
  Writer
>;

/** The path of an object or folder of the store. The only way to a path from above the drivers. */
export function pathFor<K extends Kind>(kind: K, values: ValuesFor<K>): StoragePath {
  return WRITERS[kind](values) as StoragePath;
}
