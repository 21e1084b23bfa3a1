/** What an expression says, as a tree. Which of several matches is meant, and what groups hold, is not asked for. */
import type { CharSet } from './char-set.js';

/** A place between two characters. */
export type Place = 'start' | 'end' | 'lineStart' | 'lineEnd' | 'edge' | 'noEdge';

/** A part of an expression. */
export type Node =
  | { readonly kind: 'chars'; readonly set: CharSet }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | { readonly kind: 'choice'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number };

/** An expression that cannot be read. */
export function wrong(what: string): Error {
  return new Error(what);
}
