/**
 * All checks of the project but its tests of behaviour: `npm run check [word ...]` runs those whose name holds one of the
 * words, or all. Prints each with its time, and the output of each that fails. The build comes first, since others read it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const words = process.argv.slice(2);

/** A name, then a program of node_modules or a script of ours with its arguments. */
const CHECKS = [
  ['types', 'scripts/build.mjs'],
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['floors', 'scripts/test.mjs', 'floors.test'],
  ['docstrings', 'scripts/test.mjs', 'house/docstrings'],
  ['links', 'scripts/test.mjs', 'house/links'],
  ['words', 'scripts/test.mjs', 'house/words'],
  ['unused code', 'knip', '--no-progress', '--no-config-hints'],
  ['pages of tables', 'scripts/docs.mjs', '--check'],
  ['page of the configuration', 'scripts/configuration.mjs', '--check'],
  ['package', 'publint', '--strict'],
];

const wanted = CHECKS.filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)));
const begun = performance.now();
let failed = 0;

const [first, ...rest] = wanted;
if (first?.[0] === 'types') {
  await check(first);
  await Promise.all([work(rest), work(rest)]);
} else {
  await work(wanted);
}
console.log(`${wanted.length - failed} passed, ${failed} failed, in ${seconds(begun)}`);
process.exitCode = failed > 0 || wanted.length === 0 ? 1 : 0;

/** Takes one after another from the list. */
async function work(list) {
  for (let next = list.shift(); next; next = list.shift()) await check(next);
}

async function check([name, program, ...args]) {
  const start = performance.now();
  const { code, output } = await run(program, args);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(26)}${seconds(start).padStart(8)}`);
  if (code === 0) return;
  failed++;
  console.log(`${output.trimEnd()}\n`);
}

function run(program, args) {
  const script = program.endsWith('.mjs') ? [process.execPath, join(root, program)] : [join(root, 'node_modules/.bin', program)];
  if (!existsSync(script.at(-1))) return Promise.resolve({ code: 1, output: `${program} is missing: run npm ci` });
  return new Promise((resolve) => {
    const child = spawn(script[0], [...script.slice(1), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (text) => output.push(text));
    child.stderr.on('data', (text) => output.push(text));
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code, output: Buffer.concat(output).toString() }));
  });
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
