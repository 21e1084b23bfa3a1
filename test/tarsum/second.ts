/** Runs second.py, which computes tarsums in its own way. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../house/sources.js';

/** An archive, and the label of the sum that is asked for. */
export interface Question {
  readonly algorithm: string;
  readonly archive: Uint8Array;
}

/** Why the tests that need another program cannot run; undefined when they can. */
export function missing(...programs: readonly string[]): string | undefined {
  const absent = programs.filter((program) => spawnSync(program, ['--version']).status !== 0);
  return absent.length > 0 ? `needs ${absent.join(' and ')}` : undefined;
}

/** The sum of each, `refused` where there is none. */
export function askSecond(questions: readonly Question[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'lading-test-'));
  try {
    return askIn(folder, questions);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function askIn(folder: string, questions: readonly Question[]): readonly string[] {
  const lines = questions.map(({ algorithm, archive }, at) => {
    const path = join(folder, `${at}.tar`);
    writeFileSync(path, archive);
    return `${algorithm} ${path}\n`;
  });
  const { status, stdout, stderr } = spawnSync('python3', [join(PROJECT, 'test/tarsum/second.py')], {
    input: lines.join(''),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  if (status !== 0) throw new Error(`second.py failed: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith('refused: ') ? 'refused' : line));
}
