/**
 * The two forms of a schema 1 manifest: the payload, which is what was signed and what the digest is of, and the pretty
 * form, which is the payload with one more member, `signatures`, before its last brace.
 */
import { printIndented } from './go-json.js';
import { invalid } from './invalid.js';
import { parseJson } from './json.js';
import type { PayloadFormat } from './jws.js';

const [SPACE, TAB, LINE, RETURN, BRACE, COMMA, OPEN] = Buffer.from(' \t\n\r},{');

/** A longer one would be repeated for each line of each signature; the short form says the same. */
const MAX_INDENT = 32;

/** So many times their length signatures may have when they are printed: with 32 spaces for a level, common ones have 6. */
const MAX_GROWTH = 16;

/** Where `signatures` goes into a payload: what follows. Undefined for what is no payload. */
export function formatOf(payload: Uint8Array): PayloadFormat | undefined {
  let at = beforeSpace(payload, payload.length);
  if (payload[at - 1] !== BRACE) return undefined;
  at = beforeSpace(payload, at - 1);
  if (at === 0 || payload[at - 1] === COMMA || payload[at - 1] === OPEN) return undefined;
  return { length: at, tail: Buffer.from(payload.subarray(at)) };
}

/** True when the two say the same. */
export function isSameFormat(a: PayloadFormat, b: PayloadFormat): boolean {
  return a.length === b.length && a.tail.equals(b.tail);
}

/** The pretty form: the blocks, compact JSON each, in this order. The payload is one that has a format. */
export function attachSignatures(payload: Uint8Array, blocks: readonly Uint8Array[]): Buffer {
  const length = formatOf(payload)?.length ?? 0;
  const list = `[${blocks.map((block) => Buffer.from(block).toString('utf8')).join(',')}]`;
  const indent = indentOf(payload);
  const printed = indent === undefined ? undefined : printIndented(list, indent, indent, MAX_GROWTH * list.length);
  const member = printed === undefined ? `,"signatures":${list}}` : `,\n${indent}"signatures": ${printed}\n}`;
  return Buffer.concat([payload.subarray(0, length), Buffer.from(member)]);
}

/** What stands before the first member, when that has a line of its own. */
function indentOf(payload: Uint8Array): string | undefined {
  const head = Buffer.from(payload.subarray(0, MAX_INDENT + 3)).toString('latin1');
  return /^\{\n([ \t\r\n]*)"/.exec(head)?.[1];
}

/**
 * The payload of a signed document. MANIFEST_INVALID unless the document is the payload with the one member more that
 * `attachSignatures` would put there, spelled in any way: anything else in it would look signed and not be.
 */
export function recoverPayload(document: Uint8Array, format: PayloadFormat): Buffer {
  if (format.length > document.length) throw invalid('formatLength is more than the document has');
  const payload = Buffer.concat([document.subarray(0, format.length), format.tail]);
  const fields = parseJson(payload);
  if (fields === undefined) throw invalid('formatLength and formatTail do not give a JSON object: they are not of this document');
  if (Object.hasOwn(fields, 'signatures')) throw invalid('the payload has signatures in it');
  // Otherwise signatures of one payload, merged, would say different things of where it ends.
  const natural = formatOf(payload);
  if (!natural || !isSameFormat(natural, format)) throw invalid('formatLength is not where the last member of the payload ends');
  const rest = Buffer.from(document.subarray(format.length)).toString('utf8');
  const comma = /^[ \t\r\n]*,/.exec(rest)?.[0];
  const added = comma === undefined ? undefined : parseJson(Buffer.from(`{${rest.slice(comma.length)}`));
  if (!added || Object.keys(added).join() !== 'signatures') {
    throw invalid('between the payload and the end of the document stands something other than signatures');
  }
  return payload;
}

/** The offset after the last byte before `end` that is no white space. */
function beforeSpace(bytes: Uint8Array, end: number): number {
  let at = end;
  while (at > 0 && isSpace(bytes[at - 1])) at--;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === LINE || byte === RETURN;
}
