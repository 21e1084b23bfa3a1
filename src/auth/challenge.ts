/** The text of `WWW-Authenticate`, as registry:2 writes it: clients take it apart with parsers of their own. */
import type { Access } from './auth.js';
/** What is said of a token that is not enough. */
export type TokenFault = 'invalid_token' | 'insufficient_scope';

/** `Bearer realm="...",service="..."`, with the scope when something is wanted, and with what was wrong with a token. */
export function bearerChallenge(realm: string, service: string, wanted: readonly Access[], fault?: TokenFault): string {
  const scope = wanted.length === 0 ? '' : `,scope=${quoted(scopeOf(wanted))}`;
  return `Bearer realm=${quoted(realm)},service=${quoted(service)}${scope}${fault === undefined ? '' : `,error="${fault}"`}`;
}

/** `Basic realm="..."`. */
export function basicChallenge(realm: string): string {
  return `Basic realm=${quoted(realm)}`;
}

/** A quoted string. What is not ASCII is sent as UTF-8, a header's characters being bytes. */
function quoted(text: string): string {
  return `"${Buffer.from(text, 'utf8').toString('latin1').replaceAll(/["\\]/g, '\\$&')}"`;
}

/** The scope that covers all of it: `repository:a/b:pull,push repository:c:pull`, in the order in which it is wanted. */
function scopeOf(wanted: readonly Access[]): string {
  const scopes = new Map<string, string[]>();
  for (const { type, name, action } of wanted) {
    const resource = `${type}:${name}`;
    const actions = scopes.get(resource) ?? [];
    scopes.set(resource, actions);
    if (!actions.includes(action)) actions.push(action);
  }
  return [...scopes].map(([resource, actions]) => `${resource}:${actions.join(',')}`).join(' ');
}
