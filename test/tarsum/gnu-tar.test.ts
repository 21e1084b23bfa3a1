/** Archives of random trees, as GNU tar makes them in each of its forms; a second program says what their sums are. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { algorithms } from './arbitraries.js';
import { askSecond, missing } from './second.js';
import { sumOf } from './sum-of.js';

const FORMATS = ['gnu', 'pax', 'ustar'] as const;
type Format = (typeof FORMATS)[number];

/** Something in the tree; `parent` picks one of the folders that are there already. */
interface Node {
  readonly kind: 'file' | 'folder' | 'symlink' | 'hard link' | 'fifo';
  readonly name: Uint8Array;
  readonly parent: number;
  readonly size: number;
  readonly mode: number;
  readonly time: number;
}

/** All bytes but 0 and the slash; with long ones, which need a header of their own. */
const names = fc
  .oneof(
    fc.uint8Array({ minLength: 1, maxLength: 12, min: 1 }),
    fc.uint8Array({ minLength: 90, maxLength: 140, min: 0x61, max: 0x7a }),
    fc.uint8Array({ minLength: 4, maxLength: 30, min: 0xc0 }),
  )
  .map((bytes) => bytes.map((byte) => (byte === 0x2f ? 0x5f : byte)));

const nodes: fc.Arbitrary<Node> = fc.record({
  kind: fc.constantFrom('file', 'file', 'file', 'folder', 'folder', 'symlink', 'hard link', 'fifo'),
  name: names,
  parent: fc.nat(),
  size: fc.oneof(fc.constantFrom(0, 1, 511, 512, 513, 10_000), fc.nat({ max: 3000 })),
  mode: fc.nat({ max: 0o777 }).map((mode) => mode | 0o600),
  time: fc.oneof(fc.nat({ max: 2 ** 31 }), fc.double({ min: 0, max: 2 ** 31, noNaN: true })),
});

const trees = fc.array(nodes, { minLength: 1, maxLength: 25 });

/** Makes the tree; what cannot be made (a name that is there already) is left out. */
function build(root: string, tree: readonly Node[]): void {
  const folders: Buffer[] = [Buffer.from(root)];
  const files: Buffer[] = [];
  for (const [at, { kind, name, parent, size, mode, time }] of tree.entries()) {
    // With its number, no name comes twice and none is `.` or `..`.
    const path = Buffer.concat([folders[parent % folders.length] ?? Buffer.from(root), Buffer.from(`/${at}-`), name]);
    const file = files[parent % Math.max(1, files.length)];
    if (kind === 'folder') {
      mkdirSync(path);
      if (path.length < 1000) folders.push(path);
    } else if (kind === 'symlink') {
      symlinkSync(Buffer.concat([name, Buffer.from('/'), name]), path);
    } else if (kind === 'fifo') {
      spawnSync('mkfifo', [join(root, `fifo-${at}`)]);
    } else if (kind === 'hard link' && file) {
      linkSync(file, path);
    } else {
      writeFileSync(path, Buffer.alloc(size, at + 1));
      files.push(path);
    }
    if (kind === 'folder' || kind === 'file') {
      chmodSync(path, kind === 'folder' ? mode | 0o700 : mode);
      utimesSync(path, time, time);
    }
  }
}

/** What tar writes. In ustar it leaves out what has too long a name, says so and goes on. */
function pack(root: string, format: Format, owner: number): Buffer {
  const owned = [`--owner=somebody:${owner}`, `--group=users:${owner + 1}`];
  const { status, stdout, stderr } = spawnSync(
    'tar',
    [`--format=${format}`, '--sort=name', ...owned, '-C', root, '-cf', '-', '.'],
    {
      maxBuffer: 64 * 1024 ** 2,
      env: { ...process.env, LC_ALL: 'C' },
    },
  );
  const onlyLong = format === 'ustar' && status === 2 && /too long/.test(String(stderr));
  assert.ok(status === 0 || onlyLong, String(stderr));
  return stdout;
}

function inFolder<T>(task: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'lading-test-'));
  try {
    return task(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The archives of one tree. Only ustar cannot say who has a large number. */
function archivesOf(tree: readonly Node[], owner: number): readonly Buffer[] {
  return inFolder((folder) => {
    build(folder, tree);
    return FORMATS.map((format) => pack(folder, format, format === 'ustar' ? owner % 1_000_000 : owner));
  });
}

describe('archives of GNU tar', { skip: missing('python3', 'tar', 'mkfifo') ?? false }, () => {
  it('have the same sum by a second program, in each form, gzipped or not', async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.nat({ max: 2 ** 32 - 3 }), algorithms, async (tree, owner, algorithm) => {
        const made = archivesOf(tree, owner);
        const expected = askSecond(made.map((archive) => ({ algorithm, archive })));
        for (const [at, archive] of made.entries()) {
          assert.match(expected[at] ?? '', /^tarsum/, `no sum of ${FORMATS[at]}`);
          assert.equal(await sumOf(archive, { algorithm }), expected[at], FORMATS[at]);
          assert.equal(await sumOf(gzipSync(archive), { algorithm }), expected[at], `${FORMATS[at]}, gzipped`);
        }
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('are refused when they are sparse', async () => {
    for (const format of ['gnu', 'pax'] as const) {
      const archive = inFolder((folder) => {
        closeSync(openSync(join(folder, 'holes'), 'w'));
        truncateSync(join(folder, 'holes'), 10 * 1024 ** 2);
        const { stdout } = spawnSync('tar', [`--format=${format}`, '--sparse', '-C', folder, '-cf', '-', 'holes']);
        return stdout;
      });
      assert.equal(await sumOf(archive), 'sparse-entry', format);
    }
  });
});
