/** `lading config check`, as its users run it. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { certify } from '../support/certified.js';
import { textFiles } from '../support/text-files.js';
import { run } from './command.js';

const { folder, fileWith } = textFiles();
const data = join(folder, 'data');
mkdirSync(data);

interface Line {
  readonly value?: { readonly key: string; readonly value: unknown; readonly origin: string };
  readonly warning?: string;
  readonly fault?: string;
  readonly report?: { readonly starts: boolean; readonly warnings: number; readonly faults: number };
}

/** What it says in JSON; paths without the folder. */
async function checked(text: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  const file = fileWith(text);
  const { code, out, err } = await run(['config', 'check', file, '--json', ...args], { env });
  assert.equal(err, '');
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line.replaceAll(file, 'config.yml').replaceAll(folder, '')) as Line);
  return {
    code,
    out,
    report: lines.at(-1)?.report,
    values: new Map(lines.flatMap(({ value }) => (value ? [[value.key, value] as const] : []))),
    warnings: lines.flatMap(({ warning }) => warning ?? []),
    faults: lines.flatMap(({ fault }) => fault ?? []),
  };
}

describe('lading config check', () => {
  const storage = `storage: {filesystem: {rootdirectory: ${data}}}`;

  it('shows each value with its line, its variable, its flag, or as a default', async () => {
    const text = `version: 0.1\n${storage}\nlog:\n  level: debug\nhttp:\n  headers:\n    X-A: [b]\n`;
    const { code, values, warnings, faults, report } = await checked(
      text,
      { REGISTRY_LOG_FORMATTER: 'json', 'REGISTRY_HTTP_HEADERS_X-C': '[d]' },
      ['--addr', ':7000'],
    );
    assert.deepEqual([code, warnings, faults, report], [0, [], [], { starts: true, warnings: 0, faults: 0 }]);
    const shown = (key: string) => [values.get(key)?.value, values.get(key)?.origin];
    assert.deepEqual(shown('log.level'), ['debug', 'config.yml:4']);
    assert.deepEqual(shown('log.formatter'), ['json', 'REGISTRY_LOG_FORMATTER in the environment']);
    assert.deepEqual(shown('http.headers.X-A'), [['b'], 'config.yml:7']);
    assert.deepEqual(shown('http.headers.x-c'), [['d'], 'REGISTRY_HTTP_HEADERS_X-C in the environment']);
    assert.deepEqual(shown('http.addr'), [':7000', '--addr']);
    assert.deepEqual(shown('http.draintimeout'), ['30s', 'default']);
    assert.deepEqual(shown('storage.filesystem.rootdirectory'), ['/data', 'config.yml:2']);
    assert.equal(values.has('storage.s3.chunksize'), false);
    assert.equal(values.has('http.tls.minimumtls'), false);
  });

  it('is read by people as well', async () => {
    const file = fileWith(`version: 0.1\n${storage}\nhttp:\n  colour: red\n  addr: here\n`);
    const { code, out } = await run(['config', 'check', file]);
    assert.equal(code, 2);
    assert.match(out, /^log\.level {2,}info {2,}default$/m);
    assert.match(out, /^http\.addr {2,}\(a fault\) {2,}.*:5$/m);
    assert.ok(out.includes(`warning: ${file}:4: http.colour is not known, and has no effect\n`));
    assert.ok(out.includes(`fault: ${file}:5: http.addr is "here"; expected host:port`));
    assert.ok(out.endsWith('\nlading serve would not start with it: 1 fault, 1 warning.\n'));
    const good = await run(['config', 'check', '--root', data], {
      env: { REGISTRY_CONFIGURATION_PATH: fileWith('version: 0.1') },
    });
    assert.deepEqual([good.code, good.out.endsWith('\nlading serve would start with it; 0 warnings.\n')], [0, true]);
  });

  it('shows no secret', async () => {
    const { code, out, values } = await checked(`version: 0.1\n${storage}\nauth: {htpasswd: {realm: [hush], path: /nope}}
http: {headers: {Authorization: [hush]}, secret: hush, host: "https://hush@registry.example"}`);
    assert.equal(code, 2);
    assert.equal(values.get('http.headers.Authorization')?.value, '(not shown)');
    assert.doesNotMatch(out, /hush/);
  });

  it('says which file that is named cannot be used', async () => {
    const nowhere = join(folder, 'nowhere');
    const { code, faults } = await checked(`version: 0.1
${storage}
auth: {htpasswd: {realm: r, path: ${nowhere}}}
http: {tls: {certificate: ${nowhere}, key: ${nowhere}}}
compatibility: {schema1: {signingkeyfile: ${nowhere}}}
`);
    assert.equal(code, 2);
    assert.equal(faults.length, 3);
    for (const [index, what] of ['auth.htpasswd', 'http.tls', 'compatibility.schema1.signingkeyfile'].entries())
      assert.ok(faults[index]?.startsWith(what) && faults[index]?.includes('/nowhere'), faults[index]);
  });

  it('says what of a certificate will keep clients away', async () => {
    const dates = {
      'ended on': { from: new Date('2001-01-01'), to: new Date('2002-01-01') },
      'does not hold before': { from: new Date('2045-01-01'), to: new Date('2046-01-01') },
    };
    for (const [what, facts] of Object.entries(dates)) {
      const { pem, privateKey } = certify('localhost', facts);
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      const { code, warnings } = await checked(
        `version: 0.1\n${storage}\nhttp: {tls: {certificate: ${fileWith(pem)}, key: ${fileWith(key)}}}`,
      );
      assert.equal(code, 0);
      assert.match(String(warnings), new RegExp(`^http\\.tls\\.certificate is .*, which ${what} .*: clients will refuse it$`));
    }
  });

  it('looks at the folder, and makes none', async () => {
    const at = (path: string) => checked(`version: 0.1\nstorage: {filesystem: {rootdirectory: ${path}}}`);
    const missing = await at(join(folder, 'a/b'));
    assert.deepEqual(
      [missing.code, missing.warnings],
      [0, ['storage.filesystem.rootdirectory is /a/b, which is not there: a start makes it, and it is empty']],
    );
    assert.equal(existsSync(join(folder, 'a')), false);
    const plain = join(folder, 'plain');
    writeFileSync(plain, '');
    assert.deepEqual((await at(plain)).faults, ['storage.filesystem.rootdirectory is /plain, which is no folder']);
  });

  it('tells of a file that cannot be read or is no configuration, as of all faults', async () => {
    const none = await run(['config', 'check', join(folder, 'none.yml')]);
    assert.equal(none.code, 2);
    assert.match(none.out, /^fault: .*none\.yml cannot be read: there is no such file$/m);
    const { code, faults } = await checked('version: 0.1\nlog: {');
    assert.equal(code, 2);
    assert.match(faults[0] ?? '', /^config\.yml:2/);
  });

  it('is explained', async () => {
    const { code, out } = await run(['config', 'check', '--help']);
    assert.equal(code, 0);
    assert.match(out, /Exit codes: 0 lading serve would start with it, 2 it would not/);
    const wrong = await run(['config', 'check', '--colour']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /Try lading config check --help\./);
  });
});
