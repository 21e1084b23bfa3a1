/** `lading migrate-layout`: brings volumes of 2014 and 2015 to the layout that has been served since. */
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { ConfigurationError } from '../../config/configuration-error.js';
import { STEPS, type Step, type StepKind } from '../../maintenance/migrate-layout/step.js';
import { createMigrateLayout, type MigrateLayoutOptions } from '../../maintenance/migrate-layout/task.js';
import type { Task } from '../../maintenance/task.js';
import { type OpenedStore, openFolder } from '../../open-store.js';
import { bytesText } from '../amounts.js';
import { measureTask, runTaskCommand } from '../run-task.js';
import { type CommandStore, openCommandStore, type StoreOptions, withStore } from '../store.js';

/** Options as they stand on the command line. */
interface MigrateCommandOptions extends StoreOptions {
  readonly to?: string;
  readonly apply?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

const DETAILS = `
Without --apply it tells what it would do, and changes nothing. With it, nobody else may be at work on the store: servers of
lading are noticed and refused, a docker-registry is not and must be stopped by you.

Every digest is verified before content gets its place. What is damaged is reported and stays where it is. A run that was
interrupted, even by kill -9, is begun again with the same command. With --to the store itself is only read.

Afterwards lading and docker-registry 2.8 serve the store. Do not run the garbage collection of docker-registry on it: it takes
layers that manifests name by a tarsum. See docs/migrating-layout.md.

Exit codes: 0 done, 1 some of it failed or somebody is at work on the store, 2 wrong usage or configuration.

Examples:
  lading migrate-layout --root /srv/registry                     what would be done
  lading migrate-layout --root /srv/registry --apply             do it, in the same folder
  lading migrate-layout --root /srv/old --to /srv/new --apply    copy all of it, brought to the new form
`;

const HOW_TO_APPLY = 'Stop every server of this folder, docker-registry too, and run it again with --apply.';

const NOTHING_HERE = 'Nothing is to be done: all that is known here has the released form.';
const NOTHING_THERE = 'Nothing is to be done: the other folder has all of it.';

/** Adds the command. */
export function addMigrateLayout(program: Command): void {
  withStore(program.command('migrate-layout'))
    .summary('bring a store of 2014 or 2015 to the released layout')
    .description('Finds data in the forms that the layout had before docker/distribution 2.0, and brings it to the released one.')
    .option('--to <dir>', 'copy into this folder, and leave the store as it is')
    .option('--apply', 'do it; without this only the plan is shown')
    .option('--verbose', 'print a line for each object')
    .option('--json', 'print lines of JSON: one for each object, and a report at the end')
    .addHelpText('after', DETAILS)
    .action(migrateLayout);
}

async function migrateLayout(
  file: string | undefined,
  { root, to, apply = false, verbose = false, json = false }: MigrateCommandOptions,
): Promise<void> {
  const inPlace = to === undefined;
  const source = await openCommandStore(file, root === undefined ? {} : { root }, apply && inPlace ? 'writing' : 'reading');
  let target: OpenedStore | undefined;
  try {
    if (!inPlace) target = await openTarget(source.folder, to, apply);
    await whileAnnounced(source, target, apply, async () => {
      const { task, counts } = counted(createMigrateLayout(source, target));
      const options = task.options({});
      const how = { json, quiet: !verbose, line };
      if (!apply) {
        await runTaskCommand(task, options, { ...how, dryRun: true });
        if (json) return;
        printCounts(counts);
        console.log(counts.size > 0 ? HOW_TO_APPLY : inPlace ? NOTHING_HERE : NOTHING_THERE);
        return;
      }
      // Once more than needed, so that there is a total to measure progress by.
      const { planned: total, end, error } = await measureTask(task, options);
      if (end === 'broken') throw error;
      if (end === 'stopped') throw new Error('stopped before anything was changed');
      if (!json) printCounts(counts);
      await runTaskCommand(createMigrateLayout(source, target), options, { ...how, total });
    });
  } finally {
    await target?.registry.close();
    await source.registry.close();
  }
}

/** A plan looks only; a store that is left as it is gets no note either. */
async function whileAnnounced(
  source: CommandStore,
  target: OpenedStore | undefined,
  apply: boolean,
  run: () => Promise<void>,
): Promise<void> {
  if (!apply) return run();
  if (target) await source.refuseOthers();
  const announced = await (target ?? source).announceMigration();
  try {
    await run();
  } finally {
    await announced.end();
  }
}

async function openTarget(source: string, to: string, apply: boolean): Promise<OpenedStore> {
  if (to === '') throw new ConfigurationError(['--to is empty; expected a folder']);
  const target = resolve(to);
  const isWithin = (inner: string, outer: string): boolean => `${inner}${sep}`.startsWith(`${outer}${sep}`);
  const [from, into] = [await placeOf(source), await placeOf(target)];
  if (isWithin(from, into) || isWithin(into, from)) {
    throw new ConfigurationError([`--to is ${target}; expected a folder that is not ${source}, nor in it or around it`]);
  }
  const isThere = await stat(target).then(
    () => true,
    () => false,
  );
  // A plan makes no folder.
  return openFolder(apply || isThere ? target : undefined);
}

/** Where a folder is or would be made, whatever symbolic links lead there. */
async function placeOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) return folder;
    return join(await placeOf(above), basename(folder));
  }
}

type Counts = Map<StepKind, { count: number; bytes: number }>;

/** The same task, with what is planned counted by kind. */
function counted(task: Task<MigrateLayoutOptions, Step>) {
  const counts: Counts = new Map();
  return {
    counts,
    task: {
      ...task,
      async *plan(...args: Parameters<typeof task.plan>) {
        for await (const page of task.plan(...args)) {
          for (const { step, bytes } of page) {
            const known = counts.get(step) ?? { count: 0, bytes: 0 };
            counts.set(step, { count: known.count + 1, bytes: known.bytes + bytes });
          }
          yield page;
        }
      },
    },
  };
}

const WORDS: Readonly<Record<StepKind, string>> = {
  content: 'content, verified',
  layer: 'links of layers',
  revision: 'manifests',
  signature: 'signatures by themselves',
  index: 'entries of what tags have named',
  current: 'tags',
  manifest: 'manifests of tags, in one file each',
  upload: 'bytes of uploads',
  begin: 'uploads',
  other: 'other objects',
  sweep: 'removal of old places',
};

function printCounts(counts: Counts): void {
  for (const step of STEPS) {
    const found = counts.get(step);
    if (found) console.log(`${String(found.count).padStart(9)}  ${bytesText(found.bytes).padStart(9)}  ${WORDS[step]}`);
  }
}

function line({ what, bytes, reason }: Step): string {
  return `${bytesText(bytes).padStart(9)}  ${what}  (${reason})`;
}
