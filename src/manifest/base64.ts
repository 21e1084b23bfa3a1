/** Base64 in the one spelling that it has: what a lenient decoder would take in several is refused, so that a text is its bytes. */

/** The bytes that a text of the URL alphabet spells, padded or not, as libtrust takes both. Undefined when it spells none. */
export function decodeBase64url(text: string): Buffer | undefined {
  const bare = text.length % 4 === 0 ? text.replace(/={1,2}$/, '') : text;
  const bytes = Buffer.from(bare, 'base64url');
  return bytes.toString('base64url') === bare ? bytes : undefined;
}

/** The bytes that a text of the standard alphabet with padding spells. Undefined when it spells none. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
