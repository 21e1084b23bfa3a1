/**
 * The header of an entry: one block of 512 bytes, read as clients read it in 2014. Texts are bytes and stay bytes: a tarsum
 * is over what stands in the archive, in whatever encoding.
 */
import { type Count, readNumber } from './numbers.js';
import { Refusal } from './refusal.js';

/** Length of all blocks of an archive. */
export const BLOCK = 512;

/** Types of entries, as they stand in the header. */
export const TYPE = { hardLink: 0x31, charDevice: 0x33, blockDevice: 0x34, fifo: 0x36 } as const;

/** What stands in a header. Its texts are views of the block. */
export interface TarHeader {
  readonly name: Buffer;
  readonly mode: Count;
  readonly uid: Count;
  readonly gid: Count;
  readonly size: Count;
  readonly mtime: Count;
  /** The byte as it is: old archives have 0 for a file. */
  readonly type: number;
  readonly linkname: Buffer;
  readonly uname: Buffer;
  readonly gname: Buffer;
  readonly devmajor: Count;
  readonly devminor: Count;
}

const EMPTY = Buffer.alloc(0);
const CHECKSUM = 148;
const CHECKSUM_END = 156;
const SPACE = 0x20;
const SLASH = Buffer.from('/');

/** What the block says. A Refusal when its checksum is wrong or a number cannot be read. */
export function parseHeader(block: Buffer): TarHeader {
  verifyChecksum(block);
  const type = block[156] ?? 0;
  const format = formatOf(block);
  const isDevice = format !== 'v7' && (type === TYPE.charDevice || type === TYPE.blockDevice);
  return {
    name: nameOf(block, format),
    mode: readNumber(block, 100, 108),
    uid: readNumber(block, 108, 116),
    gid: readNumber(block, 116, 124),
    size: readNumber(block, 124, 136),
    mtime: readNumber(block, 136, 148),
    type,
    linkname: readText(block, 157, 257),
    uname: format === 'v7' ? EMPTY : readText(block, 265, 297),
    gname: format === 'v7' ? EMPTY : readText(block, 297, 329),
    devmajor: isDevice ? readNumber(block, 329, 337) : 0,
    devminor: isDevice ? readNumber(block, 337, 345) : 0,
  };
}

type Format = 'v7' | 'posix' | 'gnu' | 'star';

function formatOf(block: Buffer): Format {
  const magic = block.toString('latin1', 257, 265);
  if (magic === 'ustar  \0') return 'gnu';
  if (!magic.startsWith('ustar\0')) return 'v7';
  return block.toString('latin1', 508, 512) === 'tar\0' ? 'star' : 'posix';
}

/** GNU keeps times where the others have a prefix; readers of 2014 took them for one, and so do we. */
function nameOf(block: Buffer, format: Format): Buffer {
  const name = readText(block, 0, 100);
  if (format === 'v7') return name;
  const prefix = readText(block, 345, format === 'star' ? 345 + 131 : 345 + 155);
  return prefix.length === 0 ? name : Buffer.concat([prefix, SLASH, name]);
}

function readText(block: Buffer, start: number, end: number): Buffer {
  const nul = block.indexOf(0, start);
  if (nul === start) return EMPTY;
  return block.subarray(start, nul < 0 || nul > end ? end : nul);
}

/** The bytes before the first that is 0. */
export function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Old programs summed bytes as signed ones. */
function verifyChecksum(block: Buffer): void {
  const given = checksumIn(block);
  const sum = sumOf(block);
  if (given === sum) return;
  const signed = sum - 256 * countHigh(block);
  if (given !== signed) throw new Refusal('header-checksum');
}

/** Of all bytes, with spaces in place of the checksum. */
function sumOf(block: Buffer): number {
  let sum = (CHECKSUM_END - CHECKSUM) * SPACE;
  for (let at = 0; at < CHECKSUM; at++) sum += block[at] ?? 0;
  for (let at = CHECKSUM_END; at < BLOCK; at++) sum += block[at] ?? 0;
  return sum;
}

function countHigh(block: Buffer): number {
  let count = 0;
  for (let at = 0; at < BLOCK; at++) {
    if ((at < CHECKSUM || at >= CHECKSUM_END) && (block[at] ?? 0) >= 0x80) count++;
  }
  return count;
}

/** Whatever is no tar archive is told so, rather than that it has a bad number. */
function checksumIn(block: Buffer): Count | undefined {
  try {
    return readNumber(block, CHECKSUM, CHECKSUM_END);
  } catch {
    return undefined;
  }
}
