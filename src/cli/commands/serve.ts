/** `lading serve`: the registry until a signal. */
import type { Command } from 'commander';
import { type Running, startConfigured } from '../../compose.js';
import { CONFIGURATION_PATH } from '../../config/environment.js';
import { loadConfiguration } from '../../config/load.js';
import { EXIT } from '../exit-codes.js';
import { explain } from '../explain.js';
import { greet } from '../greeting.js';

/** Options as they stand on the command line. */
interface ServeOptions {
  readonly root?: string;
  readonly addr?: string;
}

/** Adds the command. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve a registry until SIGTERM or SIGINT; a second signal ends it at once')
    .argument('[config.yml]', 'a configuration as registry:2 has it; without one: ./data, 127.0.0.1:5000, deletes allowed')
    .option('--root <dir>', 'the folder for data')
    .option('--addr <host:port>', 'where to listen; port 0 takes any that is free')
    .action(serve);
}

async function serve(argument: string | undefined, { root, addr }: ServeOptions): Promise<void> {
  const file = argument ?? (process.env[CONFIGURATION_PATH] || undefined);
  const { configuration, warnings } = await loadConfiguration({ file, root, addr, environment: process.env });
  const running = await startConfigured(configuration);
  for (const warning of warnings) running.logger.warn(warning);
  greet(running, process.stdout.isTTY);
  stopOnSignals(running);
  failOnMistakes(running);
}

function stopOnSignals(running: Running): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) {
      running.logger.close();
      process.exit(EXIT.failure);
    }
    stopping = true;
    running.logger.info('stopping', { signal });
    void running.close().then(
      () => process.exit(EXIT.ok),
      (error: unknown) => fail(running, 'the registry could not be closed', error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** What nobody has caught is a mistake of this program, and its state is unknown: it ends, and is started again. */
function failOnMistakes(running: Running): void {
  process.on('uncaughtException', (error) => fail(running, 'uncaught error', error));
  process.on('unhandledRejection', (error) => fail(running, 'unhandled rejection', error));
}

function fail({ logger }: Running, message: string, error: unknown): never {
  logger.error(message, { err: error instanceof Error ? error : new Error(explain(error)) });
  logger.close();
  process.exit(EXIT.failure);
}
