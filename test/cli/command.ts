/** The command as its users run it: a process of its own, with its output and its end. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.cjs', import.meta.url));
/** What the machine of the tests sets must not reach the command. */
const BASE = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:REGISTRY_|NODE_TEST_CONTEXT$)/.test(name)));

/** What a command that has ended leaves. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Running {
  /** Resolves to the match once the standard output has it; rejects when the command ends before. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  /** Reads no more of the standard output, as `| head` does. */
  hangUp(): void;
  readonly ended: Promise<Ended>;
}

/** Where and with what it runs. */
interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `lading` with the arguments. */
export function start(args: readonly string[], { cwd, env = {} }: Options = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...BASE, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const look of waiting) look();
  };
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
    tell();
  });
  child.stderr.on('data', (text: Buffer) => {
    err += text.toString();
  });
  let isOver = false;
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      isOver = true;
      tell();
      resolve({ code, out, err });
    });
  });
  return {
    ended,
    signal: (name) => void child.kill(name),
    hangUp: () => void child.stdout.destroy(),
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(out);
          if (match) resolve(match);
          else if (isOver) reject(new Error(`ended without ${pattern}: ${out}${err}`));
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Runs `lading` to its end. */
export function run(args: readonly string[], options?: Options): Promise<Ended> {
  return start(args, options).ended;
}
