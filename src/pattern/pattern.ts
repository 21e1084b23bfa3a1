/**
 * Regular expressions of operators, in the syntax of Go that registry:2 reads. They are matched in time that grows with the
 * text and no faster, since the text is from strangers: one expression of registry:2's own manual, `([^/]+\.)*`, lets the
 * expressions of JavaScript run for ever on a text that was made for it.
 */
import { parsePattern } from './parse.js';
import { compile, runs } from './program.js';

/** An expression that is ready. */
export interface Pattern {
  /** Whether any part of the text matches. */
  matches(text: string): boolean;
}

/** The expression. Throws an Error that says what is wrong with it. */
export function createPattern(source: string): Pattern {
  const program = compile(parsePattern(source));
  return { matches: (text) => runs(program, text) };
}
