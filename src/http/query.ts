/**
 * Query strings. A `+` stands for itself: no value of this API has spaces, but digests (`tarsum+sha256:`) and media types
 * (`application/vnd.x+json`) have plus signs, which many clients send as they are.
 */
import { RegistryError } from '../core/errors.js';

/** Parameters in the order in which they were sent. */
export type Query = readonly (readonly [name: string, value: string])[];

/** More parameters than any use of the API has. */
const MAX_PARAMETERS = 256;
const NONE: Query = [];

/** The parameters of what stands behind `?`. Faulty percent-encoding stands for itself. NOT_FOUND (414) when there are too many. */
export function parseQuery(text: string): Query {
  if (text === '') return NONE;
  const parts = text.split('&', MAX_PARAMETERS + 1);
  if (parts.length > MAX_PARAMETERS) {
    throw new RegistryError('NOT_FOUND', { status: 414, message: `a query has at most ${MAX_PARAMETERS} parameters` });
  }
  return parts.filter((part) => part !== '').map(parseParameter);
}

function parseParameter(part: string): readonly [string, string] {
  const equals = part.indexOf('=');
  return equals < 0 ? [decodePart(part), ''] : [decodePart(part.slice(0, equals)), decodePart(part.slice(equals + 1))];
}

/** The first value of a parameter; undefined when it is missing or empty. */
export function firstOf(query: Query, name: string): string | undefined {
  for (const [key, value] of query) if (key === name && value !== '') return value;
  return undefined;
}

/** All values of a parameter, empty ones left out. */
export function allOf(query: Query, name: string): readonly string[] {
  return query.filter(([key, value]) => key === name && value !== '').map(([, value]) => value);
}

/** The number of entries wanted. PAGINATION_NUMBER_INVALID when `n` is not a whole number. */
export function numberOf(query: Query): number | undefined {
  const text = firstOf(query, 'n');
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  throw new RegistryError('PAGINATION_NUMBER_INVALID', {
    message: 'n is a whole number, 0 or more',
    detail: { n: text.slice(0, 64) },
  });
}

/** Undoes percent-encoding; text that has none, or a faulty one, is returned as it is. */
export function decodePart(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // No grammar of the API has a percent sign, so it is refused wherever it matters.
    return text;
  }
}
