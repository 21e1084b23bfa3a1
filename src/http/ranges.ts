/** Byte ranges in headers: `Range` of a GET (RFC 9110, section 14) and the registry's own `Content-Range` of a chunk. */
import type { ByteRange } from '../core/byte-range.js';
import { RegistryError } from '../core/errors.js';

/** What a `Range` header means for content of a known size. */
export type RangeWanted =
  | { readonly kind: 'whole' }
  | { readonly kind: 'unsatisfiable' }
  | { readonly kind: 'part'; readonly range: ByteRange };

const WHOLE: RangeWanted = { kind: 'whole' };
const UNSATISFIABLE: RangeWanted = { kind: 'unsatisfiable' };
const ONE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;
const CHUNK = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/;

/**
 * The part that is wanted, cut to the size. Unknown units, several ranges and nonsense mean the whole, as RFC 9110 allows;
 * a first byte behind the end or behind the last byte cannot be satisfied, as docker/distribution and the OCI tests have it.
 */
export function parseRange(header: string | undefined, size: number): RangeWanted {
  const match = header === undefined ? null : ONE_RANGE.exec(header);
  if (match === null) return WHOLE;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return WHOLE;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? UNSATISFIABLE : { kind: 'part', range: { start: size - length, end: size } };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return start >= size || start >= end ? UNSATISFIABLE : { kind: 'part', range: { start, end } };
}

/** The `Content-Range` of a 206. */
export function contentRange(range: ByteRange, size: number): string {
  return `bytes ${range.start}-${range.end - 1}/${size}`;
}

/**
 * The bytes that a chunk says it has: `<first>-<last>`, both included; the `bytes` unit and a total are put up with.
 * SIZE_INVALID when malformed or not as long as `contentLength` (undefined: not announced).
 */
export function parseChunkRange(header: string | undefined, contentLength: number | undefined): ByteRange | undefined {
  if (header === undefined) return undefined;
  const match = CHUNK.exec(header.trim());
  if (match === null) {
    throw new RegistryError('SIZE_INVALID', {
      message: 'Content-Range of a chunk is <first byte>-<last byte>',
      detail: header.slice(0, 128),
    });
  }
  const range = { start: Number(match[1]), end: Number(match[2]) + 1 };
  if (range.end <= range.start || (contentLength !== undefined && range.end - range.start !== contentLength)) {
    throw new RegistryError('SIZE_INVALID', { detail: { contentRange: header, contentLength } });
  }
  return range;
}

/** The `Range` of an upload: no unit, and `0-0` also when it is empty, as docker/distribution answers. */
export function uploadRange(size: number): string {
  return `0-${Math.max(size - 1, 0)}`;
}
