/** Sums of the entries, and the sum of these sums: what of an archive counts, and in which order. */
import { createHash } from 'node:crypto';
import type { HashAlgorithm, TarsumVersion } from '../core/digest.js';
import { createByteTable } from './byte-table.js';
import { cleanPath } from './clean-path.js';
import { orderOf } from './entry-order.js';
import type { Xattrs } from './extensions.js';
import { createGatheredHash } from './gathered-hash.js';
import { createPathKeys, PATH_KEY_BYTES } from './path-keys.js';
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
  const width = SUM_BYTES[algorithm];
  const sums = createByteTable(width);
  const paths = createByteTable(PATH_KEY_BYTES);
  const hash = createGatheredHash(algorithm);
  const keyOf = createPathKeys();

  return {
    begin(header, xattrs) {
      paths.append(keyOf(cleanPath(header.name)));
      hashFields(header, version);
      if (version !== 'v0') hashXattrs(xattrs);
    },
    body: (bytes) => hash.bytes(bytes),
    end: () => sums.append(hash.take()),
    total() {
      const total = createHash(algorithm);
      const order = orderOf(sums, paths);
      const batch = Buffer.alloc(SUMS_OF_A_BATCH * width);
      for (let start = 0; start < order.length; start += SUMS_OF_A_BATCH) {
        const entries = order.subarray(start, start + SUMS_OF_A_BATCH);
        entries.forEach((entry, at) => {
          sums.copy(entry, batch, at * width);
        });
        total.update(batch.toString('hex', 0, entries.length * width));
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
