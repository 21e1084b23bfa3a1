/** Which pages of the manual are run, and the outcome of each of their sections. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAsShown, readPage } from './page.js';
import { runBlocks } from './run-blocks.js';

/** The folder of the project. The tests run compiled, in `dist/test/pages`. */
export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

/** Pages whose commands a reader can run, and so does `npm test`. They need a shell and curl. */
export const PAGES: readonly string[] = ['docs/heritage.md', 'docs/layout.md', 'docs/migrating.md'];

/** One section of a page that has been run. */
export interface Outcome {
  readonly heading: string;
  /** Undefined when everything printed what the page shows; else the first place where it did not. */
  readonly difference: string | undefined;
}

/** Runs a page and compares. */
export async function runPage(page: string): Promise<readonly Outcome[]> {
  const sections = readPage(await readFile(join(PROJECT, page), 'utf8'));
  const outputs = [
    ...(await runBlocks(
      sections.flatMap(({ blocks }) => blocks),
      PROJECT,
    )),
  ];
  return sections.map(({ heading, blocks }) => {
    let difference: string | undefined;
    for (const { line, commands, printed } of blocks) {
      const output = outputs.shift();
      if (difference !== undefined || (output !== undefined && isAsShown(printed, output))) continue;
      const found = output === undefined ? 'was not reached, or did not end' : `printed\n${output}\nin place of\n${printed}`;
      difference = `${page}:${line}\n${commands}\n${found}`;
    }
    return { heading, difference };
  });
}
