/** Sets of characters: each asks expressions of JavaScript that look at one character, which cost the same for any. */

/** Tells whether a character, given as its code point, is in the set. */
export interface CharSet {
  has(codePoint: number): boolean;
}

/** What a set is made of. Texts are what may stand between the brackets of JavaScript. */
export interface CharSetParts {
  /** What is in it. */
  readonly positive: string;
  /** Of each of these, what is not in it is in the set. */
  readonly negative: readonly string[];
  /** All that the rest says is turned round. */
  readonly inverted: boolean;
}

const ASCII = 128;

/** The set; `fold`: without regard to case, as Unicode folds single characters. */
export function createCharSet({ positive, negative, inverted }: CharSetParts, fold: boolean): CharSet {
  const one = (body: string): RegExp => new RegExp(`^[${body}]$`, fold ? 'iu' : 'u');
  const [inside, outside] = [positive === '' ? [] : [one(positive)], negative.map(one)];
  const look = (codePoint: number): boolean => {
    const text = String.fromCodePoint(codePoint);
    return inverted !== (inside.some((each) => each.test(text)) || outside.some((each) => !each.test(text)));
  };
  const known = Uint8Array.from({ length: ASCII }, (_, codePoint) => Number(look(codePoint)));
  return { has: (codePoint) => (codePoint < ASCII ? known[codePoint] === 1 : look(codePoint)) };
}

/** One character. */
export function literal(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`;
}

/** From one character to another. */
export function range(first: number, last: number): string {
  return `${literal(first)}-${literal(last)}`;
}

/** What Go has for the letters behind a backslash, which are of ASCII alone. */
export const PERL: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r ', w: '0-9A-Za-z_' };

/** What stands in `[[:name:]]`. */
export const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** A general category or a script of Unicode; undefined when there is none of that name. */
export function unicodeClass(name: string): string | undefined {
  if (!/^[A-Z][A-Za-z_]*$/.test(name)) return undefined;
  const body = name === 'Any' ? '\\p{Any}' : name.length <= 2 ? `\\p{gc=${name}}` : `\\p{sc=${name}}`;
  try {
    return new RegExp(`[${body}]`, 'u') && body;
  } catch {
    return undefined;
  }
}
