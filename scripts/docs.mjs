/**
 * Renders the pages of the manual that are made from tables: `node scripts/docs.mjs` writes them, `--check` fails when one
 * is not what the tables say. Reads the compiled tables, so build first.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { ERRORS } = await import('../dist/src/core/errors.js');
const { LAYOUT, ROOT } = await import('../dist/src/paths/layout.js');
const { SPELLINGS } = await import('../dist/src/paths/variables.js');

const PAGES = { 'docs/layout.md': layoutPage, 'docs/errors.md': errorsPage };
const NOTE = (source) => `<!-- Made from ${source} by scripts/docs.mjs; change it there. -->`;

const LAYOUT_INTRODUCTION = `# What lies in the store

Below the root folder, or in the bucket, lading keeps what docker/distribution (registry:2 and its successors) keeps, in the
same places and with the same bytes. Either program can be started on what the other has written. What lading adds stands
where the other never looks; it is marked *ours* below.

## Why data is linked

Content stands once, in \`blobs\`, under its digest, whoever pushed it and however often. A repository holds no content but
links: small objects whose path says which content the repository may reach, and which hold its digest. So a push of what
is known anywhere costs a link, a mount from another repository copies nothing, and a delete takes a link away while others
keep theirs. Knowing a digest opens nothing: the way to content leads through a link of the repository that one may read.

- A **layer link** gives the repository a blob: a layer, a configuration.
- A **revision link** makes a manifest part of the repository. Revisions pile up; none is taken away by a push.
- A **tag** is a link that moves. Beside where it stands now is an index of all that it has named.
- **Signatures** of schema 1 manifests are blobs of their own, linked below the revision, so that several parties can sign
  one manifest at different times and no byte of it changes.

## What other programs may rely on

- The paths and contents below, with one spelling each. A path that is not of this page is nothing to lading: it is left
  alone, and never served.
- Every object is written whole or not at all, and is on stable storage before the client hears that it is there.
- Content under a digest never changes. Of the links only \`current/link\` of a tag ever gets another content.
- A link holds a digest and nothing else. One that is empty or cannot be read counts as absent.
- Empty folders mean nothing, and may be missing: object stores have none.
- Garbage collection of another program knows nothing of what lading is writing. Do not run it while lading is up.

## Order of writing

Whatever counts as a reference is written before what it refers to is relied on, and a tag comes last. So a crash at any
point leaves an upload that can go on, a link without content, which counts as absent, or a manifest without its tag: never
a tag that names what is not there.

| Push of a blob | Push of a manifest | Delete |
|---|---|---|
| 1. \`uploadStartedAt\`, \`uploadData\` | 1. all that it names is there, or the push fails | 1. \`trashEntry\`, which names every link |
| 2. \`layerLink\` | 2. \`revisionMediaType\`, \`signatureLink\`; \`revisionLink\`, \`referrerLink\` | 2. a look at \`condemned\` |
| 3. a look at \`condemned\` | 3. a look at \`condemned\` | 3. the links, tags first |
| 4. \`blobData\`, moved from the upload | 4. \`blobData\` | |
| 5. the upload's folder goes | 5. \`tagIndexLink\`, \`tagCurrent\`, \`historyEntry\` | |
`;

const VARIABLES = {
  name: ['the name of a repository, in as many folders as it has parts', 'library/ubuntu'],
  tag: ['a tag', 'latest'],
  digest: ['a digest: algorithm, then hash', 'sha256'],
  blob: ['a digest in the blob store: its first two letters are a folder', 'sha256'],
  signature: ['a digest, as above', 'sha512'],
  subject: ['a digest, as above; those of 2014 have a version too', 'tarsum+sha256'],
  upload: ['the id of an upload, a UUID', '29538b7b-f200-4ccf-99f3-66c2a06670c8'],
  algorithm: ['a hash', 'sha256'],
  offset: ['a number of bytes', 100],
  entry: ['a name that sorts by time', '20261124T020325.123Z-9f86d081884c7d65'],
  document: ['a name that whoever writes it makes', '20261124T020325.123Z-9f86d081884c7d65'],
  veto: ['a name that whoever writes it makes', '20261124T020325.123Z-9f86d081884c7d65'],
};

function layoutPage() {
  return [
    NOTE('src/paths/layout.ts'),
    LAYOUT_INTRODUCTION,
    `## The tree\n\n\`*\` marks what is ours.\n\n\`\`\`\n${ROOT}\n${drawn(treeOf(LAYOUT)).join('\n')}\n\`\`\`\n`,
    `## Variables\n\n| In a path | Stands for | Such as |\n|---|---|---|\n${Object.keys(VARIABLES).map(variableRow).join('\n')}\n`,
    `## Each of them\n\n${Object.entries(LAYOUT).map(layoutSection).join('\n')}`,
  ].join('\n');
}

function variableRow(variable) {
  const [meaning, example] = VARIABLES[variable];
  const length = example === 'sha512' ? 128 : 64;
  const isDigest = ['digest', 'blob', 'signature', 'subject'].includes(variable);
  const value = isDigest ? `${example}:${'ab12'.repeat(length / 4)}` : example;
  const spelled = SPELLINGS[variable].spell(value).replace(/([0-9a-f]{8})[0-9a-f]{56,}/, '$1...');
  return `| \`<${variable}>\` | ${meaning} | \`${spelled}\` |`;
}

function layoutSection([kind, row]) {
  const facts = [
    ['Content', row.content],
    ['Written by', row.writtenBy],
    ['Removed by', row.removedBy],
    ['In docker/distribution', row.ours ? 'not known (ours).' : row.knownAs && `\`${row.knownAs}\`.`],
  ];
  const list = facts.filter(([, text]) => text).map(([name, text]) => `- ${name}: ${text}\n`);
  return `### ${kind}\n\n\`${row.path}\`${row.type === 'folder' ? ', a folder' : ''}\n\n${row.about}\n${list.length > 0 ? '\n' : ''}${list.join('')}`;
}

/** The paths as nested maps; what ends at a place is kept under an empty name. */
function treeOf(layout) {
  const tree = new Map();
  for (const row of Object.values(layout)) {
    let at = tree;
    for (const part of row.path.split('/')) {
      if (!at.has(part)) at.set(part, new Map());
      at = at.get(part);
    }
    at.set('', row);
  }
  return tree;
}

