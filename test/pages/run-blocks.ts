/** Runs the commands of a page: one shell, a fresh folder, a free port. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { freePort } from '../clients/server.js';
import type { Block } from './page.js';

/** Longer than any page takes on a busy machine, in milliseconds. */
const PATIENCE_MS = 180_000;
const MARK = '--- end of a block of the page';

/**
 * What each block printed on both streams, in order, without blank lines at its end. Those that were not reached, because
 * one before them did not end or ended the shell, are missing.
 */
export async function runBlocks(blocks: readonly Block[], project: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lading-page-'));
  try {
    const script = join(folder, 'script');
    const parts = blocks.map(({ commands }) => `${commands}\necho; echo '${MARK}'\n`);
    await writeFile(script, `exec 2>&1 </dev/null\n${parts.join('')}`);
    const output = await printed(script, project, {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      HOME: folder,
      TMPDIR: folder,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      port: String(await freePort()),
      root: join(folder, 'root'),
    });
    return output
      .split(`${MARK}\n`)
      .slice(0, -1)
      .map((text) => text.replace(/\n+$/, ''));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What the script prints. Whatever it has started is ended with it. */
function printed(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    // In a group of its own, so that a server that the page has not stopped can be.
    const child = spawn('sh', [script], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // All of it has ended.
      }
    };
    const late = setTimeout(end, PATIENCE_MS);
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.on('error', reject);
    child.on('exit', end);
    child.on('close', () => {
      clearTimeout(late);
      resolve(Buffer.concat(pieces).toString('utf8'));
    });
  });
}
