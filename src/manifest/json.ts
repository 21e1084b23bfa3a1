/** JSON with limits: valid UTF-8 without a byte order mark, an object, and no deeper than any manifest is. */
import { type Digest, isDigest } from '../core/digest.js';

/** How many objects and lists may stand in one another: deeper documents are no manifests, and must not exhaust the stack. */
export const MAX_DEPTH = 64;

const [QUOTE, BACKSLASH, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, COLON] = Buffer.from('"\\{}[]:');

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The object that the bytes spell; undefined when they are no JSON object within the limits. */
export function parseJson(bytes: Uint8Array): Record<string, unknown> | undefined {
  const value = parseValue(bytes);
  return isObject(value) ? value : undefined;
}

/** True for a JSON object, not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True when the object has the member. One that is null counts as missing: programs in Go write empty lists so. */
export function has(document: Record<string, unknown>, member: string): boolean {
  return document[member] !== undefined && document[member] !== null;
}

/**
 * Every text anywhere in the document that is a digest, names of members included, each once; undefined when the bytes are
 * no JSON within the limits, and so may name anything.
 */
export function digestsIn(bytes: Uint8Array): readonly Digest[] | undefined {
  const value = parseValue(bytes);
  if (value === undefined) return undefined;
  const found = new Set<Digest>();
  const walk = (node: unknown): void => {
    if (typeof node === 'string') {
      if (isDigest(node)) found.add(node);
    } else if (Array.isArray(node)) {
      for (const child of node) walk(child);
    } else if (isObject(node)) {
      for (const [key, child] of Object.entries(node)) {
        walk(key);
        walk(child);
      }
    }
  };
  walk(value);
  return [...found];
}

/** How many members the objects of a JSON text have in all. Any bytes give some number. */
export function countMembers(bytes: Uint8Array): number {
  let members = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) inText = !inText;
    else if (inText && byte === BACKSLASH) i++;
    else if (!inText && byte === COLON) members++;
  }
  return members;
}

function parseValue(bytes: Uint8Array): unknown {
  if (!isShallow(bytes)) return undefined;
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** Counts brackets outside of texts, so that nothing deep is ever built. What is no JSON may pass: the parser sees to it. */
function isShallow(bytes: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) inText = !inText;
    else if (inText && byte === BACKSLASH) i++;
    else if (!inText && (byte === OPEN_OBJECT || byte === OPEN_LIST)) depth++;
    else if (!inText && (byte === CLOSE_OBJECT || byte === CLOSE_LIST)) depth--;
    if (depth > MAX_DEPTH) return false;
  }
  return true;
}
