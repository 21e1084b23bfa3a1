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
  'validation.enabled': {
    type: 'flag',
    bare: undefined,
    file: undefined,
    about: 'The old name of the contrary of `disabled`; `true` goes before it, and `false` changes nothing.',
  },
  'validation.disabled': {
    type: 'flag',
    bare: undefined,
    file: undefined,
    about:
      'Whether nothing of `validation` holds, and children of an index need not be there either, as in registry:2 since its version 3.',
  },
  'validation.manifests.urls.allow': {
    type: 'patterns',
    bare: undefined,
    file: undefined,
    about:
      'What the URLs in a pushed manifest must match, one of these each; 400 otherwise. Where there is `deny`, any when there are none. Where there is anything of `validation` but neither of the two, no URL is taken ([operations](operations.md#what-manifests-are-taken)).',
    differs: 'Without anything of `validation` every URL is taken; registry:2 takes none then. It answers 500.',
  },
  'validation.manifests.urls.deny': {
    type: 'patterns',
    bare: undefined,
    file: undefined,
    about: 'What the URLs in a pushed manifest must not match; 400 otherwise.',
  },
  'validation.manifests.indexes.platforms': {
    type: 'platforms',
    bare: undefined,
    file: undefined,
    about: 'Which children of an index must be there when it is pushed: `all`, `none`, or those of the platforms of a `list`.',
  },
  'validation.manifests.indexes.platformlist': {
    members: {
      os: { type: 'words', default: undefined, needed: true, about: 'Such as `linux`.' },
      architecture: { type: 'words', default: undefined, needed: true, about: 'Such as `amd64`.' },
    },
    about: 'The platforms of `platforms: list`. All children must be there when there are none.',
    differs: 'A child for which no platform is said must be there; registry:2 breaks the connection.',
  },
  'policy.repository.classes': {
    type: 'classes',
    bare: [],
    file: [],
    about:
      'Classes of content that may be pushed, by the configuration of an image; 403 for others. With tokens, those of the rights to the repository too. Any when there are none.',
  },
  'catalog.maxentries': {
    type: 'limit',
    bare: 1000,
    file: 1000,
    about: 'Repositories in one answer of the catalog: by default, and at most.',
  },
  'tags.maxtags': { type: 'limit', bare: 1000, file: 1000, about: 'Tags in one answer when the request says how many; at most.' },
} as const satisfies Rows;
