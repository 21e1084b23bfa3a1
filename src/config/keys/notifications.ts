/** Who is told what happens, and how. */
import type { Rows } from '../rows.js';

/** Rows of the table of keys. */
export const NOTIFICATION_KEYS = {
  'notifications.events.includereferences': {
    type: 'flag',
    bare: false,
    file: false,
    about: 'Whether the event of a manifest tells what the manifest names.',
  },
  'notifications.endpoints': {
    about: 'Who is told of pulls, pushes, mounts and deletes ([notifications](notifications.md)).',
    differs: 'Events wait in the store, not in memory, and after some days they are set aside.',
    members: {
      name: {
        type: 'label',
        default: '',
        about: 'How it is called in the log and the metrics. What waits for an endpoint is known by this name.',
      },
      disabled: { type: 'flag', default: false, about: 'Whether it is told nothing.' },
      url: {
        type: 'webhook',
        default: undefined,
        needed: true,
        secret: true,
        about: 'Where events are posted.',
      },
      headers: { type: 'headers', default: {}, secret: true, about: 'Headers of each of these requests.' },
      timeout: { type: 'duration', default: '1s', about: 'How long an answer may take.' },
      threshold: { type: 'failures', default: 10, about: 'After so many failures in a row there are pauses.' },
      backoff: { type: 'duration', default: '1s', about: 'How long a pause is.' },
      ignoredmediatypes: {
        type: 'texts',
        default: [],
        about: 'Media types: nothing is told of content of these.',
      },
      'ignore.mediatypes': { type: 'texts', default: [], about: 'More of them.' },
      'ignore.actions': {
        type: 'actions',
        default: [],
        about: 'Of `pull`, `push`, `mount` and `delete`, those that are not told.',
      },
    },
  },
  'lading.notifications.format': {
    type: 'envelope',
    bare: 'v1',
    file: 'v1',
    about: 'The Content-Type and the form of what is sent: that of registry:2 2.x (`v1`) or 3.x (`v2`).',
  },
  'lading.notifications.maxevents': {
    type: 'count',
    bare: 100_000,
    file: 100_000,
    about: 'Events that wait for one endpoint in one process, at most: of more, the oldest are set aside. As many are kept then.',
  },
  'lading.notifications.maxage': {
    type: 'interval',
    bare: '72h',
    file: '72h',
    about: 'How long an event is tried to be sent before it is set aside.',
  },
} as const satisfies Rows;
