/** `lading config check`: what a start would make of a configuration, and whether it would get as far as that. */
import type { Command } from 'commander';
import { checkConfigured, checkFolder } from '../../compose/check.js';
import { ConfigurationError } from '../../config/configuration-error.js';
import { type EffectiveValue, effectiveValues } from '../../config/effective.js';
import { CONFIGURATION_PATH } from '../../config/environment.js';
import { examineConfiguration, type Sources } from '../../config/load.js';
import { visible, visibleJson } from '../../core/visible.js';
import { countText } from '../amounts.js';
import { EXIT } from '../exit-codes.js';
import { listGoingBack } from '../going-back.js';

/** Options as they stand on the command line. */
interface CheckOptions {
  readonly root?: string;
  readonly addr?: string;
  readonly json?: boolean;
  readonly goingBack?: boolean;
}

const DETAILS = `
Shows each value with where it is from: a line of the file, a variable, a flag, or a default. Passwords, keys and the like
are not shown. Then come warnings, and faults: what is wrong, and files that are named and cannot be used.
Nothing is changed, and it may run beside a server. What this user may do is looked at, so run it as the server's user.

With --going-back the store is looked through for what docker-registry 2.8 and docker/distribution 3 cannot cope with, by
repository and tag, with what happens and what can be done. Nothing is changed; a server may work on the store meanwhile.

Exit codes: 0 lading serve would start with it, 2 it would not. With --going-back: 0 nothing was found, 1 something was, or
the store could not be looked through, 2 wrong usage or configuration.

Examples:
  lading config check /etc/docker/registry/config.yml
  lading config check config.yml --json
  lading config check --going-back config.yml
`;

/** Adds the command. */
export function addConfig(program: Command): void {
  program
    .command('config')
    .summary('look at a configuration')
    .description('Looks at configurations.')
    .command('check')
    .summary('show what a start would make of a configuration')
    .description('Reads a configuration as serve does, shows what comes of it, and says whether a server would start with it.')
    .argument('[config.yml]', 'a configuration as registry:2 has it; REGISTRY_* variables override it')
    .option('--root <dir>', 'as for serve')
    .option('--addr <host:port>', 'as for serve')
    .option('--going-back', 'list instead what registry:2 could not cope with in the store; see below')
    .option('--json', 'print lines of JSON: one for each value, warning and fault, and a report at the end')
    .addHelpText('after', DETAILS)
    .action(check);
}

/** All that is to be told. */
interface Told {
  readonly values: readonly EffectiveValue[];
  readonly warnings: readonly string[];
  readonly faults: readonly string[];
}

async function check(argument: string | undefined, { root, addr, json = false, goingBack = false }: CheckOptions): Promise<void> {
  if (goingBack) return listGoingBack(argument, { json, ...(root === undefined ? {} : { root }) });
  const file = argument ?? (process.env[CONFIGURATION_PATH] || undefined);
  const told = await lookAt({ file, root, addr, environment: process.env });
  if (json) printJson(told);
  else print(told);
  if (told.faults.length > 0) process.exitCode = EXIT.usage;
}

async function lookAt(sources: Sources): Promise<Told> {
  try {
    const examined = await examineConfiguration(sources);
    const { configuration } = examined;
    const named = await checkConfigured(configuration);
    // Of a configuration that is wrong one cannot say where its data is.
    const folder = examined.faults.length > 0 ? undefined : await checkFolder(configuration);
    return {
      values: effectiveValues(examined),
      warnings: [...examined.warnings, ...named.warnings, ...(folder?.warnings ?? [])],
      faults: [...examined.faults, ...named.faults, ...(folder?.faults ?? [])],
    };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { values: [], warnings: [], faults: error.faults };
  }
}

/** Longer values push the origin to the right, and no other line. */
const WIDEST = 44;

function print({ values, warnings, faults }: Told): void {
  const rows = values.map(({ key, value, origin }) => [key, valueText(value), origin] as const);
  const widths = [0, 1].map((column) => Math.min(WIDEST, Math.max(0, ...rows.map((row) => row[column === 0 ? 0 : 1].length))));
  for (const [key, value, origin] of rows) say(`${key.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${origin}`);
  if (rows.length > 0) say('');
  for (const warning of warnings) say(`warning: ${warning}`);
  for (const fault of faults) say(`fault: ${fault}`);
  if (warnings.length + faults.length > 0) say('');
  const count = countText(warnings.length, ['warning', 'warnings']);
  if (faults.length > 0) say(`lading serve would not start with it: ${countText(faults.length, ['fault', 'faults'])}, ${count}.`);
  else say(`lading serve would start with it; ${count}.`);
}

function printJson({ values, warnings, faults }: Told): void {
  const report = { starts: faults.length === 0, warnings: warnings.length, faults: faults.length };
  const lines = [
    ...values.map((value) => ({ value })),
    ...warnings.map((warning) => ({ warning })),
    ...faults.map((fault) => ({ fault })),
    { report },
  ];
  for (const line of lines) console.log(visibleJson(JSON.stringify(line)));
}

function say(line: string): void {
  console.log(visible(line).trimEnd());
}

function valueText(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}
