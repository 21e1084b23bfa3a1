/**
 * Every key of the configuration that has an effect: the one table from which files are read, defaults are taken and the
 * manual is made. Names are those of registry:2's config.yml. A new key is a row in a file of `keys/`.
 */
import { ACCESS_KEYS } from './keys/access.js';
import { AZURE_KEYS } from './keys/azure.js';
import { GCS_KEYS } from './keys/gcs.js';
import { HEALTH_KEYS } from './keys/health.js';
import { HTTP_KEYS } from './keys/http.js';
import { LOG_KEYS } from './keys/log.js';
import { NOTIFICATION_KEYS } from './keys/notifications.js';
import { OWN_KEYS } from './keys/own.js';
import { REGISTRY_KEYS } from './keys/registry.js';
import { S3_KEYS } from './keys/s3.js';
import { STORAGE_KEYS } from './keys/storage.js';
import { TLS_KEYS } from './keys/tls.js';
import type { Rows, RowValue } from './rows.js';

/** The table. */
export const KEYS = {
  ...LOG_KEYS,
  ...STORAGE_KEYS,
  ...S3_KEYS,
  ...AZURE_KEYS,
  ...GCS_KEYS,
  ...REGISTRY_KEYS,
  ...ACCESS_KEYS,
  ...HTTP_KEYS,
  ...TLS_KEYS,
  ...HEALTH_KEYS,
  ...NOTIFICATION_KEYS,
  ...OWN_KEYS,
} as const satisfies Rows;

/** Names a key. */
export type Key = keyof typeof KEYS;

/** A whole configuration, checked: a value for each key. Times are in milliseconds. */
export type Configuration = { readonly [K in Key]: RowValue<(typeof KEYS)[K]> };

/** True for a key of the table. */
export function isKey(path: string): path is Key {
  return Object.hasOwn(KEYS, path);
}

/** What a section cannot do without, once it is named: of each list, one. */
export const REQUIRED: Readonly<Record<string, readonly (readonly Key[])[]>> = {
  'auth.htpasswd': [['auth.htpasswd.realm'], ['auth.htpasswd.path']],
  'auth.token': [
    ['auth.token.realm'],
    ['auth.token.service'],
    ['auth.token.issuer'],
    ['auth.token.rootcertbundle', 'auth.token.jwks'],
  ],
  'storage.s3': [['storage.s3.bucket'], ['storage.s3.region', 'storage.s3.regionendpoint']],
  'storage.azure': [
    ['storage.azure.accountname'],
    ['storage.azure.container'],
    ['storage.azure.accountkey', 'storage.azure.credentials.type'],
  ],
  'storage.gcs': [['storage.gcs.bucket']],
};
