/** The effective configuration: what is shown of it, and what is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { effectiveValues } from '../../src/config/effective.js';
import { examineConfiguration } from '../../src/config/load.js';
import { textFiles } from '../support/text-files.js';

const { fileWith } = textFiles();

async function shown(text: string, environment: Readonly<Record<string, string>> = {}) {
  const file = fileWith(`version: 0.1\n${text}`);
  const examined = await examineConfiguration({ file, environment });
  const values = effectiveValues(examined);
  const told = JSON.stringify([values, examined.faults, examined.warnings]).replaceAll(file, 'config.yml');
  return { told, values: new Map(values.map(({ key, value, origin }) => [key, [value, origin.replace(file, 'config.yml')]])) };
}

describe('the effective configuration', () => {
  it('has the parameters of the one driver that is used, under one name', async () => {
    const { values } = await shown('storage:\n  s3aws:\n    bucket: b\n    region: r\n');
    assert.deepEqual(values.get('storage.s3.bucket'), ['b', 'config.yml:4']);
    assert.deepEqual(values.get('storage.s3.chunksize'), [10_485_760, 'default']);
    assert.equal(values.has('storage.filesystem.rootdirectory'), false);
  });

  it('names the variable and not the file where the variable wins', async () => {
    const { values } = await shown('log:\n  level: info\n  fields: {a: b}\n', {
      REGISTRY_LOG_LEVEL: 'debug',
      REGISTRY_LOG_FIELDS_C: 'd',
    });
    assert.deepEqual(values.get('log.level'), ['debug', 'REGISTRY_LOG_LEVEL in the environment']);
    assert.deepEqual(values.get('log.fields.a'), ['b', 'config.yml:4']);
    assert.deepEqual(values.get('log.fields.c'), ['d', 'REGISTRY_LOG_FIELDS_C in the environment']);
  });

  it('has a key without a value as its default', async () => {
    assert.deepEqual((await shown('log:\n  level:\n')).values.get('log.level'), ['info', 'default']);
  });

  const hush = 'open-sesame';
  for (const text of [
    `http: {headers: {Authorization: ["${hush}"], X-Api-Key: ${hush}}, secret: ${hush}}`,
    `http: {host: "https://bob:${hush}@registry.example"}`,
    `http: {host: "ftp://bob:${hush}@registry.example"}`,
    `storage: {s3: {bucket: b, region: r, accesskey: ${hush}, secretkey: ${hush}}}`,
    `storage: {s3: {bucket: b, region: [${hush}], secretkey: [${hush}]}}`,
    `storage: {s3: {bucket: b, regionendpoint: "http://a:${hush}@minio"}}`,
    `storage: {azure: {accountname: a, container: c, accountkey: ${hush}, credentials: {type: x, secret: ${hush}}}}`,
    `storage: {gcs: {bucket: b, credentials: {client_email: a, private_key: ${hush}}}}`,
    `storage: {gcs: {bucket: b, credentials: ${hush}}}`,
    `auth: {htpasswd: {realm: [${hush}], path: {a: ${hush}}}}`,
    `auth: ${hush}`,
    `redis: {password: ${hush}}\nproxy: {remoteurl: "https://u:${hush}@x", password: ${hush}}`,
    `log: {fields: {password: ${hush}}, hooks: [{options: {smtp: {password: ${hush}}}}]}`,
    `notifications: {endpoints: [{name: a, url: "https://u:${hush}@x", headers: {Authorization: [${hush}]}}]}`,
    `http: ${hush}`,
  ])
    it(`shows no secret of ${text.replaceAll(hush, '...')}`, async () => {
      assert.doesNotMatch((await shown(text)).told, new RegExp(hush));
    });
});
