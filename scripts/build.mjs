/**
 * Compiles src, test and bench into dist, then takes out of dist what no source stands for any more: a test of a deleted
 * file must not run. Files that are still wanted are never missing on the way, so a server started from dist goes on.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

const compiled = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = join(entry.parentPath, entry.name);
  const source = join(root, relative(dist, file))
    .replace(/(?:\.d\.ts|\.js\.map|\.js)$/, '.ts')
    .replace(/(?:\.d\.cts|\.cjs\.map|\.cjs)$/, '.cts');
  if (source === join(root, relative(dist, file)) || !existsSync(source)) rmSync(file);
}
