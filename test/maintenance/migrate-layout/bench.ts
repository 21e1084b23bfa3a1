/** What the tests of the migration share: volumes on drivers, and runs of the task. */
import assert from 'node:assert/strict';
import type { StorageDriver } from '../../../src/driver/driver.js';
import { createMemoryDriver } from '../../../src/driver/memory/driver.js';
import type { Step } from '../../../src/maintenance/migrate-layout/step.js';
import { createMigrateLayout } from '../../../src/maintenance/migrate-layout/task.js';
import { type RunOptions, runTask, type TaskReport } from '../../../src/maintenance/run.js';
import type { Finding } from '../../../src/maintenance/task.js';
import { ROOT } from '../../../src/paths/layout.js';
import { openStores } from '../../../src/store/stores.js';
import type { OldFiles } from '../../support/old-volumes/volumes.js';
import { contentOf } from '../../support/store-content.js';
import { pathOf } from '../../support/stored-paths.js';

/** A store in memory with these files. */
export async function storeWith(files: OldFiles): Promise<StorageDriver> {
  const driver = createMemoryDriver();
  for (const [path, content] of Object.entries(files))
    await driver.put(pathOf(`${ROOT}/${path}`), Buffer.from(content, 'latin1'));
  return driver;
}

/** What a store holds, in the form of the files of a volume. */
export async function filesIn(driver: StorageDriver): Promise<OldFiles> {
  return Object.fromEntries(await contentOf(driver));
}

/** Fails with the paths of the files that differ; what they hold would fill the screen. */
export function assertFiles(found: OldFiles, wanted: OldFiles, message = ''): void {
  const paths = new Set([...Object.keys(found), ...Object.keys(wanted)]);
  const differ = [...paths].filter((path) => found[path] !== wanted[path]);
  const say = (path: string) =>
    `${path}: ${wanted[path] === undefined ? 'too much' : found[path] === undefined ? 'missing' : 'other'}`;
  assert.deepEqual(differ.map(say), [], message);
}

/** A run, and what it has told. */
export interface Migration {
  readonly report: TaskReport;
  readonly findings: readonly Finding[];
  readonly steps: readonly Step[];
  /** Paths of what could not be brought over. */
  readonly failed: readonly string[];
}

/** Migrates a store, in its place or into another one. */
export async function migrate(
  source: StorageDriver,
  target?: StorageDriver,
  options: Pick<RunOptions<Step>, 'dryRun' | 'signal'> = {},
): Promise<Migration> {
  const findings: Finding[] = [];
  const steps: Step[] = [];
  const failed: string[] = [];
  const open = (driver: StorageDriver) => ({ driver, stores: openStores(driver) });
  const task = createMigrateLayout(open(source), target && open(target));
  const report = await runTask(task, task.options({}), {
    ...options,
    onPlanned: (step) => void steps.push(step),
    onOutcome: ({ path }, { kind }) => void (kind === 'failed' && failed.push(path)),
    onFinding: (finding) => void findings.push(finding),
  });
  return { report, findings, steps, failed };
}
