/** Renders docs/older-layouts.md: the tables of the forms that the layout had before docker/distribution 2.0. */
const { AGES } = await import('../dist/src/paths/ages/ages.js');
const { ROOT } = await import('../dist/src/paths/layout.js');

const HEX = 'ab12...';

/** How a variable is spelled, with its shape where it has one. */
const VARIABLES = {
  'name:open': ['the name of a repository; it may hold any of the words of the table', 'library/ubuntu'],
  tag: ['a tag', 'latest'],
  digest: ['a digest', `sha256/${HEX}`],
  signature: ['a digest', `sha256/${HEX}`],
  blob: ['a digest; its first two letters are a folder', `tarsum/v1/sha256/ab/${HEX}`],
  'digest:tarsum': ['a tarsum', `tarsum/v1/sha256/${HEX}`],
  'digest:tarsumBlob': ['a tarsum; its first two letters are a folder', `tarsum/v1/sha256/ab/${HEX}`],
  'blob:tarsumBlob': ['a tarsum; its first two letters are a folder', `tarsum/v1/sha256/ab/${HEX}`],
  'blob:hashBlob': ['a sha256; its first two letters are a folder', `sha256/ab/${HEX}`],
  'upload:uuid': ['the id of an upload', '29538b7b-f200-4ccf-99f3-66c2a06670c8'],
  algorithm: ['a hash', 'sha256'],
};

const FORMS = {
  'november-2014': [
    'November 2014',
    'From 13 to 23 November 2014. Content stands by its sha256, and links map the tarsum, by which clients knew a layer, to it. Uploads lay outside the store. Told by `blob/sha256` and `layerindex`.',
  ],
  'december-2014': [
    'December 2014',
    'From 24 November 2014 to 13 January 2015. Content stands by its tarsum, in a file that is called by it, and links have the two-letter folder as well. Told by `blob/tarsum`, and by files where `manifests/<tag>` is.',
  ],
  'january-2015': [
    'January 2015',
    'From 14 January to 1 February 2015. The design as it was released, but its folders had no `_`, so that a repository could not be called `x/layers`. Told by the folders `revisions` and `tags` in `manifests`.',
  ],
};

/** The page. */
export function olderLayoutsPage(note) {
  return `${note('src/paths/ages/*.ts')}
# The layouts before 2.0

Before the first release of docker/distribution (April 2015) its storage layout had other forms. lading does not serve them; it
knows them, path by path, and [\`lading migrate-layout\`](migrating-layout.md) brings them to [the released one](layout.md). Each
form below is a table of the code that is compiled both ways, from a path to what it means and back.

Everything stands below \`${ROOT}\`, as today. Forms may lie side by side in one volume: which one an object is of is told
from its own path, whole. Since any word could be part of a repository's name then, \`layers\`, \`manifests\` and \`uploads\` are
parts of a repository only where what is in them has the shape of the table: \`x/layers/layers/tarsum/...\` is a layer of the
repository \`x/layers\`. No path means two things; where two forms share one, it means the same in both.

In February and March 2015 the paths were those of today, but links of layers held the tarsum of their path, and content stood in
\`blobs/tarsum/...\`. lading serves that as it is. docker/distribution 2.3 and later do not, and their garbage collection fails on
it; a migration brings it to what 2.0 wrote.

${Object.entries(FORMS)
  .map(([age, [title, about]]) => form(title, about, AGES[age].layout))
  .join('\n')}`;
}

function form(title, about, layout) {
  const rows = Object.values(layout).map(
    (row) => `| \`${shown(row.path)}\`${row.type === 'folder' ? ', a folder' : ''} | ${row.about} | ${row.content ?? ''} |`,
  );
  const used = new Set(Object.values(layout).flatMap(({ path }) => [...path.matchAll(/<([\w:]+)>/g)].map(([, name]) => name)));
  const variables = [...used].map((name) => {
    const [meaning, example] = VARIABLES[name];
    return `| \`${shown(`<${name}>`)}\` | ${meaning} | \`${example}\` |`;
  });
  return `## ${title}

${about}

| Path | What it is | Holds |
|---|---|---|
${rows.join('\n')}

| In a path | Stands for | Such as |
|---|---|---|
${variables.join('\n')}
`;
}

/** Shapes are for the compiler. What two of them have in common is told by the second table. */
function shown(path) {
  return path.replace(/<(\w+):(\w+)>/g, (_all, name, shape) =>
    name === 'digest' && shape.startsWith('tarsum') ? '<tarsum>' : `<${name}>`,
  );
}
