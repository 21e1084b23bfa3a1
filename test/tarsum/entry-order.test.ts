import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createByteTable } from '../../src/tarsum/byte-table.js';
import { orderOf } from '../../src/tarsum/entry-order.js';
import { createPathKeys, PATH_KEY_BYTES } from '../../src/tarsum/path-keys.js';

interface Sum {
  readonly sum: number;
  readonly path: number;
  readonly at: number;
}

/** The rule as it is told: by position when the path is the same, else by sum. */
function before(one: Sum, other: Sum): boolean {
  return one.path === other.path ? one.at < other.at : one.sum < other.sum;
}

/** What the library of 2014 did with a few entries. */
function insertionSorted(sums: readonly Sum[]): readonly Sum[] {
  const sorted: Sum[] = [];
  for (const one of sums) {
    let at = sorted.length;
    for (let last = sorted[at - 1]; last && before(one, last); last = sorted[at - 1]) at--;
    sorted.splice(at, 0, one);
  }
  return sorted;
}

/** Three entries of which each stands before the next, or might: the sums of two may be equal. */
function isOpen(sums: readonly Sum[]): boolean {
  const pairs = sums.flatMap((one) =>
    sums.filter(({ path, at }) => path === one.path && at > one.at).map((other) => [one, other] as const),
  );
  return pairs.some(
    ([one, other]) =>
      one.sum > other.sum && sums.some(({ path, sum }) => path !== one.path && other.sum <= sum && sum <= one.sum),
  );
}

/** The same by the code that is tested, with sums of which some begin alike. */
function orderHere(list: readonly Sum[]): readonly number[] | undefined {
  const sums = createByteTable(32);
  const paths = createByteTable(PATH_KEY_BYTES);
  const keyOf = createPathKeys();
  for (const { sum, path } of list) {
    const record = Buffer.alloc(32);
    record.writeUInt8(Math.floor(sum / 4), 0);
    record.writeUInt8(sum % 4, 31);
    sums.append(record);
    paths.append(keyOf(Buffer.from(path % 2 === 0 ? `p${path}` : `${path}`.padStart(70, 'x'))));
  }
  try {
    return [...orderOf(sums, paths)];
  } catch (error) {
    assert.equal((error as { reason?: string }).reason, 'cyclic-duplicates');
    return undefined;
  }
}

describe('the order of sums', () => {
  const lists = fc
    .array(fc.record({ sum: fc.nat({ max: 11 }), path: fc.nat({ max: 4 }) }), { maxLength: 7 })
    .map((list) => list.map((one, at) => ({ ...one, at })));

  it('is that of a sort by the rule, and none where that depends on the sort', () => {
    let open = 0;
    fc.assert(
      fc.property(lists, (list) => {
        const found = orderHere(list);
        assert.equal(found === undefined, isOpen(list));
        if (found === undefined) open++;
        else {
          const expected = insertionSorted(list).map(({ sum }) => sum);
          assert.deepEqual(
            found.map((at) => list[at]?.sum),
            expected,
          );
        }
      }),
      { numRuns: 3000 },
    );
    assert.ok(open > 300, `${open} of 3000 were open`);
  });

  it('does not depend on where entries stand, when no path comes twice', () => {
    const many = Array.from({ length: 3000 }, (_, at) => ({ sum: (at * 7919) % 12, path: at * 2, at }));
    const one = orderHere(many)?.map((at) => many[at]?.sum);
    const other = orderHere(many.toReversed())?.map((at) => many.toReversed()[at]?.sum);
    assert.deepEqual(one, other);
    assert.equal(one?.length, 3000);
  });

  it('is found in time for very many entries of one path', () => {
    const worst = Array.from({ length: 60_000 }, (_, at) => ({ sum: at === 0 ? 11 : 9, path: 2, at }));
    assert.deepEqual(orderHere(worst)?.slice(0, 3), [0, 1, 2]);
    assert.equal(orderHere([...worst, { sum: 10, path: 4, at: 60_000 }]), undefined);
  });
});

describe('keys of paths', () => {
  it('are equal for equal paths only, short or long', () => {
    const keyOf = createPathKeys();
    const lengths = [0, 1, 32, 58, 59, 60, 61, 1000];
    const paths = [
      ...lengths.map((length) => Buffer.alloc(length, 0)),
      ...lengths.slice(1).map((length) => Buffer.alloc(length, 1)),
    ];
    const keys = paths.map((path) => keyOf(path).toString('hex'));
    assert.equal(new Set(keys).size, paths.length);
    assert.deepEqual(
      paths.map((path) => keyOf(path).toString('hex')),
      keys,
    );
  });
});

describe('a table of bytes', () => {
  it('sorts as the bytes do, equal ones by number', () => {
    const records = fc.array(fc.uint8Array({ minLength: 6, maxLength: 6, max: 2 }), { maxLength: 1200 });
    fc.assert(
      fc.property(records, (list) => {
        const table = createByteTable(6);
        for (const record of list) table.append(record);
        const expected = list
          .map((record, at) => ({ text: Buffer.from(record).toString('hex'), at }))
          .sort((one, other) => (one.text < other.text ? -1 : one.text > other.text ? 1 : one.at - other.at))
          .map(({ at }) => at);
        assert.deepEqual([...table.sorted()], expected);
      }),
      { numRuns: 50 },
    );
  });

  it('takes no record of another length', () => {
    assert.throws(() => createByteTable(6).append(Buffer.alloc(5)), RangeError);
  });
});
