/** Files that a test writes for the program to read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** A folder of files, which is gone when the tests of the file have ended. */
export interface TextFiles {
  readonly folder: string;
  /** Writes the text into a file of its own, and says where. */
  fileWith(text: string): string;
}

/** A fresh folder. Called at the top of a file of tests. */
export function textFiles(): TextFiles {
  const folder = mkdtempSync(join(tmpdir(), 'lading-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let files = 0;
  return {
    folder,
    fileWith(text) {
      const file = join(folder, `${++files}.yml`);
      writeFileSync(file, text);
      return file;
    },
  };
}
