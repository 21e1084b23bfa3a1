/** What is said of a configuration, right or wrong, repeats no secret of it, wherever in it one stands. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigurationError } from '../../src/config/configuration-error.js';
import { effectiveValues } from '../../src/config/effective.js';
import { examineConfiguration } from '../../src/config/load.js';
import { secretsIn } from '../support/secrets.js';
import { textFiles } from '../support/text-files.js';

const { fileWith } = textFiles();
const SECRET = 'open-sesame-8261';
const USER = `me:${SECRET}`;

/** All that a start or a check would print. */
async function toldOf(text: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  try {
    const examined = await examineConfiguration({ file: fileWith(text), environment });
    return JSON.stringify([examined.faults, examined.warnings, effectiveValues(examined)]);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return JSON.stringify([error.faults, error.message, error.stack]);
  }
}

/** Right and wrong, in each place in which somebody may have one. */
const SECTIONS = [
  `auth: {htpasswd: ${SECRET}}`,
  `auth: ${SECRET}`,
  `auth: [${SECRET}]`,
  `auth: {token: {realm: "https://${USER}@h/", service: [${SECRET}], issuer: {a: ${SECRET}}}}`,
  `http: {secret: ${SECRET}}`,
  `http: {secret: [${SECRET}]}`,
  `http: {secret: {a: ${SECRET}}}`,
  `http: {host: "https://${USER}@h/"}`,
  `http: {headers: {Authorization: ["Bearer ${SECRET}"], X-Api-Key: ${SECRET}}}`,
  `http: {headers: {Authorization: {a: ${SECRET}}}}`,
  `storage: {s3: ${SECRET}}`,
  `storage: {s3: {bucket: b, region: r, accesskey: ${SECRET}, secretkey: ${SECRET}}}`,
  `storage: {s3: {bucket: b, region: r, accesskey: [${SECRET}], secretkey: {a: ${SECRET}}}}`,
  `storage: {s3: {bucket: b, region: r, regionendpoint: "https://${USER}@h"}}`,
  `storage: {azure: {accountname: a, container: c, accountkey: ${SECRET}}}`,
  `storage: {azure: {accountname: a, container: c, accountkey: [${SECRET}], credentials: {type: client_secret, secret: [${SECRET}]}}}`,
  `storage: {gcs: {bucket: b, credentials: ${SECRET}}}`,
  `storage: {gcs: {bucket: b, credentials: {client_email: e, private_key: ${SECRET}}}}`,
  `storage: {swift: {username: u, password: ${SECRET}}}`,
  `proxy: {remoteurl: "https://${USER}@h/", username: me, password: ${SECRET}}`,
  `proxy: {password: ${SECRET}}`,
  `redis: {addr: "redis://${USER}@h", password: ${SECRET}}`,
  `notifications: {endpoints: [{name: a, url: "https://${USER}@h/?token=${SECRET}", headers: {Authorization: [${SECRET}]}}]}`,
  `notifications: {endpoints: [{name: a, url: "ftp://${USER}@h/?token=${SECRET}", headers: [${SECRET}], timeout: soon}]}`,
  `health: {http: [{uri: "http://${USER}@h/?key=${SECRET}", headers: {Authorization: [${SECRET}]}}]}`,
  `health: {http: [{uri: "ftp://${USER}@h/?key=${SECRET}", headers: {"a b": ${SECRET}}, threshold: x}]}`,
  `middleware: {storage: [{name: cloudfront, options: {privatekey: ${SECRET}}}]}`,
  `log: {hooks: [{type: mail, options: {smtp: {username: u, password: ${SECRET}}}}]}`,
  `reporting: {bugsnag: {apikey: ${SECRET}}, newrelic: {licensekey: ${SECRET}}}`,
  `http: {secret: ${SECRET}`,
  `http: {secret: ${SECRET}, secret: ${SECRET}}`,
  `http:\n  secret: ${SECRET}\n\t x: y`,
  `http:\n  secret: "${SECRET}\n`,
  `http:\n  secret: *${SECRET}`,
  `http:\n  secret: &${SECRET}`,
  `http:\n  secret: !${SECRET}`,
  `http:\n  secret: !${SECRET} ${SECRET}`,
  `http:\n  secret: @${SECRET}`,
  `http:\n  secret: |${SECRET}`,
  `http:\n  secret: a: ${SECRET}`,
  `http:\n  secret: 'a' ${SECRET}`,
  `http:\n  secret: [a] ${SECRET}`,
  `http:\n  secret: "\\${SECRET}"`,
  `http:\n  secret: {a b ${SECRET}: c, ]${SECRET}`,
  `%${SECRET} x`,
];

const ENVIRONMENTS: readonly Readonly<Record<string, string>>[] = [
  { REGISTRY_HTTP_SECRET: SECRET },
  { REGISTRY_HTTP_SECRET: `{${SECRET}` },
  { REGISTRY_AUTH: SECRET },
  { REGISTRY_AUTH: `{htpasswd: {realm: [${SECRET}], path: /p}}` },
  { REGISTRY_STORAGE_S3_SECRETKEY: SECRET, REGISTRY_STORAGE_S3_ACCESSKEY: `[${SECRET}]` },
  { REGISTRY_PROXY_REMOTEURL: `https://${USER}@h/`, REGISTRY_PROXY_PASSWORD: SECRET },
  { REGISTRY_REDIS_PASSWORD: SECRET },
  {
    REGISTRY_NOTIFICATIONS_ENDPOINTS: `[{name: a, url: "https://${USER}@h", headers: {Authorization: [${SECRET}]}, timeout: x}]`,
  },
  { REGISTRY_HEALTH_HTTPCHECKERS: `[{uri: "http://${USER}@h", headers: {Authorization: [${SECRET}]}, interval: x}]` },
  { REGISTRY_SOMETHING_ELSE: SECRET },
];

describe('what is said of a configuration', () => {
  it('repeats no secret of the file', async () => {
    const found: string[] = [];
    for (const section of SECTIONS)
      for (const secret of secretsIn(await toldOf(`version: 0.1\n${section}\n`), [SECRET])) found.push(`${section}\n  ${secret}`);
    assert.deepEqual(found, []);
  });

  it('repeats no secret of the environment', async () => {
    const found: string[] = [];
    for (const environment of ENVIRONMENTS)
      for (const secret of secretsIn(await toldOf('version: 0.1\nstorage: {filesystem: {}}\n', environment), [SECRET]))
        found.push(`${Object.keys(environment).join()}\n  ${secret}`);
    assert.deepEqual(found, []);
  });
});
