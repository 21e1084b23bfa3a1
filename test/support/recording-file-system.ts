/**
 * The machine's file system with a recorder over it: what every call changed, in the order in which the calls ended, and
 * when each sync began and ended. `power-cut.ts` makes of it what a disk may hold after a power cut. Syncs are recorded and
 * not made: the machine's disk is no part of the test. Symbolic links are not followed, so a recorded run must have none.
 */
import { constants } from 'node:fs';
import { type FileSystem, nodeFileSystem } from '../../src/driver/fs/system.js';

/** A file or a folder, whatever names it has. The base folder is 0. */
export type Inode = number;

/** What one call did. */
export type Effect =
  | { readonly kind: 'make'; readonly inode: Inode; readonly folder: boolean; readonly parent: Inode; readonly name: string }
  | { readonly kind: 'write'; readonly inode: Inode; readonly position: number; readonly content: Buffer }
  | { readonly kind: 'link'; readonly inode: Inode; readonly parent: Inode; readonly name: string }
  | { readonly kind: 'unlink'; readonly parent: Inode; readonly name: string };

/** One line of the record. A rename is two effects that belong to one line. */
export type JournalEntry =
  | { readonly kind: 'effects'; readonly effects: readonly Effect[] }
  | { readonly kind: 'sync-start'; readonly sync: number; readonly inode: Inode }
  | { readonly kind: 'sync-end'; readonly sync: number }
  | { readonly kind: 'mark'; readonly name: string };

/** A sync, for a rule that says whether it is left out. */
export interface RecordedSync {
  readonly number: number;
  readonly path: string;
  readonly folder: boolean;
}

/** A recorder. */
export interface Recorder {
  readonly system: FileSystem;
  readonly journal: readonly JournalEntry[];
  /** Mistakes with descriptors: used after they were closed, or closed while in use. */
  readonly complaints: readonly string[];
  mark(name: string): void;
}

interface Node {
  readonly children: Map<string, Inode> | undefined;
  size: number;
}

interface OpenFile {
  readonly inode: Inode | undefined;
  readonly path: string;
  readonly flags: number;
  inUse: number;
}

/** Records what happens below the base folder, which must be empty. A sync for which `isLeftOut` says yes does nothing. */
export function recordingFileSystem(base: string, isLeftOut: (sync: RecordedSync) => boolean = () => false): Recorder {
  const inner = nodeFileSystem;
  const journal: JournalEntry[] = [];
  const complaints: string[] = [];
  const nodes = new Map<Inode, Node>([[0, { children: new Map(), size: 0 }]]);
  const files = new Map<number, OpenFile>();
  let syncs = 0;

  const effects = (...done: readonly Effect[]): void => void journal.push({ kind: 'effects', effects: done });

  function find(path: string): Inode | undefined {
    if (path !== base && !path.startsWith(`${base}/`)) return undefined;
    let inode: Inode | undefined = 0;
    for (const name of path.slice(base.length + 1).split('/')) {
      if (name !== '') inode = inode === undefined ? undefined : nodes.get(inode)?.children?.get(name);
    }
    return inode;
  }

  /** The folder and the name of a path that a call has just changed. */
  function placeOf(path: string): { parent: Inode; name: string; names: Map<string, Inode> } {
    const cut = path.lastIndexOf('/');
    const parent = find(path.slice(0, cut));
    const names = parent === undefined ? undefined : nodes.get(parent)?.children;
    if (parent === undefined || names === undefined) throw new Error(`the recorder has lost track of ${path}`);
    return { parent, name: path.slice(cut + 1), names };
  }

  function make(path: string, folder: boolean): Inode {
    const { parent, name, names } = placeOf(path);
    const inode = nodes.size;
    nodes.set(inode, { children: folder ? new Map() : undefined, size: 0 });
    names.set(name, inode);
    effects({ kind: 'make', inode, folder, parent, name });
    return inode;
  }

  function unlink(path: string): Effect {
    const { parent, name, names } = placeOf(path);
    names.delete(name);
    return { kind: 'unlink', parent, name };
  }

  function link(inode: Inode, path: string): Effect {
    const { parent, name, names } = placeOf(path);
    names.set(name, inode);
    return { kind: 'link', inode, parent, name };
  }

  async function using<T>(fd: number, step: (file: OpenFile) => Promise<T>): Promise<T> {
    const file = files.get(fd);
    if (file === undefined) {
      complaints.push(`descriptor ${fd} was used after it was closed`);
      throw new Error('a descriptor was used after it was closed');
    }
    file.inUse++;
    try {
      return await step(file);
    } finally {
      file.inUse--;
    }
  }

  function sync(fd: number): Promise<void> {
    return using(fd, async ({ inode, path }) => {
      const number = ++syncs;
      const folder = inode !== undefined && nodes.get(inode)?.children !== undefined;
      const isRecorded = inode !== undefined && !isLeftOut({ number, path, folder });
      if (isRecorded) journal.push({ kind: 'sync-start', sync: number, inode });
      // Any other call, so that this one takes its time too.
      await inner.facts(fd);
      if (isRecorded) journal.push({ kind: 'sync-end', sync: number });
    });
  }

  const system: FileSystem = {
    ...inner,
    async open(path, flags) {
      const fd = await inner.open(path, flags);
      const inode = find(path) ?? (flags & constants.O_CREAT ? make(path, false) : undefined);
      files.set(fd, { inode, path, flags, inUse: 0 });
      return fd;
    },
    close(fd) {
      const file = files.get(fd);
      if (file === undefined) complaints.push(`descriptor ${fd} was closed twice`);
      else if (file.inUse > 0) complaints.push(`${file.path} was closed while in use`);
      files.delete(fd);
      return inner.close(fd);
    },
    read: (fd, buffer, length, position) => using(fd, () => inner.read(fd, buffer, length, position)),
    facts: (fd) => using(fd, () => inner.facts(fd)),
    write: (fd, pieces, position) =>
      using(fd, async ({ inode, flags }) => {
        const written = await inner.write(fd, pieces, position);
        const node = inode === undefined ? undefined : nodes.get(inode);
        if (inode === undefined || node === undefined) throw new Error('a write outside of the base folder');
        const at = flags & constants.O_APPEND ? node.size : position;
        node.size = Math.max(node.size, at + written);
        effects({ kind: 'write', inode, position: at, content: Buffer.concat(pieces).subarray(0, written) });
        return written;
      }),
    truncate: () => Promise.reject(new Error('the recorder knows of no cut')),
    sync,
    datasync: sync,
    async rename(from, to) {
      await inner.rename(from, to);
      const inode = find(from);
      if (inode === undefined) throw new Error(`the recorder has lost track of ${from}`);
      const gone = unlink(from);
      effects(gone, link(inode, to));
    },
    async link(from, to) {
      await inner.link(from, to);
      const inode = find(from);
      if (inode === undefined) throw new Error(`the recorder has lost track of ${from}`);
      effects(link(inode, to));
    },
    async unlink(path) {
      await inner.unlink(path);
      effects(unlink(path));
    },
    async makeFolder(path) {
      await inner.makeFolder(path);
      make(path, true);
    },
    async removeFolder(path) {
      await inner.removeFolder(path);
      effects(unlink(path));
    },
  };

  return { system, journal, complaints, mark: (name) => void journal.push({ kind: 'mark', name }) };
}
