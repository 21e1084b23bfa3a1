/** What stands behind a backslash, and between brackets. */
import { type CharSetParts, literal, PERL, POSIX, range, unicodeClass } from './char-set.js';
import type { Cursor } from './cursor.js';
import { wrong } from './tree.js';

const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const ASCII = 128;
const MAX_CODE_POINT = 0x10ffff;

/** The single character that is spelt, the backslash being read. */
export function readEscaped(cursor: Cursor): number {
  const octal = cursor.match(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
  if (octal) return Number.parseInt(octal[0], 8);
  const hex = cursor.match(/x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})/y);
  if (hex) {
    const codePoint = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    if (codePoint <= MAX_CODE_POINT) return codePoint;
    throw wrong(`\\${hex[0]} is no character`);
  }
  const character = cursor.next();
  if (Object.hasOwn(CONTROL, character)) return CONTROL[character] ?? 0;
  const codePoint = character.codePointAt(0) ?? ASCII;
  if (codePoint < ASCII && !/^[0-9A-Za-z]$/.test(character)) return codePoint;
  throw wrong(character === '' ? 'a backslash at the end' : `\\${character} is not known`);
}

/** A class such as `\d` or `\p{Greek}`, the backslash being read; undefined when something else is next. */
export function readClass(cursor: Cursor): CharSetParts | undefined {
  const perl = cursor.match(/[dswDSW]/y)?.[0];
  if (perl !== undefined) return partsOf(PERL[perl.toLowerCase()] ?? '', perl !== perl.toLowerCase());
  const unicode = cursor.match(/([pP])(?:\{(\^?)([^}]*)\}|([A-Z]))/y);
  if (unicode === undefined) return undefined;
  const body = unicodeClass(unicode[3] ?? unicode[4] ?? '');
  if (body === undefined) throw wrong(`\\${unicode[0]} is no class of Unicode that is known`);
  return partsOf(body, (unicode[1] === 'P') !== (unicode[2] === '^'));
}

/** What stands between brackets, the first being read. */
export function readBrackets(cursor: Cursor): CharSetParts {
  const inverted = cursor.take('^');
  let positive = '';
  const negative: string[] = [];
  const add = (parts: CharSetParts): void => {
    positive += parts.positive;
    negative.push(...parts.negative);
  };
  for (let isFirst = true; isFirst || !cursor.take(']'); isFirst = false) {
    const posix = cursor.match(/\[:(\^?)([a-z]+):\]/y);
    if (posix) {
      const body = Object.hasOwn(POSIX, posix[2] ?? '') ? POSIX[posix[2] ?? ''] : undefined;
      if (body === undefined) throw wrong(`${posix[0]} is not known`);
      add(partsOf(body, posix[1] === '^'));
      continue;
    }
    const escaped = cursor.take('\\');
    const parts = escaped ? readClass(cursor) : undefined;
    if (parts) {
      add(parts);
      continue;
    }
    const first = escaped ? readEscaped(cursor) : readMember(cursor);
    if (cursor.match(/-(?!\])/y) === undefined) positive += literal(first);
    else {
      const last = cursor.take('\\') ? readEscaped(cursor) : readMember(cursor);
      if (last < first) throw wrong('a range between brackets ends before it begins');
      positive += range(first, last);
    }
  }
  return { positive, negative, inverted };
}

function readMember(cursor: Cursor): number {
  const character = cursor.next();
  if (character === '') throw wrong('[ without its ]');
  return character.codePointAt(0) ?? 0;
}

function partsOf(body: string, isNegative: boolean): CharSetParts {
  return { positive: isNegative ? '' : body, negative: isNegative ? [body] : [], inverted: false };
}
