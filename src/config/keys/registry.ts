/** What is taken, and how long lists are. */
import type { Rows } from '../rows.js';

/** Rows of the table of keys. */
export const REGISTRY_KEYS = {
  'compatibility.schema1.enabled': {
    type: 'flag',
    bare: true,
    file: false,
    about: 'Whether manifests of Docker schema 1 may be pushed; 400 otherwise. Those that are there are served either way.',
  },
  'compatibility.schema1.signingkeyfile': {
    type: 'file',
    bare: undefined,
    file: undefined,
    about:
      'A private key, in PEM or as a JWK, that signs manifests of schema 1 that have no signature. Not set: a key that is made once and kept in the store.',
  },
  'catalog.maxentries': {
    type: 'limit',
    bare: 1000,
    file: 1000,
    about: 'Repositories in one answer of the catalog: by default, and at most.',
  },
  'tags.maxtags': { type: 'limit', bare: 1000, file: 1000, about: 'Tags in one answer when the request says how many; at most.' },
} as const satisfies Rows;
