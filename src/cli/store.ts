/** How a command that works on a store finds it and opens it: by the same file, variables and defaults as `serve`. */
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { ConfigurationError } from '../config/configuration-error.js';
import { CONFIGURATION_PATH } from '../config/environment.js';
import type { Configuration } from '../config/keys.js';
import { loadConfiguration } from '../config/load.js';
import { type Access, folderOf, type OpenedStore, openConfigured } from '../open-store.js';

/** What the command line says of the store. */
export interface StoreOptions {
  readonly root?: string;
}

/** A store that a command works on. Whoever opens it closes its registry. */
export interface CommandStore extends OpenedStore {
  readonly folder: string;
  readonly configuration: Configuration;
}

/** Adds the argument and the option by which a store is found; behind the arguments that the command has of its own. */
export function withStore(command: Command): Command {
  return command
    .argument('[config.yml]', 'a configuration as registry:2 has it; REGISTRY_* variables override it')
    .option('--root <dir>', 'the folder of the store (default without a configuration: ./data)');
}

/**
 * Opens the store that a server with the same arguments would serve. A ConfigurationError when there is none: nothing is
 * made here. What is found damaged is told on standard error.
 */
export async function openCommandStore(file: string | undefined, { root }: StoreOptions, wanted: Access): Promise<CommandStore> {
  const { configuration, warnings } = await loadConfiguration({
    file: file ?? (process.env[CONFIGURATION_PATH] || undefined),
    root,
    environment: process.env,
  });
  for (const warning of warnings) console.error(`lading: ${warning}`);
  const folder = folderOf(configuration);
  if (folder === undefined) {
    throw new ConfigurationError([
      'storage.inmemory: what a server keeps in memory, no other process can see. Name a folder with --root.',
    ]);
  }
  await refuseMissing(folder);
  const logger = {
    warn: (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      console.error(`lading: ${message}${'path' in fields ? `: ${String(fields['path'])}` : ''}`),
  };
  return { ...(await openConfigured(configuration, { logger }, wanted)), folder, configuration };
}

async function refuseMissing(folder: string): Promise<void> {
  const facts = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (facts?.isDirectory()) return;
  const what = facts === undefined ? 'there is no folder' : 'this is no folder:';
  throw new ConfigurationError([`${what} ${folder}. Name the folder of the store with --root, or a configuration that does.`]);
}
