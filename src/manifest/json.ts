/** JSON with limits: valid UTF-8 without a byte order mark, an object, and no deeper than any manifest is. */
import { type Digest, isDigest } from '../core/digest.js';

/** Deeper documents are no manifests; walking them must not exhaust the stack. */
const MAX_DEPTH = 64;

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

/** Every text anywhere in the document that is a digest, each once; undefined when the bytes are no JSON. */
export function digestsIn(bytes: Uint8Array): readonly Digest[] | undefined {
  const value = parseValue(bytes);
  if (value === undefined) return undefined;
  const found = new Set<Digest>();
  const walk = (node: unknown): void => {
    if (typeof node === 'string' && isDigest(node)) found.add(node);
    else if (Array.isArray(node)) node.forEach(walk);
    else if (isObject(node)) {
      for (const [key, child] of Object.entries(node)) {
        if (isDigest(key)) found.add(key);
        walk(child);
      }
    }
  };
  walk(value);
  return [...found];
}

function parseValue(bytes: Uint8Array): unknown {
  if (!isShallow(bytes)) return undefined;
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** Counts brackets outside of texts, so that nothing deep is ever built. */
function isShallow(bytes: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inText) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_DEPTH) return false;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return true;
}
