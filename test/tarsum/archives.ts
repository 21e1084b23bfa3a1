/** Archives made by hand, so that a test can say exactly what stands in them, right or wrong. */

/** Bytes, or text of one byte a character. */
export type Bytes = Uint8Array | string;

/** One header and its body. What is not said is empty, or as an archiver would write it. */
export interface Entry {
  readonly name?: Bytes;
  readonly type?: Bytes;
  /** Numbers are written in octal; bytes as they are. */
  readonly mode?: number | Bytes;
  readonly uid?: number | Bytes;
  readonly gid?: number | Bytes;
  /** The length of the body, unless it is to be wrong. */
  readonly size?: number | Bytes;
  readonly mtime?: number | Bytes;
  readonly linkname?: Bytes;
  readonly uname?: Bytes;
  readonly gname?: Bytes;
  readonly devmajor?: number | Bytes;
  readonly devminor?: number | Bytes;
  readonly prefix?: Bytes;
  readonly format?: 'posix' | 'gnu' | 'v7' | 'star';
  readonly body?: Bytes;
  readonly checksum?: 'unsigned' | 'signed' | Bytes;
}

const MAGIC = { posix: 'ustar\x0000', gnu: 'ustar  \0', star: 'ustar\x0000', v7: '' } as const;

/** The bytes of the entry: header, body, padding. */
export function entry(what: Entry): Buffer {
  const { format = 'posix', body = '', checksum = 'unsigned' } = what;
  const content = bytesOf(body);
  const block = Buffer.alloc(512);
  const put = (value: Bytes, at: number, width: number): void => void bytesOf(value).copy(block, at, 0, width);
  put(what.name ?? '', 0, 100);
  put(field(what.mode, 8), 100, 8);
  put(field(what.uid, 8), 108, 8);
  put(field(what.gid, 8), 116, 8);
  put(field(what.size ?? content.length, 12), 124, 12);
  put(field(what.mtime, 12), 136, 12);
  put(what.type ?? '0', 156, 1);
  put(what.linkname ?? '', 157, 100);
  put(MAGIC[format], 257, 8);
  put(what.uname ?? '', 265, 32);
  put(what.gname ?? '', 297, 32);
  put(field(what.devmajor, 8), 329, 8);
  put(field(what.devminor, 8), 337, 8);
  put(what.prefix ?? '', 345, 155);
  if (format === 'star') put('tar\0', 508, 4);
  put(checksum === 'unsigned' || checksum === 'signed' ? sumOf(block, checksum === 'signed') : checksum, 148, 8);
  return Buffer.concat([block, content, padding(content.length)]);
}

/** A whole archive: the entries and two zero blocks. */
export function archive(...entries: readonly (Entry | Buffer)[]): Buffer {
  const parts = entries.map((one) => (Buffer.isBuffer(one) ? one : entry(one)));
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** The pax header before an entry, with these records. */
export function pax(...records: readonly (readonly [key: string, value: Bytes])[]): Buffer {
  return entry({ name: 'PaxHeaders/x', type: 'x', body: Buffer.concat(records.map(([key, value]) => record(key, value))) });
}

/** One pax record. */
export function record(key: string, value: Bytes): Buffer {
  const rest = Buffer.concat([bytesOf(` ${key}=`), bytesOf(value), bytesOf('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length++;
  return Buffer.concat([bytesOf(String(length)), rest]);
}

/** GNU's entry with the long name, or the long link name, of the next one. */
export function longName(name: Bytes, type: 'L' | 'K' = 'L'): Buffer {
  return entry({ name: '././@LongLink', format: 'gnu', type, body: Buffer.concat([bytesOf(name), Buffer.alloc(1)]) });
}

/** A field in base-256: the number, big-endian, behind a first bit that says so. */
export function base256(value: bigint, width: number): Buffer {
  const field = Buffer.alloc(width);
  for (let at = width - 1, rest = value; at >= 0; at--, rest >>= 8n) field[at] = Number(rest & 0xffn);
  field[0] = (field[0] ?? 0) | 0x80;
  return field;
}

/** Bytes up to the next block. */
export function padding(length: number): Buffer {
  return Buffer.alloc((512 - (length % 512)) % 512);
}

/** The bytes of a text, each character one. */
export function bytesOf(value: Bytes): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value);
}

function field(value: number | Bytes | undefined, width: number): Bytes {
  if (typeof value !== 'number' && value !== undefined) return value;
  return `${(value ?? 0).toString(8).padStart(width - 1, '0')}\0`;
}

function sumOf(block: Buffer, signed: boolean): string {
  const spaced = Buffer.from(block);
  spaced.fill(0x20, 148, 156);
  const sum = spaced.reduce((total, byte) => total + (signed && byte >= 0x80 ? byte - 256 : byte), 0);
  return `${sum.toString(8).padStart(6, '0')}\0 `;
}
