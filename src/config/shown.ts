/** Values as they may be shown: in faults, in what `lading config check` prints. What may be a secret is not. */

/** Stands in place of a secret. */
export const HIDDEN = '(not shown)';

/** Names of headers, members and fields whose values are nobody's business. */
const TELLING = /auth|token|secret|passw|key|cookie|credential|session/i;

const LONGEST = 80;

/** The value of a known key, for a fault. Of a list or a section one cannot say that nothing in it is a secret. */
export function shownValue(value: unknown): string {
  if (typeof value === 'object') return formOf(value);
  const text = JSON.stringify(hidden(value)) ?? String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}

/** A value that was not expected where it stands, of which one cannot say that it is no secret: its form alone. */
export function formOf(value: unknown): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a section' : `a ${typeof value}`;
}

/** The value without secrets, of the same form. */
export function hidden(value: unknown): unknown {
  if (typeof value === 'string') return withoutCredentials(value);
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, TELLING.test(name) && !isNothing(inner) ? HIDDEN : hidden(inner)]),
  );
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || typeof value === 'boolean';
}

/** What stands before the host of a URL. */
function withoutCredentials(text: string): string {
  return text.replace(/([A-Za-z][\w+.-]*:\/\/)[^/?#@\s]*@/g, `$1${HIDDEN}@`);
}
