/**
 * Another configuration for a server that runs. First all of it is checked, with the files that it names; then all of it is
 * put in place, without a pause in which a request could see half of it. One fault, and everything stays as it was.
 */
import type { AuthMethod, Reread } from '../auth/auth.js';
import { ConfigurationError } from '../config/configuration-error.js';
import type { Configuration } from '../config/keys.js';
import type { RegistryServer } from '../http/server.js';
import type { TlsSettings } from '../http/tls.js';
import type { Logger } from '../log/logger.js';
import { differencesOf, merge, tlsChanges } from './differences.js';
import type { Purging } from './purge.js';
import { settingsFrom } from './settings.js';
import { tlsFrom } from './tls.js';

/** Why somebody wants it. Whoever has asked gets an answer also when nothing has changed. */
export type Trigger = 'SIGHUP' | 'files';

/** Follows configurations. */
export interface Reloader {
  /**
   * Follows it as far as a running server can, and logs what has changed and what needs a restart. A ConfigurationError that
   * names the faults when there are any: nothing has changed then. Calls wait for one another; after `stop` they do nothing.
   */
  reload(wanted: Configuration, trigger: Trigger): Promise<void>;
  /** Files that count at the moment, but for those that are looked after where they are used. */
  files(): readonly string[];
  /** What runs is left as it is; what is only being checked is not put in place any more. */
  stop(): void;
}

/** What it works on. */
interface Parts {
  readonly configuration: Configuration;
  readonly tls: TlsSettings | undefined;
  readonly server: Pick<RegistryServer, 'change' | 'writesEnded'>;
  readonly auth: Pick<AuthMethod, 'name' | 'reread'> | undefined;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'adjust'>;
  readonly purging: Purging;
}

/** What was read and is good, and what has changed with it. */
interface Checked {
  readonly next: Configuration;
  readonly tls: TlsSettings | undefined;
  readonly reread: Reread | undefined;
  readonly changed: readonly string[];
  readonly needRestart: readonly string[];
}

/** A reloader of a server that was started with this configuration. */
export function createReloader({ configuration, tls: startedWith, server, auth, logger, purging }: Parts): Reloader {
  let current = configuration;
  let tls = startedWith;
  let stopped = false;
  let last: Promise<void> = Promise.resolve();

  const check = async (wanted: Configuration): Promise<Checked> => {
    const differences = differencesOf(current, wanted, configuration['storage.maintenance.readonly.enabled']);
    const next = merge(current, wanted, differences);
    const nextTls = await tlsFrom(next);
    const reread = await rereadFiles(auth);
    const files = [...tlsChanges(tls, nextTls), ...(reread?.changed ?? []).map((name) => `auth.${auth?.name}.${name}`)];
    const changed = [...new Set([...differences.reloaded, ...files])].sort();
    return { next, tls: nextTls, reread, changed, needRestart: differences.needRestart };
  };

  /** Nothing in here waits, and only the first call may fail. */
  const putInPlace = (checked: Checked, trigger: Trigger): void => {
    const isRenewed = tlsChanges(tls, checked.tls).length > 0 || checked.changed.some((key) => key.startsWith('http.tls.'));
    server.change({ settings: settingsFrom(checked.next), tls: isRenewed ? checked.tls : undefined });
    checked.reread?.apply();
    const adjust = (): void =>
      logger.adjust({ level: checked.next['log.level'], accessDisabled: checked.next['log.accesslog.disabled'] });
    // By the old level or the new one, whichever lets it be seen.
    const isSeenNow = SHOWN_AT.has(current['log.level']);
    if (!isSeenNow) adjust();
    tell(checked, trigger);
    if (isSeenNow) adjust();
    [current, tls] = [checked.next, checked.tls];
  };

  const tell = ({ changed, needRestart }: Checked, trigger: Trigger): void => {
    if (changed.length > 0) logger.info('the configuration was read again', { trigger, changed: changed.join(' ') });
    else if (trigger === 'SIGHUP') logger.info('the configuration was read again: nothing that can change has', { trigger });
    if (needRestart.length > 0) logger.warn('these keys have changed, and need a restart', { keys: needRestart.join(' ') });
  };

  const reload = async (wanted: Configuration, trigger: Trigger): Promise<void> => {
    if (stopped) return;
    const checked = await check(wanted);
    if (stopped) return;
    const wasReadOnly = current['storage.maintenance.readonly.enabled'];
    putInPlace(checked, trigger);
    await purging.follow(checked.next);
    if (checked.next['storage.maintenance.readonly.enabled'] === wasReadOnly) return;
    if (wasReadOnly) logger.info('the registry takes writes again');
    else void tellWhenQuiet();
  };

  const tellWhenQuiet = async (): Promise<void> => {
    logger.info('the registry is read-only: writes that had begun may end');
    await server.writesEnded();
    logger.info('the registry is read-only: no write is under way any more');
  };

  return {
    reload(wanted, trigger) {
      const mine = last.then(() => reload(wanted, trigger));
      last = mine.catch(() => undefined);
      return mine;
    },
    files: () =>
      [
        current['http.tls.certificate'],
        current['http.tls.key'],
        ...(current['http.tls.clientcas'] ?? []),
        current['auth.token.rootcertbundle'],
        current['auth.token.jwks'],
      ].filter((file) => file !== undefined),
    stop() {
      stopped = true;
    },
  };
}

/** Levels at which what is said at `info` is written. */
const SHOWN_AT: ReadonlySet<string> = new Set(['info', 'debug']);

async function rereadFiles(auth: Parts['auth']): Promise<Reread | undefined> {
  try {
    return await auth?.reread();
  } catch (error) {
    throw new ConfigurationError([`auth.${auth?.name}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
