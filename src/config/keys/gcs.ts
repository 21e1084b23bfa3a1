/** The parameters of the driver for Google Cloud Storage. */
import type { Rows } from '../rows.js';

const unset = { bare: undefined, file: undefined } as const;

/** Rows of the table of keys. */
export const GCS_KEYS = {
  'storage.gcs.bucket': { type: 'parameter', ...unset, about: 'The bucket that takes all data.' },
  'storage.gcs.keyfile': {
    type: 'file',
    ...unset,
    about: 'The key file of a service account. Not set, and no `credentials`: those of the environment, or of the machine.',
  },
  'storage.gcs.credentials': {
    type: 'serviceaccount',
    ...unset,
    secret: true,
    about: 'What stands in such a file. A `keyfile` goes before it.',
  },
  'storage.gcs.rootdirectory': { type: 'parameter', ...unset, about: 'What the names of all objects begin with.' },
  'storage.gcs.chunksize': {
    type: 'gcschunk',
    bare: 5_242_880,
    file: 5_242_880,
    about: 'Bytes of a part of an upload.',
    differs: '3.x takes 16777216.',
  },
  'storage.gcs.maxconcurrency': {
    type: 'gcsconcurrency',
    bare: 50,
    file: 50,
    about: 'Requests to the store that are under way at a time; at most. Less than 25 is as good as 25.',
  },
  'storage.gcs.useragent': { type: 'parameter', ...unset, about: 'What is added to the name by which the store is asked.' },
} as const satisfies Rows;
