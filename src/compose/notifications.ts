/** Those who are told what happens: the endpoints that are configured, over the store. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Configuration } from '../config/keys.js';
import { systemClock } from '../core/clock.js';
import type { ServerOptions } from '../http/server.js';
import type { Logger } from '../log/logger.js';
import { referencedContent } from '../manifest/referenced.js';
import type { Metrics } from '../metrics/metrics.js';
import { createNotifier, type EndpointOptions } from '../notify/sinks.js';
import type { OpenedStore } from '../open-store.js';
import type { Registry } from '../registry/registry.js';
import type { Announced } from '../store/presence.js';

/** Notifications of one server; of one without endpoints, nothing. */
export interface Notifications {
  /** The registry, which tells of its changes. */
  readonly registry: Registry;
  readonly announces: ServerOptions['announces'];
  /** Begins to send. */
  start(): void;
  /** Ends, in bounded time, when nothing happens any more. What is not sent stays in the store. */
  close(): Promise<void>;
}

/** What they need. */
export interface NotificationParts {
  readonly store: Pick<OpenedStore, 'registry' | 'announcing' | 'openOutbox'>;
  readonly logger: Logger;
  readonly metrics: Metrics | undefined;
  /** Of this process, from the start on. */
  presence(): Announced | undefined;
}

/** What waits at the end may be sent within this time, up to the first failure. */
const LAST_SENDS_MS = 3_000;
const DEFAULT_MS = 1_000;

/** The notifications that are configured. */
export function notificationsFrom(
  configuration: Configuration,
  { store, logger, metrics, presence }: NotificationParts,
): Notifications {
  const endpoints = endpointsFrom(configuration);
  if (endpoints.length === 0) {
    return { registry: store.registry, announces: undefined, start: () => undefined, close: () => Promise.resolve() };
  }
  const maxEvents = configuration['lading.notifications.maxevents'];
  const address = configuration['http.addr'];
  const notifier = createNotifier({
    endpoints,
    format: configuration['lading.notifications.format'],
    source: { addr: 'port' in address ? `${hostname()}:${address.port}` : hostname(), instanceID: randomUUID() },
    referencesOf: configuration['notifications.events.includereferences'] ? referencedContent : undefined,
    maxEvents,
    maxAgeMs: configuration['lading.notifications.maxage'],
    clock: systemClock,
    log: logger,
    observer: metrics?.notifications,
    openQueue: (endpoint) => store.openOutbox(endpoint, presence, maxEvents),
  });
  return {
    registry: store.announcing(notifier.changed),
    announces: { pulled: notifier.pulled },
    start: () => notifier.start(),
    close: () => notifier.close(LAST_SENDS_MS),
  };
}

function endpointsFrom(configuration: Configuration): readonly EndpointOptions[] {
  const names = new Set<string>();
  return configuration['notifications.endpoints'].flatMap((endpoint, index) => {
    if (endpoint.disabled || endpoint.url === undefined) return [];
    // registry:2 does not mind two of one name, or none; here a name stands for what waits.
    let name = endpoint.name || `endpoint-${index + 1}`;
    while (names.has(name)) name = `${name}-${index + 1}`;
    names.add(name);
    return [
      {
        name,
        url: endpoint.url,
        headers: endpoint.headers,
        timeoutMs: endpoint.timeout || DEFAULT_MS,
        threshold: endpoint.threshold,
        backoffMs: endpoint.backoff || DEFAULT_MS,
        ignoredMediaTypes: [...endpoint.ignoredmediatypes, ...endpoint['ignore.mediatypes']],
        ignoredActions: endpoint['ignore.actions'],
      },
    ];
  });
}
