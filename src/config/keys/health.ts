/** What must be well, or every request is refused. */
import type { Rows } from '../rows.js';

const INTERVAL = { type: 'checkinterval', default: '10s', about: 'How long to wait from one look to the next.' } as const;
const THRESHOLD = {
  type: 'threshold',
  default: 0,
  about: 'How often in a row it must fail; 0 is as good as 1.',
} as const;
const TIMEOUT = {
  type: 'duration',
  default: '0',
  about: 'How long the answer may take; 0 for as long as `interval`.',
  differs: 'registry:2 waits for ever where there is none.',
} as const;

/** Rows of the table of keys. */
export const HEALTH_KEYS = {
  'health.storagedriver.enabled': {
    type: 'flag',
    bare: true,
    file: false,
    about: 'Whether every request is answered with 503 while the store does not answer ([operations](operations.md#health)).',
    differs: 'It also notices that the folder is gone.',
  },
  'health.storagedriver.interval': {
    type: 'checkinterval',
    bare: '10s',
    file: '10s',
    about: 'How long to wait from one look at the store to the next.',
  },
  'health.storagedriver.threshold': {
    type: 'threshold',
    bare: 3,
    file: 0,
    about: 'How often in a row the store must not answer; 0 is as good as 1.',
  },
  'health.file': {
    about: 'Files of which each, while it is there, makes every request end with 503.',
    members: {
      file: { type: 'file', default: undefined, needed: true, about: 'The file.' },
      interval: INTERVAL,
      threshold: { ...THRESHOLD, about: 'Has no effect, as in registry:2: the file is there, or it is not.' },
    },
  },
  'health.http': {
    about: 'What must be answered by others, or every request ends with 503.',
    members: {
      uri: { type: 'weburl', default: undefined, needed: true, secret: true, about: 'Asked by HEAD.' },
      headers: { type: 'headers', default: {}, secret: true, about: 'Sent along.' },
      statuscode: { type: 'checkstatus', default: 200, about: 'What must be answered.' },
      timeout: TIMEOUT,
      interval: INTERVAL,
      threshold: THRESHOLD,
    },
  },
  'health.tcp': {
    about: 'Where connections must be taken, or every request ends with 503.',
    members: {
      addr: { type: 'peer', default: undefined, needed: true, about: 'The address.' },
      timeout: TIMEOUT,
      interval: INTERVAL,
      threshold: THRESHOLD,
    },
  },
} as const satisfies Rows;
