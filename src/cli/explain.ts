/** Errors of a start as sentences that say what to do. */
import { visible } from '../core/visible.js';

const WHO = process.getuid === undefined ? '' : ` (uid ${String(process.getuid())})`;

const SENTENCES: Readonly<Record<string, (error: SystemError) => string>> = {
  EADDRINUSE: ({ address, port }) =>
    `${address ?? ''}:${port ?? ''} is taken: another program listens there. Choose another port with --addr ${address ?? ''}:${(port ?? 0) + 1}, or stop that program.`,
  EADDRNOTAVAIL: ({ address }) => `${address ?? 'that address'} is no address of this machine. Choose another with --addr.`,
  EACCES: ({ address, port, path }) =>
    path === undefined
      ? `${address ?? ''}:${port ?? ''} may not be used by this user: ports below 1024 are kept for root. Choose another with --addr.`
      : `${path} may not be used by this user${WHO}. Choose another folder with --root, or let the user in: the folder and all that is in it must be theirs.`,
  ENOENT: ({ path }) => `${path ?? 'the folder'} cannot be made. Choose another folder with --root.`,
  ENOTDIR: ({ path }) => `${path ?? 'the folder'} is below something that is no folder. Choose another with --root.`,
  EROFS: ({ path }) => `${path ?? 'the folder'} is on a disk that is mounted read-only. Choose another folder with --root.`,
  ENOTFOUND: ({ hostname }) => `there is no host ${hostname ?? ''} to listen on. Choose another with --addr.`,
};

/** What Node tells of a failed system call. */
interface SystemError {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly path?: string;
  readonly hostname?: string;
}

/** One sentence, or a few lines, for whoever started the program. What strangers wrote into it is shown, never obeyed. */
export function explain(error: unknown): string {
  return sentenceOf(error).split('\n').map(visible).join('\n');
}

function sentenceOf(error: unknown): string {
  const system = systemErrorOf(error);
  const sentence = system?.code === undefined ? undefined : SENTENCES[system.code];
  return system && sentence ? sentence(system) : messageOf(error);
}

/** What has failed, in one line, where the program goes on with other things. */
export function reasonFor(error: unknown): string {
  return visible(messageOf(error));
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An error of the storage says which call failed, for the log; here only the place and the reason count.
  return 'path' in error && error.cause instanceof Error ? `${String(error.path)}: ${error.cause.message}` : error.message;
}

/** The system's own error, which a driver's error wraps. */
function systemErrorOf(error: unknown): SystemError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && 'syscall' in at) return at as SystemError;
  }
  return undefined;
}
