/** The way back from a path to what it means. The templates are folded into one tree at start, so that a path is read once. */
import { type Kind, LAYOUT, ROOT, type Row, type Variable } from './layout.js';
import type { ValuesFor } from './path-for.js';
import { SPELLINGS, type Values } from './variables.js';

/** What a path means. */
export type PathSpec = { [K in Kind]: { readonly kind: K } & ValuesFor<K> }[Kind];

/** Where templates that begin alike go apart. */
interface Fork {
  /** The kind whose template ends here. */
  kind?: Kind;
  readonly literals: Map<string, Fork>;
  readonly variables: Map<Variable, Fork>;
}

type Found = { kind: Kind } & { -readonly [V in Variable]?: Values[V] };

const TREE = fold(LAYOUT);

/**
 * What the path means, or undefined when the layout has no such place. Undoes `pathFor`: it matches the whole path from
 * the root, and only the one way to spell it. At most one kind matches a path. Its cost grows with the path's length.
 */
export function parsePath(path: string): PathSpec | undefined {
  if (!path.startsWith(`${ROOT}/`)) return undefined;
  return match(TREE, path.slice(ROOT.length + 1).split('/'), 0) as PathSpec | undefined;
}

function match(fork: Fork, parts: readonly string[], start: number): Found | undefined {
  const part = parts[start];
  if (part === undefined) return fork.kind && { kind: fork.kind };
  const literal = fork.literals.get(part);
  if (literal) return match(literal, parts, start + 1);
  for (const [variable, next] of fork.variables) {
    for (const span of spansOf(variable, parts, start)) {
      const value =
        start + span <= parts.length ? SPELLINGS[variable].read(parts.slice(start, start + span).join('/')) : undefined;
      const found = value === undefined ? undefined : match(next, parts, start + span);
      if (found) return Object.assign(found, { [variable]: value });
    }
  }
  return undefined;
}

function spansOf(variable: Variable, parts: readonly string[], start: number): readonly number[] {
  const spans = SPELLINGS[variable].parts;
  if (spans !== 'name') return spans;
  let end = start;
  while (end < parts.length && !parts[end]?.startsWith('_')) end++;
  return [end - start];
}

function fold(layout: Record<string, Row>): Fork {
  const tree = createFork();
  for (const [kind, row] of Object.entries(layout)) {
    let fork = tree;
    for (const part of row.path.split('/')) {
      fork = part.startsWith('<') ? grown(fork.variables, part.slice(1, -1) as Variable) : grown(fork.literals, part);
    }
    fork.kind = kind as Kind;
  }
  return tree;
}

function grown<K>(branches: Map<K, Fork>, key: K): Fork {
  const fork = branches.get(key) ?? createFork();
  branches.set(key, fork);
  return fork;
}

function createFork(): Fork {
  return { literals: new Map(), variables: new Map() };
}
