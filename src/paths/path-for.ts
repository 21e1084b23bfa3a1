import type { StoragePath } from '../core/storage-path.js';
import { type Kind, LAYOUT, type Layout, ROOT, type VariablesOf } from './layout.js';
import { readTemplate, type VariableIn } from './template.js';
import type { Values } from './variables.js';

/** The values that a kind's path is made of. */
export type ValuesFor<K extends Kind> = Pick<Values, VariablesOf<K>>;

/** Makes the path of one kind. */
export type Writer = (values: Partial<Values>) => string;

/** How the paths of a table's kinds are made. Templates are taken apart here: a path then costs a few string joins. */
export function compileWriters(layout: Layout): Readonly<Record<string, Writer>> {
  return Object.fromEntries(Object.entries(layout).map(([kind, row]) => [kind, compile(row.path)]));
}

function compile(template: string): Writer {
  const parts = readTemplate(template);
  let literal = ROOT as string;
  const pieces: { before: string; part: VariableIn }[] = [];
  for (const part of parts) {
    literal += '/';
    if (typeof part === 'string') literal += part;
    else {
      pieces.push({ before: literal, part });
      literal = '';
    }
  }
  const end = literal;
  return (values) => {
    let path = '';
    for (const { before, part } of pieces) path += before + part.spelling.spell(values[part.variable] as never);
    return path + end;
  };
}

/** The folder that the whole layout is below. */
export const rootFolder = ROOT as StoragePath;

const WRITERS = compileWriters(LAYOUT) as Readonly<Record<Kind, Writer>>;

/** The path of an object or folder of the store. The only way to a path from above the drivers. */
export function pathFor<K extends Kind>(kind: K, values: ValuesFor<K>): StoragePath {
  return WRITERS[kind](values) as StoragePath;
}
