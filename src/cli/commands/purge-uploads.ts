/** `lading purge-uploads`: removes uploads that nobody will finish. */
import type { Command } from 'commander';
import { ConfigurationError } from '../../config/configuration-error.js';
import { parseDuration } from '../../config/duration.js';
import { createPurgeUploads, type UploadAction } from '../../maintenance/purge-uploads.js';
import { bytesText, spanText } from '../amounts.js';
import { runTaskCommand } from '../run-task.js';
import { type CommandStore, openCommandStore, type StoreOptions, withStore } from '../store.js';

/** Options as they stand on the command line. */
interface PurgeCommandOptions extends StoreOptions {
  readonly olderThan?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const DETAILS = `
An upload that has received something in the last hour stays, whatever its age.
It is safe to run while servers work on the folder, and in several places.
While the layout of the store is migrated, it refuses.

Exit codes: 0 done, 1 some could not be removed, 2 wrong usage or configuration.

Examples:
  lading purge-uploads --dry-run                      what would be removed
  lading purge-uploads --root /srv/registry           remove it
  lading purge-uploads config.yml --older-than 24h    also younger ones
`;

/** Adds the command. */
export function addPurgeUploads(program: Command): void {
  withStore(program.command('purge-uploads'))
    .summary('remove uploads that nobody has finished')
    .description('Lists uploads that were begun long ago and never finished, and removes them.')
    .option('--older-than <time>', 'age such as 24h (default: storage.maintenance.uploadpurging.age, 168h)')
    .option('--dry-run', 'list them, and change nothing')
    .option('--json', 'print lines of JSON: one for each upload, and a report at the end')
    .addHelpText('after', DETAILS)
    .action(purgeUploads);
}

async function purgeUploads(
  file: string | undefined,
  { root, olderThan, dryRun = false, json = false }: PurgeCommandOptions,
): Promise<void> {
  const wanted = olderThan === undefined ? undefined : ageFrom(olderThan);
  const store = await openCommandStore(file, root === undefined ? {} : { root }, dryRun ? 'reading' : 'writing');
  try {
    await whileAnnounced(store, dryRun, () => {
      const task = createPurgeUploads(store.inventory);
      const ageMs = wanted ?? store.configuration['storage.maintenance.uploadpurging.age'];
      return runTaskCommand(task, task.options({ ageMs }), { dryRun, json, line });
    });
  } finally {
    await store.registry.close();
  }
}

/** A migration moves uploads about too, and is kept away; a plan only looks. */
async function whileAnnounced(store: CommandStore, dryRun: boolean, run: () => Promise<unknown>): Promise<void> {
  const presence = dryRun ? undefined : await store.announceWorker('task', (message) => console.error(`lading: ${message}`));
  try {
    await run();
  } finally {
    await presence?.end();
  }
}

function ageFrom(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new ConfigurationError([`--older-than is ${JSON.stringify(text)}; expected a length of time such as 24h or 1h30m`]);
}

function line({ repository, upload, ageMs, bytes, reason }: UploadAction): string {
  return `${repository}  ${upload}  ${spanText(ageMs).padStart(7)}  ${bytesText(bytes).padStart(9)}  ${reason}`;
}
