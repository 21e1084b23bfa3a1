/** The file of a Unix socket: a server that was killed leaves it behind, and then nobody can listen there. */
import { access, constants, lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';

/**
 * Removes the file when it is a socket on which nobody listens. Rejects, with nothing changed, when somebody does, when it is
 * no socket, or when no file can be made there.
 */
export async function makeRoom(path: string): Promise<void> {
  const folder = dirname(path);
  await access(folder, constants.W_OK | constants.X_OK).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`the socket ${path} cannot be made: ${folder} ${FOLDER[error.code ?? ''] ?? error.message}`);
  });
  const found = await lstat(path, { bigint: true }).catch(missing);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`${path} is there already, and is no socket`);
  const answer = await knock(path);
  if (answer === 'ENOENT') return;
  if (answer !== 'ECONNREFUSED')
    throw new Error(
      `${path} is taken: ${answer === undefined ? 'another program listens there' : `a look at it ended with ${answer}`}`,
    );
  // Somebody who came meanwhile has made a file of their own.
  const now = await lstat(path, { bigint: true }).catch(missing);
  if (now === undefined) return;
  if (now.ino !== found.ino || now.ctimeNs !== found.ctimeNs) throw new Error(`${path} is taken: another program came first`);
  await unlink(path);
}

const FOLDER: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is no folder',
  EACCES: 'may not be written to by this user',
  EROFS: 'is on a disk that is mounted read-only',
};

/** Undefined when somebody answers; else the code of the error. */
function knock(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const end = (code: string | undefined): void => {
      socket.destroy();
      resolve(code);
    };
    socket.once('connect', () => end(undefined));
    socket.once('error', ({ code = 'an error' }: NodeJS.ErrnoException) => end(code));
  });
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
