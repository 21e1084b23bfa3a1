import type { Durable } from './durable.js';
import type { FolderSync } from './folder-sync.js';
import type { PathLocks } from './locks.js';
import type { Places } from './places.js';
import type { ReadWhole } from './reader.js';
import type { FileSystem } from './system.js';

/** What any step that changes names needs of the other parts of the driver: where, by which calls, and what is durable. */
export interface DurableParts {
  readonly system: FileSystem;
  readonly places: Places;
  readonly durable: Durable;
  readonly folders: FolderSync;
}

/** The same for a step on a condition: it looks at the bytes under a lock. */
export interface LockingParts extends DurableParts {
  readonly locks: PathLocks;
  readonly readWhole: ReadWhole;
}
