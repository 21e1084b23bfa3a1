/** What hostile archives run into. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS, type TarsumLimits } from '../../src/tarsum/limits.js';
import { createTarsum } from '../../src/tarsum/tarsum.js';
import { archive, type Bytes, entry, longName, pax, record } from './archives.js';
import { sumOf } from './sum-of.js';

const FILE = { name: 'a', body: 'body' };
const xattrs = (count: number) =>
  Array.from({ length: count }, (_, at): readonly [string, Bytes] => [`SCHILY.xattr.user.${at}`, 'v']);

describe('limits', () => {
  const two = archive(FILE, { ...FILE, name: 'b' });
  const rows: Readonly<Record<string, readonly [bytes: Buffer, limit: keyof TarsumLimits, enough: number, reason: string]>> = {
    'bytes of an archive': [two, 'maxBytes', two.length, 'too-many-bytes'],
    'bytes of a gzipped archive': [gzipSync(two), 'maxBytes', two.length, 'too-many-bytes'],
    entries: [two, 'maxEntries', 2, 'too-many-entries'],
    'bytes of a pax header': [archive(pax(['comment', 'c'.repeat(90)]), FILE), 'maxRecordBytes', 103, 'long-record'],
    'bytes of several extensions together': [
      archive(pax(['path', '1']), longName('long name'), longName('link', 'K'), FILE),
      'maxRecordBytes',
      9 + 10 + 5,
      'long-record',
    ],
    'bytes of a name': [archive(longName('n'.repeat(300)), FILE), 'maxNameBytes', 300, 'long-name'],
    'bytes of a link': [archive(pax(['linkpath', 'n'.repeat(300)]), FILE), 'maxNameBytes', 300, 'long-name'],
    'attributes of an entry': [archive(pax(...xattrs(5)), FILE), 'maxXattrs', 5, 'too-many-xattrs'],
  };
  for (const [what, [bytes, limit, enough, reason]] of Object.entries(rows)) {
    it(`there are for the ${what}`, async () => {
      assert.match(await sumOf(bytes, { limits: { [limit]: enough } }), /^tarsum/);
      assert.equal(await sumOf(bytes, { limits: { [limit]: enough - 1 } }), reason);
    });
  }

  it('count for one entry what stands before it, not what stood before others', async () => {
    const each = [pax(['SCHILY.xattr.a', 'b'.repeat(50)]), entry(FILE)];
    assert.match(
      await sumOf(archive(...each, ...each, ...each), { limits: { maxRecordBytes: 80, maxXattrs: 1 } }),
      /^tarsum|cyclic/,
    );
  });

  it('are those of the manual when nothing is said', async () => {
    assert.deepEqual(DEFAULT_LIMITS, {
      maxBytes: 10_737_418_240,
      maxRatio: 200,
      freeBytes: 10_485_760,
      maxEntries: 1_000_000,
      maxRecordBytes: 1_048_576,
      maxNameBytes: 65_536,
      maxXattrs: 1000,
    });
    assert.match(await sumOf(archive(pax(...xattrs(1000)), FILE)), /^tarsum/);
    assert.equal(await sumOf(archive(pax(...xattrs(1001)), FILE)), 'too-many-xattrs');
    assert.match(await sumOf(archive(longName('n'.repeat(65_536)), FILE)), /^tarsum/);
    assert.equal(await sumOf(archive(longName('n'.repeat(65_537)), FILE)), 'long-name');
  });

  it('are met by a header alone: what it claims is not held', async () => {
    const claimed = entry({ name: 'x', type: 'x', size: '77777777777' });
    assert.equal(await sumOf(claimed), 'long-record');
  });
});

describe('an archive that decompresses to very much', () => {
  const zeros = (mebibytes: number): Buffer => gzipSync(archive({ name: 'zeros', body: Buffer.alloc(mebibytes * 1024 ** 2) }));

  it('may do so for the first bytes', async () => assert.match(await sumOf(zeros(9)), /^tarsum/));
  it('is refused from then on', async () => assert.equal(await sumOf(zeros(11)), 'compressed-too-much'));
  it('is refused for zeros behind its end too', async () => {
    assert.equal(await sumOf(gzipSync(Buffer.alloc(11 * 1024 ** 2))), 'compressed-too-much');
  });
  it('is given more where more is asked for', async () => {
    assert.match(await sumOf(zeros(11), { limits: { maxRatio: 2000 } }), /^tarsum/);
  });
});

describe('memory', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  /** Bytes that live on outside the heap of objects and within it, after as much collecting as there is. */
  const held = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };

  it('is at most 150 bytes an entry, whatever their names', async () => {
    const entries = 100_000;
    const block = entry({ name: 'a' });
    const long = Buffer.concat([longName('directory/'.repeat(300)), block]);
    const tarsum = createTarsum('tarsum.v1+sha256');
    const before = held();
    for (let at = 0; at < entries; at++) await tarsum.write(at % 10 === 0 ? long : block);
    const each = (held() - before) / entries;
    assert.ok(each < 150, `${each} bytes an entry`);
    tarsum.close();
  });

  it('is not asked for by records that nobody reads', async () => {
    const many = Buffer.concat([entry({ type: 'x', body: record('comment', 'c'.repeat(1000)) }), entry(FILE)]);
    const tarsum = createTarsum('tarsum.v1+sha256');
    const before = process.memoryUsage().arrayBuffers;
    for (let at = 0; at < 2000; at++) await tarsum.write(many);
    assert.equal(tarsum.failure, undefined);
    assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 ** 2);
    tarsum.close();
  });
});
