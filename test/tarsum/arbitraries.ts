/** Generators of archives: right ones with all that may stand in them, and what is nearly right. */
import fc from 'fast-check';
import { TARSUMS, type TarsumAlgorithm } from '../../src/core/digest.js';
import { archive, type Bytes, base256, type Entry, entry, longName, pax } from './archives.js';

/** Every algorithm that a sum is computed by. */
export const algorithms: fc.Arbitrary<TarsumAlgorithm> = fc.constantFrom(...(Object.keys(TARSUMS) as TarsumAlgorithm[]));

const bytes = (maxLength: number): fc.Arbitrary<Bytes> => fc.uint8Array({ maxLength, min: 1 }).map((value) => Buffer.from(value));

/** Few parts, so that the same path comes again, spelled in the same or another way. */
const names: fc.Arbitrary<Bytes> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom('a', 'b', '.', '..', '', '\xe9\xff', 'c.d', '..e'), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/')),
  },
  { weight: 1, arbitrary: bytes(100) },
);

const numbers = (width: number): fc.Arbitrary<number | Bytes> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 8 ** (width - 1) - 1 }) },
    { weight: 1, arbitrary: fc.constantFrom('', ' 17 ', '\0 5', '0000644 ') },
    {
      weight: 1,
      arbitrary: fc.bigInt({ min: 0n, max: 2n ** 60n }).map((value) => base256(value % 2n ** BigInt(width * 8 - 2), width)),
    },
  );

const entries: fc.Arbitrary<Entry> = fc
  .record(
    {
      name: names,
      type: fc.constantFrom('0', '0', '0', '\0', '7', 'g', '1', '2', '3', '4', '5', '6', 'Z', '\xff'),
      mode: numbers(8),
      uid: numbers(8),
      gid: numbers(8),
      mtime: numbers(12),
      linkname: names,
      uname: bytes(32),
      gname: bytes(32),
      devmajor: numbers(8),
      devminor: numbers(8),
      prefix: fc.constantFrom('', '', 'a', 'very/long'),
      format: fc.constantFrom('posix', 'posix', 'gnu', 'star', 'v7'),
      body: fc.oneof(fc.constant(''), bytes(40), bytes(1500)),
      checksum: fc.constantFrom('unsigned', 'unsigned', 'signed'),
    },
    { requiredKeys: ['name'] },
  )
  // Of these a body is refused, which would be all that is ever seen.
  .map((one) => ('123456'.includes(String(one.type ?? '0')) ? { ...one, body: '' } : one));

const values = fc.oneof(bytes(80), fc.constantFrom('', '7', '12.5', '0012', '\0\n='));
const records: fc.Arbitrary<readonly [string, Bytes]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constantFrom('user.a', 'user.ab', 'user.b\xe9', 'security.x').map((key) => `SCHILY.xattr.${key}`),
      values,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('path', 'linkpath', 'uname', 'gname', 'comment', 'atime', 'VENDOR.x'), values),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('uid', 'gid', 'mtime'), fc.constantFrom('0', '1000', '0042', '9007199254740993')),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('mtime'), fc.constantFrom('5.25', '17.', '1.000000001')) },
);

const extensions: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 3, arbitrary: fc.array(records, { maxLength: 5 }).map((list) => pax(...list)) },
  {
    weight: 1,
    arbitrary: fc.tuple(names, fc.constantFrom('L' as const, 'K' as const)).map(([name, type]) => longName(name, type)),
  },
);

/** Archives that follow the rules; some have a path several times. */
export const archives: fc.Arbitrary<Buffer> = fc
  .array(fc.tuple(fc.array(extensions, { maxLength: 2 }), entries), { maxLength: 8 })
  .map((list) => archive(...list.flatMap(([before, one]) => [...before, entry(one)])));

/** The same with something changed: bytes, with or without a checksum that fits; blocks gone, doubled or foreign; its end. */
export const spoiledArchives: fc.Arbitrary<Buffer> = fc
  .tuple(
    archives,
    fc.nat(),
    fc.constantFrom('byte', 'summed byte', 'cut', 'double', 'drop', 'zero', 'append'),
    fc.nat({ max: 255 }),
  )
  .map(([whole, at, how, byte]) => {
    const spoiled = Buffer.from(whole);
    const place = at % whole.length;
    const block = place - (place % 512);
    const before = spoiled.subarray(0, block);
    const next = block + 512;
    if (how === 'cut') return spoiled.subarray(0, place);
    if (how === 'double') return Buffer.concat([spoiled.subarray(0, next), spoiled.subarray(block)]);
    if (how === 'drop') return Buffer.concat([before, spoiled.subarray(next)]);
    if (how === 'zero') return Buffer.concat([before, Buffer.alloc(512), spoiled.subarray(block)]);
    if (how === 'append') return Buffer.concat([spoiled, Buffer.alloc(at % 700, byte % 3)]);
    spoiled[place] = byte;
    if (how === 'summed byte' && spoiled.subarray(block, next).some((one) => one !== 0))
      mendChecksum(spoiled.subarray(block, next));
    return spoiled;
  });

/** Whatever the block is, it has the checksum of a header. */
function mendChecksum(block: Buffer): void {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
