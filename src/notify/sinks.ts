/**
 * Every endpoint that is configured: which events it wants, its outbox and its delivery. What happened goes to all that want it; what
 * one of them does is nothing to the others.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.js';
import type { EventSink, PullSink, RegistryEvent } from '../registry/events.js';
import { type Delivery, startDelivery } from './delivery.js';
import { type EnvelopeFormat, type Notice, type NoticeOptions, noticeOf } from './envelope.js';
import { type BuriedFor, createOutbox, type Outbox } from './outbox.js';
import { createPace } from './pace.js';
import type { Queue } from './queue.js';
import { createWebhook, type Outcome } from './webhook.js';

/** One endpoint. */
export interface EndpointOptions {
  /** Its queue is known by it; of two, they are different. */
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly timeoutMs: number;
  readonly threshold: number;
  readonly backoffMs: number;
  readonly ignoredMediaTypes: readonly string[];
  readonly ignoredActions: readonly string[];
}

/** Counts what becomes of events, by endpoint. Never throws. */
export interface NotificationObserver {
  /** One more was to be sent. */
  event(endpoint: string): void;
  /** One try: with a status where there was an answer. */
  attempt(endpoint: string, kind: 'success' | 'failure' | 'error', status: string | undefined): void;
  pending(endpoint: string, count: number): void;
  /** Given up, and where they are now. */
  lost(endpoint: string, why: BuriedFor | 'dropped' | 'removed', count: number): void;
}

/** Takes lines. */
export interface NotificationLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** What all endpoints share. */
export interface NotifierOptions {
  readonly endpoints: readonly EndpointOptions[];
  readonly format: EnvelopeFormat;
  readonly source: Notice['source'];
  readonly referencesOf: NoticeOptions['referencesOf'];
  readonly maxEvents: number;
  readonly maxAgeMs: number;
  readonly clock: Clock;
  readonly log: NotificationLog;
  readonly observer: NotificationObserver | undefined;
  /** Where the events of an endpoint wait. */
  openQueue(endpoint: string): Queue;
}

/** Tells all endpoints. */
export interface Notifier {
  /** Takes what was changed. */
  readonly changed: EventSink;
  /** Takes what was read; undefined when no endpoint wants to know. */
  readonly pulled: PullSink | undefined;
  /** Begins to send: what is left from before first. */
  start(): void;
  /** Keeps what is not sent, and ends within so many milliseconds more or less. Safe to repeat. */
  close(withinMs: number): Promise<void>;
}

/** How often it is looked for what processes have left behind that are gone. */
const TAKE_OVER_EVERY_MS = 5_000;
/** About what may happen with each event there is a line so often. */
const TOLD_EVERY_MS = 60_000;

interface Endpoint {
  readonly name: string;
  wants(event: RegistryEvent): boolean;
  readonly outbox: Outbox;
  start(): void;
  close(withinMs: number): Promise<void>;
  drop(): void;
}

