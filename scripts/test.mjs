/**
 * Runs the compiled tests: `node scripts/test.mjs [word ...]` takes the files whose path holds one of the words, or all.
 * Hands files to the runner itself, since Node 20 and 22 differ in what the command line makes of folders and patterns.
 *
 * With CI=true a skipped test is a failure, unless its reason begins with `platform:`: what cannot run must not look green.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const words = process.argv.slice(2);
const strict = process.env['CI'] === 'true';

const files = readdirSync(join(root, 'dist/test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js'))
  .filter(
    (file) => words.length === 0 || words.some((word) => file.includes(word.replace(/\.ts$/, '.js').replace(/^test\//, ''))),
  )
  .sort()
  .map((file) => join(root, 'dist/test', file));
if (files.length === 0) {
  console.error(words.length > 0 ? `no test file has ${words.join(' or ')} in its path` : 'there are no tests; build first');
  process.exit(2);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const notAllowed = [];
const heard = new Set();

const stream = run({ files, concurrency: Math.max(2, availableParallelism()), timeout: 300_000 });
stream.on('test:pass', (test) => count(test, 'passed'));
stream.on('test:fail', (test) => count(test, 'failed'));
stream.compose(new spec()).pipe(process.stdout);
stream.on('end', () => process.once('beforeExit', report));

function count(test, result) {
  // A file stands for itself only when it fails, or when there is no test in it.
  const isFile = files.includes(test.name);
  if (isFile && (result === 'passed' || heard.has(test.name))) return;
  heard.add(test.file ?? test.name);
  if (test.details?.type === 'suite' && result === 'passed') return;
  const reason = test.skip ?? test.todo;
  if (reason === undefined || reason === false) {
    counts[result]++;
    return;
  }
  counts.skipped++;
  if (strict && !String(reason).startsWith('platform:'))
    notAllowed.push(`${test.name}: ${reason === true ? 'no reason given' : reason}`);
}

function report() {
  const silent = files.filter((file) => !heard.has(file));
  for (const file of silent) console.log(`${relative(root, file)} holds no test, or ended before its first`);
  for (const skip of notAllowed) console.log(`skipped, which counts as a failure here: ${skip}`);
  const failed = counts.failed + silent.length + notAllowed.length;
  console.log(`${counts.passed} passed, ${failed} failed, ${counts.skipped - notAllowed.length} skipped`);
  process.exitCode = failed > 0 || counts.passed === 0 ? 1 : 0;
}
