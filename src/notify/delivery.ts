/**
 * Sends what waits in an outbox: one event after the other, each until it is taken, as registry:2 does it. After `threshold`
 * failures in a row there is a pause of `backoff` before each further try. An event that is refused for itself holds up its own
 * repository only: what comes after it there must not come before it.
 */
import type { Clock } from '../core/clock.js';
import type { Outbox } from './outbox.js';
import type { Outcome, Webhook } from './webhook.js';

/** What delivery needs. */
export interface DeliveryOptions {
  readonly outbox: Outbox;
  readonly webhook: Webhook;
  readonly threshold: number;
  readonly backoffMs: number;
  readonly clock: Clock;
  /** Is told of each try. Never throws. */
  onOutcome(outcome: Outcome): void;
  /** Is told when failures reach the threshold, and when they end. */
  onDown(outcome: Outcome): void;
  onUp(): void;
  onHeld(repository: string, outcome: Outcome): void;
  onTrouble(what: string, error: unknown): void;
}

/** A delivery that runs. */
export interface Delivery {
  /** Sends what it can within so many milliseconds, up to the first failure, and ends. */
  stop(withinMs: number): Promise<void>;
}

/** How long a repository is held when an event of it was refused for itself. */
const HELD_MS = 60_000;

/** Begins to send. */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { outbox, webhook, threshold, backoffMs, clock } = options;
  const held = new Map<string, number>();
  const stopping = new AbortController();
  const cutting = new AbortController();
  let wake = (): void => undefined;
  let news = false;
  let failures = 0;
  let refusals = { id: '', count: 0 };

  outbox.onChange(() => {
    news = true;
    wake();
  });

  const isHeld = (repository: string): boolean => {
    const until = held.get(repository);
    if (until === undefined) return false;
    if (until > clock.monotonic()) return true;
    held.delete(repository);
    return false;
  };

  const pause = async (ms: number): Promise<void> => {
    await clock.sleep(ms, stopping.signal, { idle: true }).catch(() => undefined);
  };

  /** Until there is news, a repository is held no longer, or it is to stop. */
  const untilChange = async (): Promise<void> => {
    const changed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (news || stopping.signal.aborted) return;
    const over = new AbortController();
    const first = Math.min(...held.values());
    if (!Number.isFinite(first)) return changed;
    const rest = Math.max(0, first - clock.monotonic());
    await Promise.race([changed, clock.sleep(rest, over.signal, { idle: true }).catch(() => undefined)]);
    over.abort();
  };

  const fail = async (outcome: Outcome): Promise<void> => {
    failures++;
    if (failures === threshold) options.onDown(outcome);
    if (failures >= threshold) await pause(backoffMs);
  };

  const refuse = (id: string, repository: string, outcome: Outcome): void => {
    refusals = { id, count: refusals.id === id ? refusals.count + 1 : 1 };
    if (refusals.count < threshold) return;
    refusals = { id: '', count: 0 };
    held.set(repository, clock.monotonic() + HELD_MS);
    options.onHeld(repository, outcome);
  };

  const step = async (): Promise<'sent' | 'failed' | 'idle'> => {
    const notice = await outbox.next(isHeld);
    if (notice === undefined) return 'idle';
    const outcome = await webhook.post(notice, cutting.signal);
    if (outcome.kind === 'accepted') outbox.finish(notice);
    else outbox.release();
    if (outcome.kind === 'failed' && cutting.signal.aborted) return 'failed';
    options.onOutcome(outcome);
    if (outcome.kind === 'failed' || (outcome.kind === 'refused' && !outcome.forThis)) {
      await fail(outcome);
      return 'failed';
    }
    if (failures >= threshold) options.onUp();
    failures = 0;
    if (outcome.kind === 'accepted') return 'sent';
    refuse(notice.id, notice.target.repository, outcome);
    return 'failed';
  };

  const run = async (): Promise<void> => {
    while (!cutting.signal.aborted) {
      news = false;
      let done: Awaited<ReturnType<typeof step>> = 'failed';
      try {
        done = await step();
      } catch (error) {
        options.onTrouble('what waits to be sent cannot be read', error);
        await pause(backoffMs);
      }
      if (done === 'sent') continue;
      if (stopping.signal.aborted) return;
      if (done === 'idle') await untilChange();
    }
  };
  const running = run();

  return {
    async stop(withinMs) {
      stopping.abort();
      wake();
      const timer = setTimeout(() => cutting.abort(), withinMs);
      await running;
      clearTimeout(timer);
      webhook.close();
    },
  };
}
