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
- A key that lading does not know has no effect; a warning in the log names it with its line.
- The configuration is read at the start. To change it, change the file and start again.

## Keys

| Key | Value | With a file | Without | |
|---|---|---|---|---|
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
- Variables are applied in the order of their names: \`REGISTRY_STORAGE\` replaces the whole section, and
  \`REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY\` then sets a key in it.
- The rules of a file hold: a wrong value stops the start and names the variable, an unknown one gets a warning. Kubernetes
  sets such variables, \`REGISTRY_PORT\` among them, when there is a service that is called registry: those do no harm.
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

function keyRows([key, { type, bare, file: filed, about, members }]) {
  if (members === undefined) return [keyRow(key, { type, bare, filed, about })];
  const rows = Object.entries(members).map(([member, row]) =>
    keyRow(`${key}[].${member}`, { ...row, bare: row.default, filed: row.default }),
  );
  return [`| \`${key}\` | a list of sections | \`[]\` | \`[]\` | ${about} |`, ...rows];
}

function keyRow(key, { type, bare, filed, about }) {
  return `| \`${key}\` | ${VALUES[type].expected} | ${shown(filed)} | ${shown(bare)} | ${about} |`;
}

function shown(value) {
  if (value === undefined) return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
