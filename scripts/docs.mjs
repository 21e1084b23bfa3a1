/**
 * Renders the pages of the manual that are made from tables: `node scripts/docs.mjs` writes them, `--check` fails when one
 * is not what the tables say. Reads the compiled tables, so build first.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layoutPage } from './layout-page.mjs';
import { migratingPage } from './migrating-page.mjs';
import { olderLayoutsPage } from './older-layouts-page.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { ERRORS } = await import('../dist/src/core/errors.js');

const PAGES = {
  'docs/layout.md': () => layoutPage(NOTE),
  'docs/migrating.md': () => migratingPage(NOTE),
  'docs/older-layouts.md': () => olderLayoutsPage(NOTE),
  'docs/errors.md': errorsPage,
};
const NOTE = (source) => `<!-- Made from ${source} by scripts/docs.mjs; change it there. -->`;

function errorsPage() {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, message, about }]) => `| \`${code}\` | ${status} | ${message} | ${about} |`,
  );
  return `${NOTE('src/core/errors.ts')}
# Errors

What the registry cannot do it answers with a status and a body of this form, as OCI distribution-spec has it. There may be
several errors in one body, such as one for each blob that a manifest names and that is missing.

\`\`\`json
{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":"sha256:..."}]}
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
