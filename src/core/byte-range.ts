/** A part of an object, in bytes: `start` included, `end` not. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The part of the range that lies within `size` bytes; empty (`start === end`) when nothing does. */
export function clampRange(range: ByteRange, size: number): ByteRange {
  const start = Math.min(Math.max(range.start, 0), size);
  return { start, end: Math.min(Math.max(range.end, start), size) };
}
