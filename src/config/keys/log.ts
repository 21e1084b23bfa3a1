/** The version of the format, and what is logged. */
import type { Rows } from '../rows.js';

/** Rows of the table of keys. */
export const LOG_KEYS = {
  version: { type: 'version', bare: '0.1', file: undefined, about: 'Version of the format. A file must have it.' },
  'log.level': { type: 'level', bare: 'info', file: 'info', about: 'What is logged: this and what is worse.' },
  'log.formatter': {
    type: 'formatter',
    bare: 'text',
    file: 'text',
    about: 'The form of a line: `text`, as registry:2 writes it, one JSON object, or the one that Logstash expects.',
    differs: '3.x writes the plain JSON for `logstash` too.',
  },
  'log.fields': {
    type: 'fields',
    bare: {},
    file: {},
    about: 'Fields that every line gets.',
    differs: 'A section or a list in it is written as JSON.',
  },
  'log.accesslog.disabled': {
    type: 'flag',
    bare: false,
    file: false,
    about: 'Whether requests get no line. Those that end with a status of 500 or more always do.',
    differs: 'A request has one line, in the form of the log; registry:2 has one in that of Apache besides.',
  },
} as const satisfies Rows;
