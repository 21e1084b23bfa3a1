/** Runs steps on a recorded folder, cuts the power after each line of the record, and tells what was lost. */
import { createFsDriver } from '../../src/driver/fs/driver.js';
import type { FileSystem } from '../../src/driver/fs/system.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import type { Registry } from '../../src/registry/registry.js';
import { openStores } from '../../src/store/stores.js';
import { fingerprintOf, forgetfulDisk, type Tree, writeTree } from '../support/power-cut.js';
import { randomFrom } from '../support/random.js';
import { type JournalEntry, type RecordedSync, recordingFileSystem } from '../support/recording-file-system.js';
import { folderInMemory, temporaryFolder } from '../support/temporary-folder.js';
import { withoutSyncs } from '../support/without-syncs.js';
import { factsAfter, factsOf, type Step } from './run.js';

/** The root is two folders below the recorded one: the way to it must last too. */
const ROOT = 'srv/registry';

/** A run, recorded. */
export interface Recorded {
  readonly journal: readonly JournalEntry[];
  readonly complaints: readonly string[];
}

async function openRegistry(base: string, system: FileSystem): Promise<Registry> {
  const driver = await createFsDriver({ root: `${base}/${ROOT}`, system });
  return createRegistry(openStores(driver));
}

/** Runs the steps on a fresh folder; each is marked when it has been acknowledged. */
export async function recordRun(
  steps: readonly Step[],
  isLeftOut?: (sync: RecordedSync) => boolean,
  before: readonly Step[] = [],
): Promise<Recorded> {
  const folder = await temporaryFolder();
  try {
    const { system, journal, complaints, mark } = recordingFileSystem(
      folder.path,
      (sync) => killed || (isLeftOut?.(sync) ?? false),
    );
    // A process that is killed before it has synced anything: what it did is seen, and nobody was told that it lasts.
    let killed = before.length > 0;
    if (killed) {
      const registry = await openRegistry(folder.path, system);
      for (const step of before) await step.run(registry);
      await registry.close();
      killed = false;
    }
    const registry = await openRegistry(folder.path, system);
    for (const step of steps) {
      await step.run(registry);
      mark(step.name);
    }
    await registry.close();
    return { journal, complaints };
  } finally {
    await folder.remove();
  }
}

/** How to cut the power. */
export interface Cuts {
  /** After each line of this many, also cuts after which some of what was not synced is there. */
  readonly luckyEach?: number;
  /** So many different ones; one when it is not given. */
  readonly lucky?: number;
  /** Enough to know that there is a loss. */
  readonly firstOnly?: boolean;
  /** After each cut the same steps are run again, and must then be there whole. */
  readonly again?: boolean;
}

/** Cuts the power after each line of the record; a sentence for each loss, and how many different disks were looked at. */
export async function findLosses(
  { journal }: Recorded,
  steps: readonly Step[],
  { luckyEach = 0, lucky = 1, firstOnly = false, again = false }: Cuts = {},
): Promise<{ losses: readonly string[]; disks: number }> {
  const disk = forgetfulDisk();
  const looked = new Set<string>();
  const losses: string[] = [];
  let done = 0;
  for (const [line, entry] of journal.entries()) {
    disk.play(entry);
    if (entry.kind === 'mark') done++;
    const chances = line % luckyEach === 0 ? Array.from({ length: lucky }, (_, i) => randomFrom(line + i * journal.length)) : [];
    const trees = [disk.strict(), ...chances.map((random) => disk.lucky(random))];
    for (const [i, tree] of trees.entries()) {
      const key = `${done} ${fingerprintOf(tree)}`;
      if (looked.has(key)) continue;
      looked.add(key);
      for (const loss of await lossesOn(tree, steps, done, again)) losses.push(`${i > 0 ? 'lucky ' : ''}line ${line}: ${loss}`);
      if (firstOnly && losses.length > 0) return { losses, disks: looked.size };
    }
  }
  return { losses, disks: looked.size };
}

async function lossesOn(tree: Tree, steps: readonly Step[], done: number, again: boolean): Promise<string[]> {
  const folder = await folderInMemory();
  try {
    writeTree(tree, folder.path);
    const registry = await openRegistry(folder.path, withoutSyncs);
    const [before, after] = [factsAfter(steps, done), factsAfter(steps, done + 1)];
    const found = await factsOf(registry, Object.keys(before));
    const losses = Object.keys(before)
      .filter((key) => found[key] !== before[key] && found[key] !== after[key])
      .map((key) => `${key} is ${found[key]}, ${situation(steps, done)}`);
    if (again && losses.length === 0) losses.push(...(await runAgain(registry, steps, done)));
    await registry.close();
    return losses;
  } finally {
    await folder.remove();
  }
}

/** A client that was not answered sends everything again. */
async function runAgain(registry: Registry, steps: readonly Step[], done: number): Promise<string[]> {
  for (const step of steps) await step.run(registry);
  const wanted = factsAfter(steps, steps.length);
  const found = await factsOf(registry, Object.keys(wanted));
  return Object.keys(wanted)
    .filter((key) => found[key] !== wanted[key])
    .map((key) => `${key} is ${found[key]} when all was sent again, ${situation(steps, done)}`);
}

function situation(steps: readonly Step[], done: number): string {
  return `after '${steps[done - 1]?.name ?? 'nothing'}' was acknowledged, within '${steps[done]?.name ?? 'nothing'}'`;
}
