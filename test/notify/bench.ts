/** Notifiers for tests, over a driver. */
import { systemClock } from '../../src/core/clock.js';
import type { StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { createNotifier, type EndpointOptions, type Notifier, type NotifierOptions } from '../../src/notify/sinks.js';
import { entryName } from '../../src/paths/entry-name.js';
import { createOutboxStore } from '../../src/store/outbox.js';

/** What a test says of its notifier. */
export interface BenchOptions extends Partial<Omit<NotifierOptions, 'endpoints' | 'openQueue'>> {
  readonly driver?: StorageDriver;
  /** Which process it is; those of `others` are at work too. */
  readonly worker?: string;
  readonly others?: ReadonlySet<string>;
}

/** Lines of the log. */
export interface Line {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A notifier of one endpoint. Nothing is sent before its start. */
export function notifierTo(
  endpoint: Partial<EndpointOptions> & Pick<EndpointOptions, 'name' | 'url'>,
  { driver = createMemoryDriver(), worker = entryName(new Date()), others = new Set(), ...more }: BenchOptions = {},
): Notifier & { readonly lines: readonly Line[] } {
  const lines: Line[] = [];
  const note = (message: string, fields: Line['fields']): void => {
    lines.push({ message, fields });
  };
  const clock = more.clock ?? systemClock;
  const notifier = createNotifier({
    endpoints: [
      {
        headers: {},
        timeoutMs: 10_000,
        threshold: 3,
        backoffMs: 20,
        ignoredMediaTypes: [],
        ignoredActions: [],
        ...endpoint,
      },
    ],
    format: 'v1',
    source: { addr: 'machine:5000', instanceID: '00000000-0000-4000-8000-000000000000' },
    referencesOf: undefined,
    maxEvents: 10_000,
    maxAgeMs: 24 * 60 * 60 * 1000,
    clock,
    log: { info: note, warn: note },
    observer: undefined,
    openQueue: (name) =>
      createOutboxStore(driver, {
        endpoint: name,
        worker: () => worker,
        others: async () => others,
        maxDead: 10_000,
        clock,
      }),
    ...more,
  });
  return { ...notifier, lines };
}
