/** Figures of notifications: under registry:2's names where it has them, with its words for what happened. */
import { Counter, Gauge, type Registry } from 'prom-client';

/** Counts what becomes of events, by endpoint. Never throws. */
export interface NotificationMetrics {
  /** One more was to be sent. */
  event(endpoint: string): void;
  /** One try to send one; with a status where there was an answer. */
  attempt(endpoint: string, kind: 'success' | 'failure' | 'error', status: string | undefined): void;
  /** So many wait. */
  pending(endpoint: string, count: number): void;
  /** So many were given up, and why. */
  lost(endpoint: string, why: string, count: number): void;
}

const KINDS = { success: 'Successes', failure: 'Failures', error: 'Errors' } as const;

/** No figures yet. */
export function createNotificationMetrics(register: Registry): NotificationMetrics {
  const registers = [register];
  const events = new Counter({
    name: 'registry_notifications_events_total',
    help: 'Events of notifications: that were to be sent, and tries to send one that succeeded, were refused or had no answer.',
    labelNames: ['type', 'endpoint'],
    registers,
  });
  const statuses = new Counter({
    name: 'registry_notifications_status_total',
    help: 'Answers of endpoints of notifications, by status.',
    labelNames: ['code', 'endpoint'],
    registers,
  });
  const pending = new Gauge({
    name: 'registry_notifications_pending_total',
    help: 'Events that this process still has to send.',
    labelNames: ['endpoint'],
    registers,
  });
  const lost = new Counter({
    name: 'lading_notifications_lost_total',
    help: 'Events that were given up: dead letters by overflow or age, pulls that were dropped, dead letters that were removed.',
    labelNames: ['reason', 'endpoint'],
    registers,
  });
  return {
    event: (endpoint) => events.inc({ type: 'Events', endpoint }),
    attempt(endpoint, kind, status) {
      events.inc({ type: KINDS[kind], endpoint });
      if (status !== undefined) statuses.inc({ code: status, endpoint });
    },
    pending: (endpoint, count) => pending.set({ endpoint }, count),
    lost: (endpoint, reason, count) => lost.inc({ reason, endpoint }, count),
  };
}
