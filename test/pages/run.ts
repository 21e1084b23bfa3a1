/**
 * Runs the commands of pages and compares what they print with what the pages show: `node dist/test/pages/run.js`.
 * `--write PAGE` puts what was printed into the page, where it is not as shown; what varies has to be marked by hand.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createReport } from '../clients/report.js';
import { isAsShown, readPage, withOutputs } from './page.js';
import { PAGES, PROJECT, runPage } from './pages.js';
import { runBlocks } from './run-blocks.js';

const [option, page] = process.argv.slice(2);
if (option === '--write' && page !== undefined) {
  const file = join(PROJECT, page);
  const text = await readFile(file, 'utf8');
  const blocks = readPage(text).flatMap((section) => section.blocks);
  const outputs = await runBlocks(blocks, PROJECT);
  const wanted = blocks.map(({ printed }, at) => (isAsShown(printed, outputs[at] ?? '') ? printed : (outputs[at] ?? '')));
  await writeFile(file, withOutputs(text, wanted));
} else {
  const report = createReport();
  for (const each of PAGES) {
    for (const { heading, difference } of await runPage(each)) {
      await report.check(`${each}: ${heading}`, () => {
        if (difference !== undefined) throw new Error(difference);
      });
    }
  }
  process.exitCode = report.end();
}
