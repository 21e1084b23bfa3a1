/** The runner of the tests: what it counts, and what it must not let pass. It is run on folders of small tests of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const RUNNER = fileURLToPath(new URL('../../../scripts/test.mjs', import.meta.url));
const HEAD = `import { it, describe } from 'node:test';\n`;
const folders: string[] = [];

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function runOn(tests: Readonly<Record<string, string>>, { ci = false, words = [] as readonly string[] } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'lading-runner-'));
  folders.push(root);
  mkdirSync(join(root, 'scripts'));
  cpSync(RUNNER, join(root, 'scripts/test.mjs'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  for (const [file, text] of Object.entries(tests)) {
    const path = join(root, 'dist/test', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, HEAD + text);
  }
  // Inside a test the runner would report to the one above it instead of to its own output.
  const { NODE_TEST_CONTEXT: _, CI: __, ...env } = process.env;
  const result = spawnSync(process.execPath, [join(root, 'scripts/test.mjs'), ...words], {
    encoding: 'utf8',
    env: ci ? { ...env, CI: 'true' } : env,
  });
  return { code: result.status, last: result.stdout.trimEnd().split('\n').at(-1), output: result.stdout + result.stderr };
}

describe('the runner of the tests', () => {
  it('counts tests, not files nor groups', () => {
    const { code, last } = runOn({
      'a.test.js': `it('one', () => {}); describe('group', () => { it('two', () => {}); it('three', () => {}); });`,
      'b/b.test.js': `it('four', () => {});`,
    });
    assert.deepEqual({ code, last }, { code: 0, last: '4 passed, 0 failed, 0 skipped' });
  });

  it('fails when a test fails', () => {
    const { code, last } = runOn({ 'a.test.js': `it('one', () => {}); it('two', () => { throw new Error('no'); });` });
    assert.deepEqual({ code, last }, { code: 1, last: '1 passed, 1 failed, 0 skipped' });
  });

  it('fails when a file ends before its first test, or holds none', () => {
    const thrown = runOn({ 'a.test.js': `it('one', () => {});`, 'b.test.js': `throw new Error('no');` });
    assert.deepEqual([thrown.code, thrown.last], [1, '1 passed, 1 failed, 0 skipped']);
    const empty = runOn({ 'a.test.js': `it('one', () => {});`, 'b.test.js': '' });
    assert.deepEqual([empty.code, empty.last], [1, '1 passed, 1 failed, 0 skipped']);
  });

  it('lets tests be skipped on a workbench, and nowhere else', () => {
    const tests = { 'a.test.js': `it('one', () => {}); it('two', { skip: 'no skopeo here' }, () => {});` };
    const workbench = runOn(tests);
    assert.deepEqual([workbench.code, workbench.last], [0, '1 passed, 0 failed, 1 skipped']);
    const strict = runOn(tests, { ci: true });
    assert.deepEqual([strict.code, strict.last], [1, '1 passed, 1 failed, 0 skipped']);
    assert.match(strict.output, /two: no skopeo here/);
  });

  it('lets a test be skipped anywhere when its platform cannot have it', () => {
    const tests = { 'a.test.js': `it('one', () => {}); it('two', { skip: 'platform: no symbolic links' }, () => {});` };
    const { code, last } = runOn(tests, { ci: true });
    assert.deepEqual({ code, last }, { code: 0, last: '1 passed, 0 failed, 1 skipped' });
  });

  it('runs the files that have a word in their path, and says so when there is none', () => {
    const tests = { 'a.test.js': `it('one', () => { throw new Error('no'); });`, 'b/c.test.js': `it('two', () => {});` };
    assert.equal(runOn(tests, { words: ['test/b/c.test.ts'] }).last, '1 passed, 0 failed, 0 skipped');
    const none = runOn(tests, { words: ['d'] });
    assert.equal(none.code, 2);
    assert.match(none.output, /no test file has d in its path/);
  });
});
