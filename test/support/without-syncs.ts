import { type FileSystem, nodeFileSystem } from '../../src/driver/fs/system.js';

/** The machine's file system for what need not last: a sync on a busy disk takes longer than all the rest of a test. */
export const withoutSyncs: FileSystem = { ...nodeFileSystem, sync: async () => undefined, datasync: async () => undefined };