function drawn(tree, indent = '') {
  const branches = [...tree].filter(([part]) => part !== '');
  return branches.flatMap(([part, below], index) => {
    const last = index === branches.length - 1;
    const row = below.get('');
    const line = `${indent}${last ? '└── ' : '├── '}${part}${row?.type === 'object' ? '' : '/'}${isOurs(below) ? ' *' : ''}`;
    return [line, ...drawn(below, indent + (last ? '    ' : '│   '))];
  });
}

/** A folder without a row of its own is ours when all that stands in it is. */
function isOurs(tree) {
  const row = tree.get('');
  return row ? row.ours === true : [...tree.values()].every(isOurs);
}

function errorsPage() {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, message, about }]) => `| \`${code}\` | ${status} | ${message} | ${about} |`,
  );
  return `${NOTE('src/core/errors.ts')}
# Errors

What the registry cannot do it answers with a status and a body of this form, as OCI distribution-spec has it. There may be
several errors in one body, such as one for each blob that a manifest names and that is missing.

\`\`\`json
{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":{"digest":"sha256:..."}}]}
\`\`\`

- \`code\` is for programs: it never changes its meaning. The status alone is not enough, since several codes share one.
- \`message\` is for people, and may say more than the text below. Do not compare it.
- \`detail\` holds facts such as a digest or a name; which ones may change.
- \`Retry-After\` comes with what may succeed later.

| Code | Status | Text | When it comes, and what to do |
|---|---|---|---|
${rows.join('\n')}
`;
}

const check = process.argv.includes('--check');
for (const [file, render] of Object.entries(PAGES)) {
  const wanted = render();
  const found = await readFile(join(root, file), 'utf8').catch((error) =>
    error.code === 'ENOENT' ? undefined : Promise.reject(error),
  );
  if (found === wanted) continue;
  if (check) {
    console.error(`${file} is stale: run node scripts/docs.mjs`);
    process.exitCode = 1;
    continue;
  }
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), wanted);
  console.log(`${file} written`);
}
