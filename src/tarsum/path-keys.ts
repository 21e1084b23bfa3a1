import { hash } from 'node:crypto';

/** Length of every key. */
export const PATH_KEY_BYTES = 64;
/** The first bytes are a mix of all, since sorting looks at them first; the next is the length of the path. */
const MIX_BYTES = 4;
const PATH_START = MIX_BYTES + 1;
const MAX_PLAIN_PATH = PATH_KEY_BYTES - PATH_START;
/** In the place of the length: more than any that stands there. */
const HASHED = 0xff;

/**
 * Keys of one length for paths of any: equal keys are equal paths. Most paths are short and stand in their key; longer ones
 * do so as their sha256, since whoever makes an archive may try to make equal keys. A key is good until the next is asked for.
 */
export function createPathKeys(): (path: Buffer) => Buffer {
  const key = Buffer.alloc(PATH_KEY_BYTES);
  return (path) => {
    const isPlain = path.length <= MAX_PLAIN_PATH;
    const bytes = isPlain ? path : hash('sha256', path, 'buffer');
    key.fill(0);
    key[MIX_BYTES] = isPlain ? path.length : HASHED;
    key.set(bytes, PATH_START);
    key.writeUInt32BE(mixOf(bytes), 0);
    return key;
  };
}

/** FNV-1a of 32 bits. */
function mixOf(bytes: Buffer): number {
  let mix = 0x811c9dc5;
  for (const byte of bytes) mix = Math.imul(mix ^ byte, 0x01000193);
  return mix >>> 0;
}
