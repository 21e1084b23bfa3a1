/** Renders docs/layout.md: what the table of the layout says, put into the prose of `pages/layout.md.in`. */
import { readFile } from 'node:fs/promises';

const { LAYOUT, ROOT } = await import('../dist/src/paths/layout.js');
const { SPELLINGS } = await import('../dist/src/paths/variables.js');

const PROSE = await readFile(new URL('pages/layout.md.in', import.meta.url), 'utf8');

/** What stands for each mark of the prose. */
const PARTS = {
  tree: () => `\`\`\`\n${ROOT}\n${drawn(treeOf(LAYOUT)).join('\n')}\n\`\`\``,
  variables: () => `| In a path | Stands for | Such as |\n|---|---|---|\n${Object.keys(VARIABLES).map(variableRow).join('\n')}`,
  rows: () => Object.entries(LAYOUT).map(section).join('\n\n'),
};

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
  endpoint: ['the name of an endpoint as far as it fits a path, and a sum of it', 'alice-2bd806c9'],
  worker: ['a name that the process makes', '20261124T020325.123Z-9f86d081884c7d65'],
};

/** The page. */
export function layoutPage(note) {
  return `${note('src/paths/layout.ts and scripts/pages/layout.md.in')}\n${PROSE.replace(/<!-- (\w+) -->/g, (_mark, part) => PARTS[part]())}`;
}

function variableRow(variable) {
  const [meaning, example] = VARIABLES[variable];
  const length = example === 'sha512' ? 128 : 64;
  const isDigest = ['digest', 'blob', 'signature', 'subject'].includes(variable);
  const value = isDigest ? `${example}:${'ab12'.repeat(length / 4)}` : example;
  const spelled = SPELLINGS[variable].spell(value).replace(/([0-9a-f]{8})[0-9a-f]{56,}/, '$1...');
  return `| \`<${variable}>\` | ${meaning} | \`${spelled}\` |`;
}

function section([kind, row]) {
  const facts = [
    ['Content', row.content],
    ['Written by', row.writtenBy],
    ['Changes', row.changes],
    ['Removed by', row.removedBy],
    ['Without it', row.without],
    ['In docker/distribution', theirs(row)],
  ];
  const list = facts.filter(([, text]) => text).map(([name, text]) => `- ${name}: ${text}`);
  const place = `\`${row.path}\`${row.type === 'folder' ? ', a folder' : ''}`;
  return [`### ${kind}`, '', place, '', row.about, ...(list.length > 0 ? ['', ...list] : [])].join('\n');
}

function theirs({ ours, knownAs, others }) {
  if (ours) return 'not known (ours).';
  return [knownAs && `\`${knownAs}\`.`, others].filter(Boolean).join(' ');
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
