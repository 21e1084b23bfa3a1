/** What counts in an archive and what does not, rule by rule; and how the computation behaves. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createTarsum } from '../../src/tarsum/tarsum.js';
import { algorithms, archives } from './arbitraries.js';
import { archive, base256, type Entry, entry, longName, padding, pax, record } from './archives.js';
import { bytesOfFile, piecesOf, sumOf } from './sum-of.js';

const FILE: Entry = { name: 'a', mode: 0o644, uid: 7, gid: 8, mtime: 9, uname: 'u', gname: 'g', body: 'body' };

/** The sum of an archive of one entry, from what is hashed of it. */
function sumFrom(hashed: string): string {
  const one = createHash('sha256').update(hashed, 'latin1').digest('hex');
  return `tarsum.v1+sha256:${createHash('sha256').update(one).digest('hex')}`;
}

describe('published sums', () => {
  const zeros = { name: '/testdata0', mode: 0o755, body: Buffer.alloc(1024 ** 2) };
  const owned = { uid: 1000, gid: 1000, uname: 'slartibartfast', gname: 'users', body: 'test' };
  const xattrs = pax(['SCHILY.xattr.user.key1', 'value1'], ['SCHILY.xattr.user.key2', 'value2']);
  const rows = {
    'an empty file, version 0': [
      archive({ name: 'file.txt' }),
      'tarsum+sha256:626c4a2e9a467d65c33ae81f7f3dedd4de8ccaee72af73223c4bc4718cbc7bbd',
    ],
    'an empty file': [
      archive({ name: 'file.txt' }),
      'tarsum.dev+sha256:6ffd43a1573a9913325b4918e124ee982a99c0f3cba90fc032a65f5e20bdd465',
    ],
    'a file of somebody': [
      archive({ name: 'another.txt', ...owned }),
      'tarsum.dev+sha256:b38166c059e11fb77bef30bf16fba7584446e80fcc156ff46d47e36c5305d8ef',
    ],
    'a file with attributes': [
      archive(xattrs, { name: 'xattrs.txt', ...owned }),
      'tarsum.dev+sha256:4cc2e71ac5d31833ab2be9b4f7842a14ce595ec96a37af4ed08f87bc374228cd',
    ],
    'a megabyte of zeros': [archive(zeros), 'tarsum+sha256:75258b2c5dcd9adfe24ce71eeca5fc5019c7e669912f15703ede92b1a60cb11f'],
    'the same as a file of type NUL': [
      archive({ ...zeros, type: '\0' }),
      'tarsum+sha256:8bf12d7e67c51ee2e8306cba569398b1b9f419969521a12ffb9d8875e8836738',
    ],
    'no entry': [archive(), 'tarsum.v1+sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    nothing: [Buffer.alloc(0), 'tarsum+sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  } as const;
  for (const [what, [bytes, sum]] of Object.entries(rows)) {
    it(`${what} has the published sum`, async () => {
      const algorithm = sum.slice(0, sum.indexOf(':')) as 'tarsum+sha256';
      assert.equal(await sumOf(bytes, { algorithm }), sum);
      assert.equal(await sumOf(gzipSync(bytes), { algorithm }), sum);
    });
  }
});

describe('the sum of an entry', () => {
  const rest = 'uid7gid8size4typeflag0linknameunameugnamegdevmajor0devminor0body';
  const rows: Readonly<Record<string, readonly [Buffer, hashed: string]>> = {
    'holds its fields and its body': [archive(FILE), `nameamode420${rest}`],
    'has the name as it is': [archive({ ...FILE, name: './a/' }), `name./a/mode420${rest}`],
    'has the prefix before the name': [archive({ ...FILE, prefix: 'p/q' }), `namep/q/amode420${rest}`],
    'has the shorter prefix of star': [
      archive({ ...FILE, format: 'star', prefix: `${'p'.repeat(131)}12345670123` }),
      `name${'p'.repeat(131)}/amode420${rest}`,
    ],
    'has what GNU keeps there for a prefix too': [
      archive({ ...FILE, format: 'gnu', prefix: '12345' }),
      `name12345/amode420${rest}`,
    ],
    'has no owner by name in the oldest form': [
      archive({ ...FILE, format: 'v7', prefix: 'p' }),
      `nameamode420${rest.replace('unameu', 'uname').replace('gnameg', 'gname')}`,
    ],
    'has bytes that are no text as they are': [archive({ ...FILE, name: '\xff\xc3\x80' }), `name\xff\xc3\x80mode420${rest}`],
    'has the bits of a type in its mode': [archive({ ...FILE, mode: 0o100644 }), `nameamode33188${rest}`],
    'has device numbers of a device': [
      archive({ ...FILE, body: '', type: '3', devmajor: 5, devminor: 6 }),
      'nameamode420uid7gid8size0typeflag3linknameunameugnamegdevmajor5devminor6',
    ],
    'has device numbers of nothing else, not even malformed ones': [
      archive({ ...FILE, devmajor: 5, devminor: '99' }),
      `nameamode420${rest}`,
    ],
    'has numbers of any size': [
      archive({ ...FILE, uid: base256(2n ** 53n + 1n, 8), gid: base256(300n, 8) }),
      'nameamode420uid9007199254740993gid300size4typeflag0linknameunameugnamegdevmajor0devminor0body',
    ],
    'has numbers without what stands around them': [archive({ ...FILE, mode: ' \x00644 \0 ', uid: ' 7' }), `nameamode420${rest}`],
    'has the name of pax before that of GNU, whichever is nearer': [
      archive(pax(['path', 'pax']), longName('gnu'), longName('link', 'K'), FILE),
      `namepaxmode420uid7gid8size4typeflag0linknamelinkunameugnamegdevmajor0devminor0body`,
    ],
    'has the name of GNU before its own': [archive(longName('gnu'), FILE), `namegnumode420${rest}`],
    'has what pax says of all fields': [
      archive(
        pax(['path', 'P'], ['linkpath', 'L'], ['uid', '0070'], ['gid', '80'], ['uname', ''], ['gname', 'G'], ['size', '4']),
        FILE,
      ),
      'namePmode420uid70gid80size4typeflag0linknameLunamegnameGdevmajor0devminor0body',
    ],
    'has the later of two records': [
      archive(pax(['path', 'x'], ['path', 'y']), pax(['uid', '1']), FILE),
      `nameymode420${rest.replace('uid7', 'uid1')}`,
    ],
    'has attributes, by key': [
      archive(
        pax(
          ['SCHILY.xattr.user.b', '\xff\n'],
          ['SCHILY.xattr.user.B', '2'],
          ['SCHILY.xattr.', '1'],
          ['atime', '-1'],
          ['comment', 'c'],
        ),
        FILE,
      ),
      `nameamode420${rest.slice(0, -4)}1user.B2user.b\xff\nbody`,
    ],
    'has global records for a body of their own': [
      archive(entry({ ...FILE, type: 'g', body: record('path', 'zz') })),
      'nameamode420uid7gid8size11typeflagglinknameunameugnamegdevmajor0devminor011 path=zz\n',
    ],
    'has the body of a kind that nobody knows': [
      archive({ ...FILE, type: 'Z' }),
      `nameamode420${rest.replace('typeflag0', 'typeflagZ')}`,
    ],
  };
  for (const [what, [bytes, hashed]] of Object.entries(rows)) {
    it(what, async () => assert.equal(await sumOf(bytes), sumFrom(hashed)));
  }

  it('has the time of change in version 0 alone, whole seconds of it, and no attributes there', async () => {
    const sums = async (algorithm: 'tarsum+sha256' | 'tarsum.v1+sha256') => {
      const list = [
        archive(FILE),
        archive({ ...FILE, mtime: 10 }),
        archive(pax(['mtime', '10.99'], ['SCHILY.xattr.a', 'b']), FILE),
      ];
      return Promise.all(list.map((bytes) => sumOf(bytes, { algorithm })));
    };
    const [first, later, byPax] = await sums('tarsum+sha256');
    assert.notEqual(first, later);
    assert.equal(later, byPax);
    const [one, other, withXattr] = await sums('tarsum.v1+sha256');
    assert.equal(one, other);
    assert.notEqual(one, withXattr);
  });

  it('is taken with a signed checksum', async () => {
    const named = { ...FILE, name: '\xff'.repeat(40) };
    assert.equal(await sumOf(archive({ ...named, checksum: 'signed' })), await sumOf(archive(named)));
  });
});

describe('archives that readers read differently, or that are none', () => {
  const rows: Readonly<Record<string, readonly [Buffer, reason: string]>> = {
    'a sparse entry': [archive({ ...FILE, type: 'S' }), 'sparse-entry'],
    'a sparse entry of pax': [archive(pax(['GNU.sparse.major', '1']), FILE), 'sparse-entry'],
    'a directory with a body': [archive({ ...FILE, type: '5' }), 'body-of-no-file'],
    'a hard link with a body': [archive({ ...FILE, type: '1' }), 'body-of-no-file'],
    'another size by pax': [archive(pax(['size', '5']), FILE), 'pax-size'],
    'a negative number': [archive({ ...FILE, uid: Buffer.alloc(8, 0xff) }), 'negative-number'],
    'a negative time, which version 1 does not even sum': [
      archive({ ...FILE, mtime: Buffer.alloc(12, 0xff) }),
      'negative-number',
    ],
    'a negative number of pax': [archive(pax(['uid', '-1']), FILE), 'negative-number'],
    'a negative time of pax': [archive(pax(['mtime', '-1.5']), FILE), 'negative-number'],
    'a number too large for anybody': [archive({ ...FILE, mtime: base256(2n ** 63n, 12) }), 'header-number'],
    'a size that no disk has': [archive({ ...FILE, size: base256(2n ** 60n, 12) }), 'header-number'],
    'a digit of another base': [archive({ ...FILE, uid: '8' }), 'header-number'],
    'a space within a number': [archive({ ...FILE, uid: '1 2' }), 'header-number'],
    'no number where pax has to have one': [archive(pax(['gid', '']), FILE), 'header-number'],
    'a million digits': [archive(pax(['uid', '9'.repeat(1e6)]), FILE), 'header-number'],
    'a pax record that is longer than its header': [archive(entry({ type: 'x', body: '99 path=a\n' }), FILE), 'pax-record'],
    'a pax record without a line end': [archive(entry({ type: 'x', body: '9 path=ab' }), FILE), 'pax-record'],
    'a pax record without a value': [archive(entry({ type: 'x', body: '7 path\n' }), FILE), 'pax-record'],
    'a pax record that ends before its value': [archive(entry({ type: 'x', body: '8 path\n\n9 path=a\n' }), FILE), 'pax-record'],
    'a pax record without a length': [archive(entry({ type: 'x', body: ' path=a\n' }), FILE), 'pax-record'],
    'a pax record of length 0': [archive(entry({ type: 'x', body: '0 path=a\n' }), FILE), 'pax-record'],
    'an extension with no entry behind it': [archive(pax(['path', 'a'])), 'no-entry'],
    'the same at the end of the input': [pax(['path', 'a']), 'no-entry'],
    'a wrong checksum': [archive({ ...FILE, checksum: '0000000' }), 'header-checksum'],
    'a checksum that is none': [archive({ ...FILE, checksum: 'checksum' }), 'header-checksum'],
    'a zero block between entries': [Buffer.concat([entry(FILE), Buffer.alloc(512), entry(FILE)]), 'lone-zero-block'],
    'an end within a header': [entry(FILE).subarray(0, 511), 'cut-off'],
    'an end within a body': [entry(FILE).subarray(0, 515), 'cut-off'],
    'an end within padding': [entry(FILE).subarray(0, 600), 'cut-off'],
    'one byte': [Buffer.from('a'), 'cut-off'],
    'half of an end': [Buffer.concat([entry(FILE), Buffer.alloc(600)]), 'cut-off'],
    'data behind the end': [Buffer.concat([archive(FILE), Buffer.alloc(70_000), Buffer.from('x')]), 'data-behind-end'],
    'gzip in gzip': [gzipSync(gzipSync(archive(FILE))), 'cut-off'],
    'gzip that is cut off': [gzipSync(archive(FILE)).subarray(0, -5), 'gzip'],
    'gzip with a wrong checksum': [Buffer.concat([gzipSync(archive(FILE)).subarray(0, -8), Buffer.alloc(8)]), 'gzip'],
    'something else behind gzip': [Buffer.concat([gzipSync(archive(FILE)), Buffer.from('more')]), 'gzip'],
    'something else behind gzip and zeros': [
      Buffer.concat([gzipSync(archive(FILE)), padding(1), Buffer.from('more')]),
      'data-behind-end',
    ],
    'data behind the end, gzipped by itself': [Buffer.concat([gzipSync(archive(FILE)), gzipSync('more')]), 'data-behind-end'],
  };
  for (const [what, [bytes, reason]] of Object.entries(rows)) {
    it(`${what}: no sum`, async () => {
      assert.equal(await sumOf(bytes), reason);
      assert.equal(await sumOf(bytes, { cuts: Array.from({ length: Math.min(3000, bytes.length) }, (_, at) => at * 3) }), reason);
    });
  }
});

describe('the end of an archive', () => {
  it('may be followed by zeros, or missing', async () => {
    const sum = await sumOf(archive(FILE));
    const ends = [
      entry(FILE),
      Buffer.concat([entry(FILE), Buffer.alloc(512)]),
      Buffer.concat([archive(FILE), Buffer.alloc(100_001)]),
    ];
    for (const bytes of ends) assert.equal(await sumOf(bytes), sum);
    for (const bytes of ends) assert.equal(await sumOf(Buffer.concat([gzipSync(bytes), Buffer.alloc(9)])), sum);
  });
});

describe('a tarsum', () => {
  it('is the same for every way to cut the bytes, gzipped or not', async () => {
    const cuts = fc.array(fc.nat(), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(archives, algorithms, cuts, fc.nat(), async (bytes, algorithm, places, middle) => {
        const whole = await sumOf(bytes, { algorithm });
        assert.equal(await sumOf(bytes, { algorithm, cuts: places }), whole);
        const members = piecesOf(bytes, [middle]).map((piece) => gzipSync(piece));
        assert.equal(await sumOf(Buffer.concat(members), { algorithm, cuts: places }), whole);
      }),
    );
  });

  it('does not need its bytes when a write is done', async () => {
    for (const bytes of [archive(pax(['SCHILY.xattr.a', 'b']), FILE), gzipSync(archive(pax(['SCHILY.xattr.a', 'b']), FILE))]) {
      const tarsum = createTarsum('tarsum.v1+sha256');
      const buffer = Buffer.alloc(100);
      await tarsum.write(buffer.subarray(0, bytes.copy(buffer, 0, 0, 1)));
      buffer.fill(0xaa);
      for (let at = 1; at < bytes.length; at += buffer.length) {
        const length = bytes.copy(buffer, 0, at);
        await tarsum.write(buffer.subarray(0, length));
        buffer.fill(0xaa);
      }
      assert.equal(await tarsum.end(), await sumOf(bytes));
    }
  });

  it('tells a failure as soon as it is known, and takes the rest of the bytes in silence', async () => {
    for (const bytes of [bytesOfFile('33-not-a-tar.bin'), gzipSync(bytesOfFile('33-not-a-tar.bin'))]) {
      const tarsum = createTarsum('tarsum.v1+sha256');
      await tarsum.write(bytes);
      assert.equal(tarsum.failure?.code, 'DIGEST_INVALID');
      assert.equal(
        tarsum.failure?.message,
        'the content has no tarsum: a header has a wrong checksum, or the content is no tar archive (found at byte 0 of the archive)',
      );
      assert.deepEqual(tarsum.failure?.detail, { reason: 'header-checksum', position: 0 });
      await tarsum.write(bytes);
      await assert.rejects(tarsum.end(), tarsum.failure);
    }
  });

  it('says where in the archive the fault was found', async () => {
    const tarsum = createTarsum('tarsum.v1+sha256');
    await tarsum.write(Buffer.concat([entry(FILE), entry({ ...FILE, uid: 'x' })]));
    assert.deepEqual(tarsum.failure?.detail, { reason: 'header-number', position: 1024 });
  });

  it('ends by its signal, in the middle of decompression too', async () => {
    const zeros = gzipSync(archive({ name: 'zeros', body: Buffer.alloc(8 * 1024 ** 2) }));
    const controller = new AbortController();
    const tarsum = createTarsum('tarsum.v1+sha256', { signal: controller.signal });
    const writing = tarsum.write(zeros);
    controller.abort();
    await assert.rejects(async () => writing, { name: 'AbortError' });
    assert.throws(() => tarsum.write(zeros), { name: 'AbortError' });
    await assert.rejects(tarsum.end(), { name: 'AbortError' });
    assert.equal(tarsum.failure, undefined);
  });

  it('can be left at any time', async () => {
    const tarsum = createTarsum('tarsum.v1+sha256');
    tarsum.close();
    const other = createTarsum('tarsum.v1+sha256');
    const writing = other.write(gzipSync(archive(FILE)));
    other.close();
    await writing;
    other.close();
  });
});
