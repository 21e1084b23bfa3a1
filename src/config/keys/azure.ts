/** The parameters of the driver for Azure Blob Storage. */
import type { Rows } from '../rows.js';

const unset = { bare: undefined, file: undefined } as const;

/** Rows of the table of keys. */
export const AZURE_KEYS = {
  'storage.azure.accountname': { type: 'parameter', ...unset, about: 'The account of the store.' },
  'storage.azure.accountkey': {
    type: 'parameter',
    ...unset,
    secret: true,
    about: 'The key of the account. This, or a `credentials.type`.',
  },
  'storage.azure.container': { type: 'parameter', ...unset, about: 'The container that takes all data.' },
  'storage.azure.realm': {
    type: 'parameter',
    bare: 'core.windows.net',
    file: 'core.windows.net',
    about: 'The domain of the store.',
  },
  'storage.azure.serviceurl': {
    type: 'endpoint',
    ...unset,
    about: 'Where the store listens. Not set: `https://`, the account, `.blob.` and the realm.',
  },
  'storage.azure.rootdirectory': { type: 'parameter', ...unset, about: 'What the names of all objects begin with.' },
  'storage.azure.credentials.type': {
    type: 'azurecredentials',
    ...unset,
    about:
      'Who asks: the application that the next three name, the account by its key, or whoever this machine is for Azure. Not set: the account.',
  },
  'storage.azure.credentials.clientid': { type: 'parameter', ...unset, about: 'The application, for `client_secret`.' },
  'storage.azure.credentials.tenantid': { type: 'parameter', ...unset, about: 'Its tenant.' },
  'storage.azure.credentials.secret': { type: 'parameter', ...unset, secret: true, about: 'Its secret.' },
  'storage.azure.max_retries': {
    type: 'retries',
    bare: 5,
    file: 5,
    about: 'How often a copy is looked at again that the store has not finished.',
  },
  'storage.azure.retry_delay': { type: 'duration', bare: '100ms', file: '100ms', about: 'How long to wait before that.' },
  'storage.azure.skipverify': {
    type: 'flag',
    bare: false,
    file: false,
    about: 'Whether the certificate of the store is taken unseen.',
  },
} as const satisfies Rows;
