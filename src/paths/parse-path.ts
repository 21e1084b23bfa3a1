/** The way back from a path to what it means. The templates are folded into one tree at start, so that a path is read once. */
import { MAX_NAME_LENGTH } from '../core/reference.js';
import { type Kind, LAYOUT, type Layout, ROOT, type Variable } from './layout.js';
import type { ValuesFor } from './path-for.js';
import { readTemplate, type VariableIn } from './template.js';
import type { Spelling, Values } from './variables.js';

/** What a path means. */
export type PathSpec = { [K in Kind]: { readonly kind: K } & ValuesFor<K> }[Kind];

/** Where templates that begin alike go apart. */
interface Fork {
  /** The kind whose template ends here. */
  kind?: string;
  readonly literals: Map<string, Fork>;
  readonly variables: Map<string, VariableIn & { readonly next: Fork }>;
}

/** What a path means in some table. */
export type Found = { kind: string } & { -readonly [V in Variable]?: Values[V] };

const parseReleased = compileParser(LAYOUT);

/**
 * What the path means, or undefined when the layout has no such place. Undoes `pathFor`: it matches the whole path from
 * the root, and only the one way to spell it. At most one kind matches a path. Its cost grows with the path's length.
 */
export function parsePath(path: string): PathSpec | undefined {
  return parseReleased(path) as PathSpec | undefined;
}

/** How the paths of a table are read. */
export function compileParser(layout: Layout): (path: string) => Found | undefined {
  const tree = fold(layout);
  return (path) => (path.startsWith(`${ROOT}/`) ? match(tree, path.slice(ROOT.length + 1).split('/'), 0) : undefined);
}

function match(fork: Fork, parts: readonly string[], start: number): Found | undefined {
  const part = parts[start];
  if (part === undefined) return fork.kind === undefined ? undefined : { kind: fork.kind };
  const literal = fork.literals.get(part);
  if (literal) return match(literal, parts, start + 1);
  for (const { variable, spelling, next } of fork.variables.values()) {
    for (const span of spansOf(spelling, parts, start)) {
      const value = start + span <= parts.length ? spelling.read(parts.slice(start, start + span).join('/')) : undefined;
      const found = value === undefined ? undefined : match(next, parts, start + span);
      if (found) return Object.assign(found, { [variable]: value });
    }
  }
  return undefined;
}

/** More parts than the longest name has. */
const MAX_NAME_PARTS = (MAX_NAME_LENGTH + 1) / 2;

function spansOf({ parts: spans }: Spelling<unknown>, parts: readonly string[], start: number): readonly number[] {
  if (typeof spans !== 'string') return spans;
  let end = start;
  while (end < parts.length && !parts[end]?.startsWith('_')) end++;
  if (spans === 'name') return [end - start];
  return Array.from({ length: Math.min(end - start, MAX_NAME_PARTS) }, (_, i) => i + 1);
}

function fold(layout: Layout): Fork {
  const tree = createFork();
  for (const [kind, row] of Object.entries(layout)) {
    let fork = tree;
    for (const part of readTemplate(row.path)) fork = typeof part === 'string' ? below(fork, part) : behind(fork, part);
    fork.kind = kind;
  }
  return tree;
}

function below({ literals }: Fork, part: string): Fork {
  const fork = literals.get(part) ?? createFork();
  literals.set(part, fork);
  return fork;
}

function behind({ variables }: Fork, variable: VariableIn): Fork {
  const branch = variables.get(variable.key) ?? { ...variable, next: createFork() };
  variables.set(variable.key, branch);
  return branch.next;
}

function createFork(): Fork {
  return { literals: new Map(), variables: new Map() };
}
