/**
 * The system calls that the filesystem driver makes, and no others: a table, so that tests can record them, fail them and
 * order them. Every call rejects with what Node gives (`code` is the errno's name).
 */
import fs from 'node:fs';

/** What is at a path or behind a descriptor. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  readonly modifiedMs: number;
  readonly inode: number;
  /** When the inode was made, where the file system tells; an inode's number alone is used again. */
  readonly bornMs: number;
}

/** One name of a folder. */
export interface FoundName {
  readonly name: string;
  readonly kind: FileFacts['kind'];
}

/** The table. Flags are those of `node:fs` constants. */
export interface FileSystem {
  open(path: string, flags: number): Promise<number>;
  close(fd: number): Promise<void>;
  /** Bytes read into the buffer's beginning, from this position of the file; 0 at its end. */
  read(fd: number, buffer: Uint8Array, length: number, position: number): Promise<number>;
  /** Bytes written, which may be fewer than given. A descriptor opened for appending writes at the end, whatever the position. */
  write(fd: number, pieces: readonly Uint8Array[], position: number): Promise<number>;
  /** Cuts the file to its first bytes. */
  truncate(fd: number, size: number): Promise<void>;
  /** The file's or folder's content and facts are on stable storage. */
  sync(fd: number): Promise<void>;
  /** The file's content, and what is needed to read it, is on stable storage. */
  datasync(fd: number): Promise<void>;
  facts(fd: number): Promise<FileFacts>;
  /** Of the name itself, a symbolic link included. */
  factsAt(path: string): Promise<FileFacts>;
  /** Of what the name leads to. */
  factsBehind(path: string): Promise<FileFacts>;
  /** Inode, size and times in nanoseconds, at once and in one call; undefined when nothing is there. */
  stampAt(path: string, follow: boolean): FileStamp | undefined;
  names(path: string): Promise<FoundName[]>;
  rename(from: string, to: string): Promise<void>;
  /** A second name; EEXIST when it is taken. */
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
  setModified(path: string, time: Date): Promise<void>;
}

/** What tells one state of a file or a folder from another. */
export interface FileStamp {
  readonly inode: bigint;
  readonly size: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

function call<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(error);
      else resolve(value);
    });
  });
}

function kindOf(entry: fs.Stats | fs.Dirent): FileFacts['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function factsOf(stats: fs.Stats): FileFacts {
  return {
    kind: kindOf(stats),
    size: stats.size,
    modifiedMs: stats.mtimeMs,
    inode: stats.ino,
    bornMs: stats.birthtimeMs,
  };
}

/** The machine's file system. Descriptors are plain numbers: half the cost of Node's FileHandle, and nothing closes them behind our back. */
export const nodeFileSystem: FileSystem = {
  open: (path, flags) => call((done) => fs.open(path, flags, 0o666, done)),
  close: (fd) => call((done: Done<void>) => fs.close(fd, done as fs.NoParamCallback)),
  read: (fd, buffer, length, position) => call((done) => fs.read(fd, buffer, 0, length, position, done)),
  write(fd, pieces, position) {
    const only = pieces[0];
    if (pieces.length === 1 && only) return call((done) => fs.write(fd, only, 0, only.length, position, done));
    return call((done) => fs.writev(fd, pieces, position, done));
  },
  truncate: (fd, size) => call((done: Done<void>) => fs.ftruncate(fd, size, done as fs.NoParamCallback)),
  sync: (fd) => call((done: Done<void>) => fs.fsync(fd, done as fs.NoParamCallback)),
  datasync: (fd) => call((done: Done<void>) => fs.fdatasync(fd, done as fs.NoParamCallback)),
  facts: async (fd) => factsOf(await call<fs.Stats>((done) => fs.fstat(fd, done))),
  factsAt: async (path) => factsOf(await call<fs.Stats>((done) => fs.lstat(path, done))),
  factsBehind: async (path) => factsOf(await call<fs.Stats>((done) => fs.stat(path, done))),
  stampAt(path, follow) {
    const options = { bigint: true, throwIfNoEntry: false } as const;
    const stats = follow ? fs.statSync(path, options) : fs.lstatSync(path, options);
    return (
      stats && {
        inode: stats.ino,
        size: stats.size,
        modifiedNs: stats.mtimeNs,
        changedNs: stats.ctimeNs,
      }
    );
  },
  async names(path) {
    const found = await call<fs.Dirent[]>((done) => fs.readdir(path, { withFileTypes: true }, done));
    return found.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  },
  rename: (from, to) => call((done: Done<void>) => fs.rename(from, to, done as fs.NoParamCallback)),
  link: (from, to) => call((done: Done<void>) => fs.link(from, to, done as fs.NoParamCallback)),
  unlink: (path) => call((done: Done<void>) => fs.unlink(path, done as fs.NoParamCallback)),
  makeFolder: (path) => call((done: Done<void>) => fs.mkdir(path, done as fs.NoParamCallback)),
  removeFolder: (path) => call((done: Done<void>) => fs.rmdir(path, done as fs.NoParamCallback)),
  setModified: (path, time) => call((done: Done<void>) => fs.utimes(path, time, time, done as fs.NoParamCallback)),
};

/**
 * The same for a local disk, whose answers about what was just opened or written are in memory: looks are made at once,
 * and descriptors are let go, which waits for nothing there. Through Node's pool of threads either costs ten times as
 * much, and a push makes hundreds.
 */
export const localFileSystem: FileSystem = {
  ...nodeFileSystem,
  close: async (fd) => fs.closeSync(fd),
  facts: async (fd) => factsOf(fs.fstatSync(fd)),
  factsAt: async (path) => factsOf(fs.lstatSync(path)),
};

/** The errno's name of a failed system call; undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
