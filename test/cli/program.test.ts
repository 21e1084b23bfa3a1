/** The command line: help, usage and exit codes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { explain } from '../../src/cli/explain.js';
import { run } from './command.js';

describe('lading', () => {
  it('tells its version, which is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    assert.deepEqual(await run(['--version']), { code: 0, out: `${version}\n`, err: '' });
  });

  it('helps, with its commands and its exit codes', async () => {
    const { code, out } = await run(['--help']);
    assert.equal(code, 0);
    assert.match(out, /serve .*serve a registry/);
    assert.match(out, /Exit codes: 0 done, 1 failed, 2 wrong usage or configuration\./);
    const serve = await run(['serve', '--help']);
    assert.equal(serve.code, 0);
    for (const word of ['[config.yml]', '--root <dir>', '--addr <host:port>', './data', '127.0.0.1:5000', 'REGISTRY_*']) {
      assert.ok(serve.out.includes(word), word);
    }
    assert.ok(serve.out.split('\n').every((line) => line.length <= 80));
  });

  it('refuses wrong usage, and says where help is', async () => {
    for (const [args, words] of [
      [[], /Usage: lading/],
      [['sevre'], /unknown command 'sevre'[\s\S]*lading --help/],
      [['serve', '--rot', 'x'], /unknown option '--rot'[\s\S]*lading serve --help/],
      [['serve', 'a', 'b'], /too many arguments[\s\S]*lading serve --help/],
      [['serve', '--root'], /argument missing/],
      [['serve', '--addr', 'here'], /^lading: --addr is "here"; expected host:port/],
      [['serve', 'none.yml'], /^lading: none\.yml cannot be read: there is no such file/],
    ] as const) {
      const { code, out, err } = await run(args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(out, '');
      assert.match(err, words);
    }
  });
});

describe('an error of a start', () => {
  const system = (facts: object) => Object.assign(new Error('x'), { syscall: 'y' }, facts);

  it('becomes a sentence that says what to do', () => {
    assert.match(explain(system({ code: 'EADDRINUSE', address: '::', port: 5000 })), /^:::5000 is taken|^\[::\]:5000 is taken/);
    assert.match(explain(system({ code: 'EACCES', address: '0.0.0.0', port: 80 })), /ports below 1024/);
    assert.match(explain(system({ code: 'EACCES', path: '/srv' })), /^\/srv may not be used by this user/);
    assert.match(explain(system({ code: 'EROFS', path: '/srv' })), /^\/srv is on a disk that is mounted read-only/);
    assert.match(
      explain(new Error('above', { cause: system({ code: 'EADDRNOTAVAIL', address: '10.0.0.9' }) })),
      /^10\.0\.0\.9 is no address/,
    );
  });

  it('is told as it is when nothing better is known', () => {
    assert.equal(explain(new Error('odd')), 'odd');
    assert.equal(explain('odd'), 'odd');
    assert.equal(explain(system({ code: 'EODD', message: 'odd' })), 'odd');
  });
});
