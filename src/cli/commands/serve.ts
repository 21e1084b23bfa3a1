/** `lading serve`: the registry until a signal. */
import type { Command } from 'commander';
import { type Running, startConfigured } from '../../compose/start.js';
import { CONFIGURATION_PATH } from '../../config/environment.js';
import { type Loaded, loadConfiguration } from '../../config/load.js';
import { EXIT } from '../exit-codes.js';
import { explain } from '../explain.js';
import { greet } from '../greeting.js';
import { type Reloading, startReloading } from '../reloading.js';

/** Options as they stand on the command line. */
interface ServeOptions {
  readonly root?: string;
  readonly addr?: string;
}

const EXAMPLES = `
Examples:
  lading serve                                    ./data, for this machine alone
  lading serve --root /srv/registry --addr :5000  another folder, for everybody
  lading serve /etc/docker/registry/config.yml    as registry:2 would
`;

/** Adds the command. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .summary('serve a registry')
    .description(
      'Serves a registry until SIGTERM or SIGINT: then requests that run may end. A second signal ends it at once. SIGHUP reads the configuration and its files again.',
    )
    .argument('[config.yml]', 'a configuration as registry:2 has it; REGISTRY_* variables override it')
    .option('--root <dir>', 'the folder for data (default without a configuration: ./data)')
    .option(
      '--addr <host:port>',
      'where to listen (default without a configuration: 127.0.0.1:5000), or the path of a socket; port 0: any',
    )
    .addHelpText('after', EXAMPLES)
    .action(serve);
}

async function serve(argument: string | undefined, { root, addr }: ServeOptions): Promise<void> {
  // Before anything is read: what it asks for must not be missed while the server starts.
  let askedEarly = false;
  const askEarly = (): void => {
    askedEarly = true;
  };
  process.on('SIGHUP', askEarly);
  const file = argument ?? (process.env[CONFIGURATION_PATH] || undefined);
  const load = (): Promise<Loaded> => loadConfiguration({ file, root, addr, environment: process.env });
  const loaded = await load();
  const running = await startConfigured(loaded.configuration);
  for (const warning of loaded.warnings) running.logger.warn(warning);
  greet(running, process.stdout.isTTY);
  const reloading = startReloading({ running, file, load, loaded });
  process.on('SIGHUP', reloading.ask);
  process.off('SIGHUP', askEarly);
  if (askedEarly) reloading.ask();
  stopOnSignals(running, reloading);
  failOnMistakes(running);
}

/** SIGHUP is none of them, ever: it goes on being listened to, and is of no consequence once the server stops. */
function stopOnSignals(running: Running, reloading: Reloading): void {
  let stopping = false;
  const stop = (signal: string): void => {
    reloading.stop();
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
