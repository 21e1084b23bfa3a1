/** Basic credentials (RFC 7617), byte for byte: names and passwords are compared as they were sent. */

/** A name and a password. */
export interface BasicCredentials {
  /** One character for each byte (latin1), so that no two names become one. */
  readonly user: string;
  readonly password: Buffer;
}

const SCHEME = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i;

/** What a header of the scheme Basic holds; undefined for anything else, and for control characters, which RFC 7617 forbids. */
export function parseBasic(authorization: string): BasicCredentials | undefined {
  const encoded = SCHEME.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const colon = bytes.indexOf(':');
  if (colon < 0 || bytes.some(isControl)) return undefined;
  return { user: bytes.toString('latin1', 0, colon), password: bytes.subarray(colon + 1) };
}

/** A zero byte above all: to bcrypt, a password and the same one twice with a zero between are one. */
function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f;
}
