/** Sums of the entries, and the sum of these sums: what of an archive counts, and in which order. */
import { createHash, hash as hashAtOnce } from 'node:crypto';
import type { HashAlgorithm, TarsumVersion } from '../core/digest.js';
import { createByteTable } from './byte-table.js';
import { cleanPath } from './clean-path.js';
import { orderOf } from './entry-order.js';
import type { Xattrs } from './extensions.js';
import { createGatheredHash } from './gathered-hash.js';
import type { TarHeader } from './tar-header.js';
import type { EntrySink } from './tar-reader.js';

/** A sink that sums what it is told. */
export interface EntrySums extends EntrySink {
  /** The sum of all entries, in hexadecimals. A Refusal when their order is open. */
  total(): string;
}

const SUM_BYTES = { sha256: 32, sha512: 64 } as const satisfies Record<HashAlgorithm, number>;
const NO_BYTES = Buffer.alloc(0);
/** Sums that are made text at once. */
const SUMS_OF_A_BATCH = 1024;

/** No entries yet. */
export function createEntrySums(version: TarsumVersion, algorithm: HashAlgorithm): EntrySums {
  const sums = createByteTable(SUM_BYTES[algorithm]);
  const paths = createByteTable(PATH_KEY_BYTES);
  const hash = createGatheredHash(algorithm);

  return {
    begin(header, xattrs) {
      writePathKey(paths.append(), cleanPath(header.name));
      hashFields(header, version);
      if (version !== 'v0') hashXattrs(xattrs);
    },
    body: (bytes) => hash.bytes(bytes),
    end: () => sums.append().set(hash.take()),
    total() {
      const total = createHash(algorithm);
      const order = orderOf(sums, paths);
      for (let start = 0; start < order.length; start += SUMS_OF_A_BATCH) {
        const batch = [...order.subarray(start, start + SUMS_OF_A_BATCH)].map((entry) => sums.at(entry));
        total.update(Buffer.concat(batch).toString('hex'));
      }
      return total.digest('hex');
    },
  };

  /** Keys and values with nothing between them: that is why different archives can have one tarsum. */
  function hashFields(header: TarHeader, version: TarsumVersion): void {
    const { mode, uid, gid, size, mtime, type, devmajor, devminor } = header;
    hash.text('name');
    hash.bytes(header.name);
    const time = version === 'v0' ? `mtime${mtime}` : '';
    hash.text(`mode${mode}uid${uid}gid${gid}size${size}${time}typeflag${String.fromCharCode(type)}linkname`);
    hash.bytes(header.linkname);
    hash.text('uname');
    hash.bytes(header.uname);
    hash.text('gname');
    hash.bytes(header.gname);
    hash.text(`devmajor${devmajor}devminor${devminor}`);
  }

  function hashXattrs(xattrs: Xattrs): void {
    // One character a byte, so that this order is that of the bytes.
    for (const key of [...xattrs.keys()].sort()) {
      hash.text(key);
      hash.bytes(xattrs.get(key) ?? NO_BYTES);
    }
  }
}

/** A mix of the path, for sorting; its length; and the path, or its sha256 with a length that no path has. */
const PATH_KEY_BYTES = 64;
const MAX_PLAIN_PATH = PATH_KEY_BYTES - 5;
const HASHED = 0xff;

/** Most paths are short, and those are not worth a hash. Equal keys are equal paths. */
function writePathKey(key: Buffer, path: Buffer): void {
  const isPlain = path.length <= MAX_PLAIN_PATH;
  const bytes = isPlain ? path : hashAtOnce('sha256', path, 'buffer');
  key[4] = isPlain ? path.length : HASHED;
  key.set(bytes, 5);
  // FNV-1a, 32 bits.
  let mix = 0x811c9dc5;
  for (const byte of bytes) mix = Math.imul(mix ^ byte, 0x01000193);
  key.writeUInt32BE(mix >>> 0, 0);
}
