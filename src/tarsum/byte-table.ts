/**
 * Many records of the same few bytes each, in as little memory as they have bytes. Sorting is by the engine's own sort of
 * plain numbers (the first bytes of a record and its place in one number); only records that begin alike are compared.
 */

/** Records of one length, numbered from 0. */
export interface ByteTable {
  readonly length: number;
  /** Adds a record of that length: a copy of the bytes. */
  append(record: Uint8Array): void;
  /** Copies a record into the target, which has room for it there. */
  copy(index: number, target: Buffer, at: number): void;
  isEqual(first: number, second: number): boolean;
  /** Below, equal to or above 0, as the first record is before, like or behind the second in byte order. */
  compare(first: number, second: number): number;
  /** Numbers of all records, in byte order of the records; of equal ones the earlier is first. */
  sorted(): Uint32Array;
}

/** A power of two. */
const RECORDS_OF_A_CHUNK = 512;
/** Bits of whole numbers that a float holds. */
const SAFE_BITS = 53;

/** An empty table of records that have so many bytes, which must be at least four. */
export function createByteTable(width: number): ByteTable {
  const chunks: Buffer[] = [];
  let length = 0;

  const chunkOf = (index: number): Buffer => {
    const chunk = chunks[Math.floor(index / RECORDS_OF_A_CHUNK)];
    if (chunk === undefined) throw new RangeError(`there is no record ${index}`);
    return chunk;
  };
  const startOf = (index: number): number => (index % RECORDS_OF_A_CHUNK) * width;

  const compare = (first: number, second: number): number => {
    const at = startOf(first);
    const other = startOf(second);
    return chunkOf(first).compare(chunkOf(second), other, other + width, at, at + width);
  };

  const beginningOf = (index: number): number => chunkOf(index).readUInt32BE(startOf(index));

  return {
    get length() {
      return length;
    },
    append(record) {
      if (record.length !== width) throw new RangeError(`a record has ${width} bytes, not ${record.length}`);
      if (length % RECORDS_OF_A_CHUNK === 0) chunks.push(Buffer.allocUnsafeSlow(RECORDS_OF_A_CHUNK * width));
      chunkOf(length).set(record, startOf(length));
      length++;
    },
    copy(index, target, at) {
      const start = startOf(index);
      chunkOf(index).copy(target, at, start, start + width);
    },
    compare,
    // Most that differ do so at once, and a look is cheaper than a call.
    isEqual: (first, second) => beginningOf(first) === beginningOf(second) && compare(first, second) === 0,
    sorted() {
      const indexBits = Math.ceil(Math.log2(Math.max(2, length)));
      const places = 2 ** indexBits;
      const dropped = 2 ** (32 - Math.min(32, SAFE_BITS - indexBits));
      const keys = new Float64Array(length);
      for (let index = 0; index < length; index++) {
        keys[index] = Math.floor(beginningOf(index) / dropped) * places + index;
      }
      keys.sort();
      const order = new Uint32Array(length);
      for (let at = 0; at < length; at++) order[at] = (keys[at] ?? 0) % places;
      for (let start = 0; start < length; ) {
        const limit = (Math.floor((keys[start] ?? 0) / places) + 1) * places;
        let end = start + 1;
        while (end < length && (keys[end] ?? 0) < limit) end++;
        if (end - start > 1) sortRun(order.subarray(start, end), compare);
        start = end;
      }
      return order;
    },
  };
}

/** Records that begin alike. Mostly they are equal, and in order already. */
function sortRun(run: Uint32Array, compare: (first: number, second: number) => number): void {
  for (let at = 1; at < run.length; at++) {
    if (compare(run[at - 1] ?? 0, run[at] ?? 0) <= 0) continue;
    run.sort(compare);
    return;
  }
}
