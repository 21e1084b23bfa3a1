/** The table of commands. A new command is a file in `commands/` and a line here. */
import type { Command } from 'commander';
import { addConfig } from './commands/config.js';
import { addMigrateLayout } from './commands/migrate-layout.js';
import { addNotifications } from './commands/notifications.js';
import { addPurgeUploads } from './commands/purge-uploads.js';
import { addServe } from './commands/serve.js';
import { addSignatures } from './commands/signatures.js';

/** Each adds one command to the program. */
export const COMMANDS: readonly ((program: Command) => void)[] = [
  addServe,
  addConfig,
  addSignatures,
  addPurgeUploads,
  addNotifications,
  addMigrateLayout,
];
