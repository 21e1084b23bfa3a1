/** `lading notifications`: events that wait to be sent, and those that were given up: shown, sent again, removed. */
import type { Command } from 'commander';
import { visible, visibleJson } from '../../core/visible.js';
import { type CommandStore, openCommandStore, type StoreOptions, withStore } from '../store.js';

/** Options as they stand on the command line. */
interface NotificationOptions extends StoreOptions {
  readonly show?: string;
  readonly replay?: string;
  readonly drop?: string;
  readonly json?: boolean;
}

const DETAILS = `
An endpoint is named by its name, or as the list has it. Servers may work on the store meanwhile:
what is sent again is sent by one of them within seconds, or by the next that is started.
Sent again, an event has its old id and time, and comes after newer ones.

Exit codes: 0 done, 1 the store does not do it, 2 wrong usage or configuration.

Examples:
  lading notifications config.yml                       what waits, and what was set aside
  lading notifications config.yml --show scanner        dead letters, a line of JSON each
  lading notifications config.yml --replay scanner      send them again
`;

/** Adds the command. */
export function addNotifications(program: Command): void {
  withStore(program.command('notifications'))
    .summary('show events that wait, and send those again that were given up')
    .description('Shows how many events of notifications wait for each endpoint, and how many are dead letters.')
    .option('--show <endpoint>', 'print the dead letters of an endpoint')
    .option('--replay <endpoint>', 'let them be sent again')
    .option('--drop <endpoint>', 'remove them')
    .option('--json', 'print the list as lines of JSON')
    .addHelpText('after', DETAILS)
    .action(notifications);
}

async function notifications(
  file: string | undefined,
  { root, show, replay, drop, json = false }: NotificationOptions,
): Promise<void> {
  const changes = replay !== undefined || drop !== undefined;
  const store = await openCommandStore(file, root === undefined ? {} : { root }, changes ? 'writing' : 'reading');
  try {
    if (show !== undefined)
      for await (const lines of store.deadLetters.read(show)) process.stdout.write(visibleJson(lines.toString()));
    else if (replay !== undefined) console.log(`${await store.deadLetters.replay(replay)} events will be sent again`);
    else if (drop !== undefined) console.log(`${await store.deadLetters.drop(drop)} events removed`);
    else await list(store, json);
  } finally {
    await store.registry.close();
  }
}

async function list({ deadLetters }: CommandStore, json: boolean): Promise<void> {
  const all = await deadLetters.list();
  for (const { endpoint, waiting, dead } of all)
    console.log(
      json
        ? visibleJson(JSON.stringify({ endpoint, waiting, dead }))
        : visible(`${endpoint}  ${waiting} waiting, ${dead} dead letters`),
    );
  if (all.length === 0 && !json) console.log('no events wait, and none were given up');
}
