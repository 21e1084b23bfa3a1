/** Who may. */
import type { Rows } from '../rows.js';

/** Rows of the table of keys. */
export const ACCESS_KEYS = {
  'auth.htpasswd.realm': {
    type: 'words',
    bare: undefined,
    file: undefined,
    about: 'What people who are asked for a password are told that it is for.',
  },
  'auth.htpasswd.path': {
    type: 'file',
    bare: undefined,
    file: undefined,
    about: 'Users and their bcrypt hashes, as `htpasswd -B` writes them. Read again when it changes ([access](access.md)).',
    differs: 'A file that is missing stops the start: 2.7 and later make one with a user of their own.',
  },
  'auth.token.realm': {
    type: 'words',
    bare: undefined,
    file: undefined,
    about: 'Where clients get tokens: the URL of the token server ([access](access.md)).',
  },
  'auth.token.service': {
    type: 'words',
    bare: undefined,
    file: undefined,
    about: 'The name of this registry: tokens must be for it.',
  },
  'auth.token.issuer': {
    type: 'words',
    bare: undefined,
    file: undefined,
    about: 'The name of the token server: tokens must be from it.',
  },
  'auth.token.rootcertbundle': {
    type: 'file',
    bare: undefined,
    file: undefined,
    about:
      'Certificates in PEM: tokens are signed by their keys, or by keys whose certificates lead to them. This or `jwks`, or both.',
  },
  'auth.token.jwks': {
    type: 'file',
    bare: undefined,
    file: undefined,
    about: 'A JSON Web Key Set with the keys that sign tokens.',
  },
  'auth.token.signingalgorithms': {
    type: 'algorithms',
    bare: [],
    file: [],
    about: 'The algorithms that tokens may be signed with. Empty: all of them.',
  },
  'auth.token.autoredirect': {
    type: 'flag',
    bare: false,
    file: false,
    about:
      'Whether clients get tokens at `https://`, the host by which they know this registry, and `autoredirectpath`, instead of `realm`.',
  },
  'auth.token.autoredirectpath': {
    type: 'path',
    bare: '/auth/token',
    file: '/auth/token',
    about: 'The path for `autoredirect`.',
  },
} as const satisfies Rows;
