/** Arguments in, exit code out: finds the command, runs it, and turns what it throws into words. */
import { Command, CommanderError } from 'commander';
import { ConfigurationError } from '../config/configuration-error.js';
import { COMMANDS } from './commands.js';
import { EXIT } from './exit-codes.js';
import { explain } from './explain.js';
import { versionOf } from './version.js';

/** Runs the command that the arguments (`process.argv`) name. Sets the process's exit code; never rejects. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = new Command('lading')
    .description('A container image registry: one process, one folder, the storage layout of registry:2.')
    .version(versionOf())
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration.')
    .showHelpAfterError('Try lading --help.')
    .exitOverride();
  for (const add of COMMANDS) add(program);
  // Those of a command are its own: commander hands the settings of the program only to commands that it makes itself.
  prepare(program.commands, 'lading');
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = codeFor(error);
  }
}

function prepare(commands: readonly Command[], above: string): void {
  for (const command of commands) {
    const name = `${above} ${command.name()}`;
    command.exitOverride().showHelpAfterError(`Try ${name} --help.`);
    prepare(command.commands, name);
  }
}

function codeFor(error: unknown): number {
  // Commander has said what is wrong already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  console.error(`lading: ${explain(error)}`);
  return error instanceof ConfigurationError ? EXIT.usage : EXIT.failure;
}
