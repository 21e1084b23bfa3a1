/** Sections of health checks of which something is wrong: each fault names its place, and no header or URL is repeated. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { examineConfiguration } from '../../src/config/load.js';
import { textFiles } from '../support/text-files.js';

const { fileWith } = textFiles();

async function faultOf(section: string): Promise<string> {
  const { faults } = await examineConfiguration({ file: fileWith(`version: 0.1\nhealth:\n  ${section}`) });
  assert.equal(faults.length, 1, faults.join());
  return (faults[0] ?? '').replace(/^.*:(?=3: )/, 'config.yml:');
}

describe('a health check that is configured wrongly', () => {
  it('is refused', async () => {
    for (const [section, wanted] of [
      ['file: [{interval: 1s}]', 'health.file[0] has no file'],
      [
        'file: [{file: a, interval: soon}]',
        'health.file[0].interval is "soon"; expected a duration such as 10s or 1m; 0 for 10s',
      ],
      ['http: [{}]', 'health.http[0] has no uri'],
      [
        'http: [{uri: "http://h", statuscode: 700}]',
        'health.http[0].statuscode is 700; expected a status from 100 to 599; 0 for 200',
      ],
      ['tcp: [{addr: h}]', 'health.tcp[0].addr is "h"; expected host:port, with a port from 1 to 65535'],
      ['tcp: [{addr: ":0"}]', 'health.tcp[0].addr is ":0"; expected host:port, with a port from 1 to 65535'],
      ['tcp: [{addr: "h:1", threshold: 1.5}]', 'health.tcp[0].threshold is 1.5; expected a whole number'],
    ] as const)
      assert.equal(await faultOf(section), `config.yml:3: ${wanted}`);
  });

  it('is refused without its headers and its URL', async () => {
    for (const section of [
      'http: [{uri: "hidden://u@h"}]',
      'http: [{uri: "http://h", headers: {"a b": hidden}}]',
      'http: [{uri: "http://h", headers: [hidden]}]',
    ])
      assert.doesNotMatch(await faultOf(section), /hidden/);
  });
});
