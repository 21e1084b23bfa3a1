/**
 * What stands before an entry and belongs to it: pax records (type `x`), and GNU's long names (`L`) and link names (`K`).
 * They may come in any order and more than once: of two that say the same the later one counts, and pax before GNU.
 */
import type { TarsumLimits } from './limits.js';
import { readDecimal, readSeconds } from './numbers.js';
import { Refusal } from './refusal.js';
import { type TarHeader, untilNul } from './tar-header.js';

/** Types of the entries that only say something about the next one. */
export const EXTENSION = { pax: 0x78, longName: 0x4c, longLink: 0x4b } as const;

/** A type of that kind. */
export type ExtensionType = (typeof EXTENSION)[keyof typeof EXTENSION];

/** True for the types above. */
export function isExtension(type: number): type is ExtensionType {
  return type === EXTENSION.pax || type === EXTENSION.longName || type === EXTENSION.longLink;
}

/** Extended attributes, by key. A key is held as latin1 text, which is its bytes one to one. */
export type Xattrs = ReadonlyMap<string, Buffer>;

/** What has been said about the next entry. */
export interface Extensions {
  /** Takes the content of an extension. Keeps views of it. A Refusal when it is malformed or there is too much. */
  add(type: ExtensionType, content: Buffer): void;
  /** The entry as it is meant. */
  applyTo(header: TarHeader): { readonly header: TarHeader; readonly xattrs: Xattrs };
}

const XATTR = 'SCHILY.xattr.';
const SPARSE = 'GNU.sparse.';
/** Records that change an entry; all others but attributes are ignored. */
const KEYS: ReadonlySet<string> = new Set(['path', 'linkpath', 'uname', 'gname', 'uid', 'gid', 'mtime', 'size']);

const SPACE = 0x20;
const EQUALS = 0x3d;
const NEW_LINE = 0x0a;
/** Digits of the length of a record: far more than the limit of records needs. */
const MAX_LENGTH_DIGITS = 20;

/** Nothing said yet. */
export function createExtensions(limits: TarsumLimits): Extensions {
  const records = new Map<string, Buffer>();
  const xattrs = new Map<string, Buffer>();
  let longName: Buffer | undefined;
  let longLink: Buffer | undefined;

  const record = (key: string, value: Buffer): void => {
    if (key.startsWith(SPARSE)) throw new Refusal('sparse-entry');
    if (KEYS.has(key)) records.set(key, value);
    if (!key.startsWith(XATTR)) return;
    xattrs.set(key.slice(XATTR.length), value);
    if (xattrs.size > limits.maxXattrs) throw new Refusal('too-many-xattrs');
  };

  return {
    add(type, content) {
      if (type === EXTENSION.longName) longName = untilNul(content);
      else if (type === EXTENSION.longLink) longLink = untilNul(content);
      else eachRecord(content, record);
    },

    applyTo(header) {
      const given = <T>(key: string, read: (value: Buffer) => T, otherwise: T): T => {
        const value = records.get(key);
        return value === undefined ? otherwise : read(value);
      };
      if (given('size', readDecimal, header.size) !== header.size) throw new Refusal('pax-size');
      return {
        header: {
          ...header,
          name: records.get('path') ?? longName ?? header.name,
          linkname: records.get('linkpath') ?? longLink ?? header.linkname,
          uname: records.get('uname') ?? header.uname,
          gname: records.get('gname') ?? header.gname,
          uid: given('uid', readDecimal, header.uid),
          gid: given('gid', readDecimal, header.gid),
          mtime: given('mtime', readSeconds, header.mtime),
        },
        xattrs,
      };
    },
  };
}

/** `LENGTH KEY=VALUE\n`, where the length is that of the whole record. */
function eachRecord(content: Buffer, record: (key: string, value: Buffer) => void): void {
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(SPACE, at);
    const end = at + lengthOf(content, at, space);
    const equals = content.indexOf(EQUALS, space + 1);
    const holds = end - 1 > space && content[end - 1] === NEW_LINE && equals > space && equals < end - 1;
    if (!holds) throw new Refusal('pax-record');
    record(content.toString('latin1', space + 1, equals), content.subarray(equals + 1, end - 1));
    at = end;
  }
}

function lengthOf(content: Buffer, at: number, space: number): number {
  if (space < 0 || space - at > MAX_LENGTH_DIGITS) throw new Refusal('pax-record');
  const digits = content.toString('latin1', at, space);
  if (!/^[0-9]+$/.test(digits)) throw new Refusal('pax-record');
  return Number(digits);
}
