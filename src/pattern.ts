/**
 * Regular expressions of operators, in the syntax of Go that registry:2 reads. They are matched in time that grows with the
 * text and no faster, since the text is from strangers: one expression of registry:2's own manual, `([^/]+\.)*`, lets the
 * expressions of JavaScript run for ever on a text that was made for it.
 */
import { RE2JS } from 're2js';

/** An expression that is ready. */
export interface Pattern {
  /** Whether any part of the text matches. */
  matches(text: string): boolean;
}

/** Longer ones are a mistake, and what is wrong with them fills no line. */
const MOST_TEXT = 1000;

/** The expression. Throws an Error that says what is wrong with it. */
export function createPattern(source: string): Pattern {
  if (source.length > MOST_TEXT) throw new Error(`it has more than ${MOST_TEXT} characters`);
  const expression = RE2JS.compile(source);
  return { matches: (text) => expression.matcher(text).find() };
}
