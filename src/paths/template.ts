/** Templates of paths: literals and variables between slashes, `repositories/<name>/_layers/<digest>/link`. */
import type { Variable } from './layout.js';
import { SHAPES, type Shape, SPELLINGS, type Spelling } from './variables.js';

/** A variable in its place. */
export interface VariableIn {
  readonly variable: Variable;
  /** The variable with its shape; two that are equal are read alike. */
  readonly key: string;
  /** As the variable is spelled, or as the shape behind its name says: `<digest:tarsum>`. */
  readonly spelling: Spelling<unknown>;
}

/** The parts of a template, in order: literal texts and variables. */
export function readTemplate(template: string): readonly (string | VariableIn)[] {
  return template.split('/').map((part) => {
    const [, variable, shape] = /^<(\w+)(?::(\w+))?>$/.exec(part) ?? [];
    if (variable === undefined) return part;
    const spelling: unknown = shape === undefined ? SPELLINGS[variable as Variable] : SHAPES[shape as Shape];
    return { variable: variable as Variable, key: part, spelling: spelling as Spelling<unknown> };
  });
}