/** The endpoints of a server. Nothing is sent before `start`. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { source, referencesOf, clock, observer } = options;
  const endpoints = options.endpoints.map((endpoint) => createEndpoint(endpoint, options));
  const forPulls = endpoints.filter((_, index) => !options.endpoints[index]?.ignoredActions.includes('pull'));
  const notice = (event: RegistryEvent): Notice => noticeOf(event, { id: randomUUID(), at: clock.now(), source, referencesOf });
  let closed: Promise<void> | undefined;
  return {
    async changed(events) {
      const notices = events.map((event) => ({ event, notice: notice(event) }));
      await Promise.all(
        endpoints.map(({ name, wants, outbox }) => {
          const wanted = notices.filter(({ event }) => wants(event));
          for (const _ of wanted) observer?.event(name);
          return outbox.keep(wanted.map((one) => one.notice));
        }),
      );
    },
    pulled:
      forPulls.length === 0
        ? undefined
        : (event) => {
            let made: Notice | undefined;
            for (const endpoint of forPulls) {
              if (!endpoint.wants(event)) continue;
              made ??= notice(event);
              if (endpoint.outbox.offer(made)) observer?.event(endpoint.name);
              else endpoint.drop();
            }
          },
    start() {
      for (const endpoint of endpoints) endpoint.start();
    },
    close: (withinMs) => (closed ??= Promise.all(endpoints.map((endpoint) => endpoint.close(withinMs))).then(() => undefined)),
  };
}

function createEndpoint(options: EndpointOptions, shared: NotifierOptions): Endpoint {
  const { name, url, headers, timeoutMs, threshold, backoffMs } = options;
  const { clock, log, observer, maxEvents, maxAgeMs, format } = shared;
  const facts = { endpoint: name };
  const mediaTypes = new Set(options.ignoredMediaTypes);
  const actions = new Set(options.ignoredActions);
  const pace = createPace(clock, TOLD_EVERY_MS);
  const warn = (message: string, count: number): void => {
    const events = pace(message, count);
    if (events !== undefined) log.warn(message, { ...facts, events });
  };
  const trouble = (what: string, error: unknown): void => {
    const times = pace(what);
    if (times !== undefined) log.warn(what, { ...facts, ...(times > 1 ? { times } : {}), err: error });
  };

  const outbox = createOutbox({
    queue: shared.openQueue(name),
    clock,
    maxEvents,
    maxAgeMs,
    observer: {
      pending: (count) => observer?.pending(name, count),
      buried(count, why, removed) {
        observer?.lost(name, why, count);
        warn(BURIED[why], count);
        if (removed === 0) return;
        observer?.lost(name, 'removed', removed);
        warn('there are too many dead letters: the oldest were removed', removed);
      },
      trouble,
    },
  });

  let delivery: Delivery | undefined;
  const stopping = new AbortController();
  let watching: Promise<void> | undefined;
  const takeOver = (): Promise<void> =>
    outbox.takeOver(stopping.signal).catch((error) => trouble('what others have left to be sent cannot be seen', error));
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(TAKE_OVER_EVERY_MS, stopping.signal, { idle: true }).catch(() => undefined);
      if (!stopping.signal.aborted) await takeOver();
    }
  };

  /** What is left may be much: nobody waits until it is taken over, and nothing is sent before. */
  const begin = async (): Promise<void> => {
    await takeOver();
    if (stopping.signal.aborted) return;
    delivery = startDelivery({
      outbox,
      webhook: createWebhook({ url, headers, timeoutMs, format }),
      threshold,
      backoffMs,
      clock,
      onOutcome: (outcome) => observer?.attempt(name, ...countedAs(outcome)),
      onDown: (outcome) => log.warn('an endpoint takes no events; it is tried again and again', { ...facts, ...toldOf(outcome) }),
      onUp: () => log.info('the endpoint takes events again', facts),
      onHeld: (repository, outcome) =>
        log.warn('an event is refused; what follows it in its repository waits', { ...facts, repository, ...toldOf(outcome) }),
      onTrouble: trouble,
    });
    await watch();
  };

  return {
    name,
    outbox,
    wants({ action, target }) {
      if (actions.has(action)) return false;
      return !('content' in target) || !mediaTypes.has(target.content.descriptor.mediaType);
    },
    start() {
      watching = begin();
    },
    async close(withinMs) {
      stopping.abort();
      await watching;
      await delivery?.stop(withinMs);
      await outbox.close();
    },
    drop() {
      observer?.lost(name, 'dropped', 1);
      warn('there are more pulls than the endpoint takes: some are not told of', 1);
    },
  };
}

const BURIED: Readonly<Record<BuriedFor, string>> = {
  overflow: 'too many events wait: the oldest are dead letters now',
  age: 'events have waited for too long: they are dead letters now',
};

function countedAs(outcome: Outcome): ['success' | 'failure' | 'error', string | undefined] {
  if (outcome.kind === 'failed') return ['error', undefined];
  return [outcome.kind === 'accepted' ? 'success' : 'failure', outcome.status];
}

function toldOf(outcome: Outcome): Readonly<Record<string, string>> {
  return outcome.kind === 'failed' ? { reason: outcome.reason } : { status: outcome.status };
}
