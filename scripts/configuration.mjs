/**
 * Renders docs/configuration.md from the tables of src/config: `node scripts/configuration.mjs` writes it, `--check` fails
 * when it is not what they say. Reads the compiled tables, so build first.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = 'docs/configuration.md';
const file = join(dirname(fileURLToPath(import.meta.url)), '..', PAGE);
const { KEYS } = await import('../dist/src/config/keys.js');
const { VALUES } = await import('../dist/src/config/values.js');
const { HARMLESS, IGNORED, REFUSED } = await import('../dist/src/config/foreign.js');

const wanted = page();
const found = await readFile(file, 'utf8').catch((error) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)));
if (found !== wanted && process.argv.includes('--check')) {
  console.error(`${PAGE} is stale: run node scripts/configuration.mjs`);
  process.exitCode = 1;
} else if (found !== wanted) {
  await writeFile(file, wanted);
  console.log(`${PAGE} written`);
}

function page() {
  return `<!-- Made from src/config by scripts/configuration.mjs; change it there. -->
# Configuration

lading needs none: \`lading serve\` keeps data in \`./data\`, listens on 127.0.0.1:5000 for this machine alone, and lets
everything be deleted. It reads the config.yml of registry:2 as it is:

\`\`\`sh
lading serve config.yml
lading serve --root /srv/registry --addr 0.0.0.0:5000
\`\`\`

\`\`\`yaml
version: 0.1
storage:
  filesystem:
    rootdirectory: /var/lib/registry
  delete:
    enabled: true
http:
  addr: :5000
\`\`\`

- What stands on the command line wins over the environment, and that over the file.
- The file is the argument of \`serve\`, or what \`REGISTRY_CONFIGURATION_PATH\` names when there is none.
- With a file, a key that it does not have is as registry:2 has it. Without one, defaults are those for somebody who tries
  lading on their own machine. Both columns are below.
- A wrong value, a text that is not YAML, a key that stands twice: \`serve\` names each with its line and with what was
  expected, does nothing else, and ends with exit code 2.
- A key that has no effect here, or that is not known, gets a warning in the log with its line, and the start goes on.
- What would be unsafe to leave aside stops the start, with a sentence that says why.
- Some keys are followed while the server runs, others need a restart ([operations](operations.md#change-the-configuration-while-it-runs)).

## Before a start

\`\`\`sh
lading config check config.yml
\`\`\`

reads the file and the environment as \`serve\` does, and shows what comes of them: each value with the line, the variable or
the flag that it is from, or as a default; then warnings; then all that would stop the start, files that are named and cannot
be used among it. Passwords, keys and the like are not shown. Nothing is changed, so it may run beside a server. It ends with 0
when a server would start, with 2 when it would not; \`--json\` prints lines for programs.

## Keys

| Key | Value | With a file | Without | | In registry:2 |
|---|---|---|---|---|---|
${Object.entries(KEYS).flatMap(keyRows).join('\n')}

Durations are as Go writes them, such as \`1h30m\`; a bare number is nanoseconds, as in registry:2. Booleans may also be
\`yes\`, \`no\`, \`on\` and \`off\`. \`loglevel\`, the old name of \`log.level\`, is understood, and \`storage: inmemory\` too.

## The environment

A variable overrides a key as it does in registry:2: \`REGISTRY_\`, then the path of the key in capitals, with \`_\` for \`.\`:

\`\`\`sh
REGISTRY_STORAGE_DELETE_ENABLED=true REGISTRY_HTTP_ADDR=:5001 lading serve config.yml
REGISTRY_HTTP_HEADERS='{X-Content-Type-Options: [nosniff]}' lading serve
\`\`\`

- A value is YAML, so lists and whole sections can be given. What is not YAML is a text. An empty variable counts as none.
- Variables are applied in the order of their names: \`REGISTRY_STORAGE=s3\` replaces the whole section, with all that the file
  says of \`delete\` and \`maintenance\`, and \`REGISTRY_STORAGE_S3_BUCKET\` then sets a key in it. Without the first, a file that
  names another driver has two, and the start is refused.
- A number is that of an item of a list, or of one more: \`REGISTRY_HTTP_TLS_CLIENTCAS_0\`. registry:2 has that since 3.0.
- Names of headers and fields are found however they are written; new ones are in lower case. What has a \`_\` in it, such as
  \`max_retries\`, cannot be reached, nor can \`version\`.
- Names are those of the file. Those that registry:2 has instead are understood too: \`NOTIFICATIONS_EVENTCONFIG\` for
  \`notifications.events\`, \`HEALTH_FILECHECKERS\`, \`HEALTH_HTTPCHECKERS\` and \`HEALTH_TCPCHECKERS\` for \`health.file\`, \`http\` and
  \`tcp\`, \`COMPATIBILITY_SCHEMA1_TRUSTKEY\` for \`compatibility.schema1.signingkeyfile\`.
- A wrong value stops the start and names the variable. Variables that are not known are named in one warning: Kubernetes sets
  some, \`REGISTRY_PORT\` among them, when there is a service that is called registry.
- \`REGISTRY_AUTH_FILE\` is left alone: it tells clients where passwords are.

## Keys of registry:2 with which lading does not start

What these ask for is not there, and to go on without it would do something else than was asked for. A key without a value,
or with one that asks for nothing, such as \`enabled: false\`, is no hindrance.

| Key | Why |
|---|---|
${Object.entries(REFUSED)
  .map(([key, { why }]) => `| \`${key}\` | ${why} |`)
  .join('\n')}

## Keys of registry:2 that have no effect

These may stay where they are; a warning says that they do nothing.

| Key | Why |
|---|---|
${Object.entries(IGNORED)
  .map(([key, why]) => `| \`${key}\` | ${why} |`)
  .join('\n')}

These tune what lading has no need of, or does by itself; there is no warning.

${[...HARMLESS].map((key) => `- \`${key}\``).join('\n')}
`;
}

function keyRows([key, { members, ...row }]) {
  if (members === undefined) return [keyRow(key, row)];
  const first = keyRow(key, { ...row, expected: 'a list of sections', bare: [], file: [] });
  return [first, ...Object.entries(members).map(([member, inner]) => memberRow(`${key}[].${member}`, inner))];
}

function memberRow(key, { needed, ...row }) {
  const about = needed ? `${row.about} It must be given.` : row.about;
  return keyRow(key, { ...row, about, bare: row.default, file: row.default });
}

function keyRow(key, { type, expected = VALUES[type].expected, bare, file: filed, about, secret, differs }) {
  const what = secret ? `${about} It is shown to nobody.` : about;
  const compared = key.startsWith('lading.') ? 'not there' : (differs ?? 'the same');
  return `| \`${key}\` | ${expected} | ${shown(filed)} | ${shown(bare)} | ${what} | ${compared} |`;
}

function shown(value) {
  if (value === undefined) return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
