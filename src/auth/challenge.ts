/** The text of `WWW-Authenticate`, as registry:2 writes it: clients take it apart with parsers of their own. */
/** `Basic realm="..."`. */
export function basicChallenge(realm: string): string {
  return `Basic realm=${quoted(realm)}`;
}

/** A quoted string. What is not ASCII is sent as UTF-8, a header's characters being bytes. */
export function quoted(text: string): string {
  return `"${Buffer.from(text, 'utf8').toString('latin1').replaceAll(/["\\]/g, '\\$&')}"`;
}
