/** The names of public keys, as libtrust makes them: in signatures of schema 1, and in tokens that Docker's servers issue. */
import { createHash, type KeyObject } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const KEY_ID_BYTES = 30;

/** The key id: 30 bytes of the hash of the key's DER form, as 12 groups of 4 characters. */
export function keyIdOf(key: KeyObject): string {
  const der = key.export({ type: 'spki', format: 'der' });
  const hash = createHash('sha256').update(der).digest().subarray(0, KEY_ID_BYTES);
  const bits = BigInt(`0x${hash.toString('hex')}`);
  const characters = Array.from({ length: 48 }, (_, at) => BASE32[Number((bits >> BigInt(5 * (47 - at))) & 31n)]);
  return Array.from({ length: 12 }, (_, at) => characters.slice(4 * at, 4 * at + 4).join('')).join(':');
}
