/** When the configuration of a server that runs is read again: when SIGHUP asks for it, and when one of its files changes. */
import { stat } from 'node:fs/promises';
import type { Running } from '../compose/start.js';
import type { Loaded } from '../config/load.js';
import { systemClock } from '../core/clock.js';
import { createChangedFiles } from './changed-files.js';
import { explain } from './explain.js';

/** What is read again. */
interface Reloadable {
  readonly running: Pick<Running, 'reload' | 'files' | 'logger'>;
  /** The file of the configuration, if there is one. */
  readonly file: string | undefined;
  /** Reads file, environment and command line, as at the start. */
  load(): Promise<Loaded>;
  /** What was read at the start. */
  readonly loaded: Loaded;
}

/** Reads again. */
export interface Reloading {
  /** Soon; after what is under way, once, however often it is asked meanwhile. */
  ask(): void;
  /** Ends it. Safe to repeat. */
  stop(): void;
}

/** What has changed counts after two looks, so a change takes effect within two to four seconds. */
const LOOK_EVERY_MS = 2_000;

/** Begins to look. It keeps no process alive that has nothing else to do. */
export function startReloading({ running, file, load, loaded }: Reloadable): Reloading {
  const { logger } = running;
  const stopping = new AbortController();
  const warned = new Set(loaded.warnings);
  let last: Promise<void> = Promise.resolve();
  let isAsked = false;

  /** What comes through a pipe can be read once; files that it names can be read again all the same. */
  const configuration = async (): Promise<Loaded['configuration']> => {
    if (file !== undefined && (await isPipe(file))) return loaded.configuration;
    const { configuration, warnings } = await load();
    for (const warning of warnings) {
      if (!warned.has(warning)) logger.warn(warning);
      warned.add(warning);
    }
    return configuration;
  };

  const readAgain = async (trigger: 'SIGHUP' | 'files'): Promise<void> => {
    try {
      await running.reload(await configuration(), trigger);
    } catch (error) {
      logger.error('the configuration cannot be used, so all of it stays as it was', { trigger, fault: explain(error) });
    }
  };

  /** In turn: what was read earlier must not be put in place later. */
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    last = last.then(task);
    return last;
  };

  const changed = createChangedFiles();
  const lookForEver = async (): Promise<void> => {
    for (;;) {
      await systemClock.sleep(LOOK_EVERY_MS, stopping.signal, { idle: true });
      if (await changed.look([...(file === undefined ? [] : [file]), ...running.files()])) await inTurn(() => readAgain('files'));
    }
  };
  // Ends by its signal alone.
  void lookForEver().catch(() => undefined);

  return {
    ask() {
      // Signals that come before it is their turn are one.
      if (stopping.signal.aborted || isAsked) return;
      isAsked = true;
      void inTurn(() => {
        isAsked = false;
        return stopping.signal.aborted ? Promise.resolve() : readAgain('SIGHUP');
      });
    },
    stop: () => stopping.abort(),
  };
}

async function isPipe(file: string): Promise<boolean> {
  try {
    const facts = await stat(file);
    return facts.isFIFO() || facts.isCharacterDevice() || facts.isSocket();
  } catch {
    return false;
  }
}
