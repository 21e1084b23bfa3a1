/** JSON as the programs in Go write it that signed and stored schema 1 manifests: byte for byte, since digests are made of it. */
import { byteOrder } from '../core/pages.js';
import { isObject } from './json.js';

/** Characters that Go writes as escapes, and JavaScript as they are. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/** Compact JSON of a value that came from JSON, members sorted by name. */
export function encodeSorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(encodeSorted).join(',')}]`;
  if (!isObject(value)) return encodeText(value);
  const members = Object.entries(value).sort(([a], [b]) => byteOrder(a, b));
  return `{${members.map(([name, member]) => `${encodeText(name)}:${encodeSorted(member)}`).join(',')}}`;
}

/** Compact JSON of a text, a number, a flag or null. */
export function encodeText(value: unknown): string {
  return JSON.stringify(value).replace(ESCAPED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const TOKENS = /"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}[\]:,]/g;

/**
 * Compact JSON, printed with a member or an entry on each line: `indent` for each level, after `prefix`. Undefined when that
 * would have more than `maxLength` characters: of few bytes that are deep in one another it can make very many.
 */
export function printIndented(compact: string, prefix: string, indent: string, maxLength = Infinity): string | undefined {
  let depth = 0;
  const line = (): string => `\n${prefix}${indent.repeat(depth)}`;
  const spread = (token: string): string => {
    switch (token) {
      case '{':
      case '[':
        depth++;
        return token + line();
      case '}':
      case ']':
        depth--;
        return line() + token;
      case ',':
        return token + line();
      case ':':
        return ': ';
      default:
        return token;
    }
  };
  let printed = '';
  let end = 0;
  for (const { 0: token, index } of compact.matchAll(TOKENS)) {
    printed += compact.slice(end, index) + spread(token);
    end = index + token.length;
    if (printed.length > maxLength) return undefined;
  }
  return printed + compact.slice(end);
}
