/**
 * What this process knows to be on stable storage, so that it is not synced twice: paths with the identity of what was
 * seen there. Another file at the same path has another identity, so what other processes do is noticed; what this
 * process removes is forgotten. Forgetting too much only costs a sync.
 */
import type { FileFacts } from './system.js';

/** A bounded memory of durable paths. */
export interface Durable {
  /** The path, and its name in each folder up to the root, is on stable storage as what has this identity. */
  note(path: string, identity: string): void;
  /** True when that was noted. */
  knows(path: string, identity: string): boolean;
  /** The bytes are on stable storage, the names that lead to them maybe not. */
  noteBytes(path: string, identity: string): void;
  /** True when that was noted, or more. */
  knowsBytes(path: string, identity: string): boolean;
  /** True when anything but bytes was noted of the path: a guess worth a look. */
  mayKnow(path: string): boolean;
  /** Forgets the path and all below it. */
  forget(path: string): void;
}

interface Known {
  identity: string | undefined;
  bytes?: string;
  below: Map<string, Known> | undefined;
}

/** A file's identity changes with its bytes and its time; a folder's does not change with its names. */
export function identityOf(facts: FileFacts): string {
  const inode = `${facts.inode}.${facts.bornMs}`;
  return facts.kind === 'folder' ? inode : `${inode}.${facts.size}.${facts.modifiedMs}`;
}

/** A memory of about `capacity` paths; when it is full, it begins afresh. */
export function createDurable(capacity = 50_000): Durable {
  let top: Known = { identity: undefined, below: undefined };
  let count = 0;

  const find = (path: string): Known | undefined => {
    let known: Known | undefined = top;
    for (const part of path.split('/')) known = known?.below?.get(part);
    return known;
  };

  const make = (path: string): Known => {
    if (count >= capacity) {
      top = { identity: undefined, below: undefined };
      count = 0;
    }
    let known = top;
    for (const part of path.split('/')) {
      known.below ??= new Map();
      let next = known.below.get(part);
      if (next === undefined) {
        next = { identity: undefined, below: undefined };
        known.below.set(part, next);
        count++;
      }
      known = next;
    }
    return known;
  };

  return {
    note(path, identity) {
      make(path).identity = identity;
    },
    knows: (path, identity) => find(path)?.identity === identity,
    noteBytes(path, identity) {
      make(path).bytes = identity;
    },
    knowsBytes(path, identity) {
      const known = find(path);
      return known?.bytes === identity || known?.identity === identity;
    },
    mayKnow: (path) => find(path)?.identity !== undefined,
    forget(path) {
      const parts = path.split('/');
      const name = parts.pop() ?? '';
      // The count stays too high by what was below: it is only a bound.
      if (find(parts.join('/'))?.below?.delete(name)) count--;
    },
  };
}
