/** Runs one command to its end, with a bound on its time. What it prints is kept, since that is all one has when it fails. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Surroundings of a command. */
export interface ShellOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** 120,000 ms when not given; then it is killed and counts as failed. */
  readonly timeoutMs?: number;
  readonly input?: string;
}

/** What a command printed, and its exit code: null when a signal ended it. */
export interface ShellResult {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly code: number | null;
}

/** The stdout of a command that succeeds. Throws with its last output when it does not. */
export async function shell(command: string, args: readonly string[], options: ShellOptions = {}): Promise<Buffer> {
  const result = await tryShell(command, args, options);
  if (result.code === 0) return result.stdout;
  const said = `${result.stdout.toString('utf8')}\n${result.stderr}`.trim().split('\n').slice(-12).join('\n');
  throw new Error(`${command} ${args.join(' ')}\nended with ${result.code ?? 'a signal'}: ${said}`);
}

/** Runs a command to its end, whatever that is. Throws only when it cannot be started. */
export function tryShell(command: string, args: readonly string[], options: ShellOptions = {}): Promise<ShellResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 120_000,
      killSignal: 'SIGKILL',
    });
    const stdout: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    child.stdin.on('error', () => undefined); // It may end without reading its input.
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code) => resolve({ stdout: Buffer.concat(stdout), stderr, code }));
  });
}

/** Where a command is, or undefined. */
export function which(command: string, path = process.env['PATH'] ?? ''): string | undefined {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, command);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}
