/** What docker-registry 2.8 and docker/distribution 3 cannot cope with in a store that they are handed: a table, for people. */

/** One kind of trouble. */
interface Trouble {
  /** Completes the line that names where it is. */
  readonly what: string;
  /** What docker-registry 2.8 does, and what docker/distribution 3 does. */
  readonly in28: string;
  readonly in3: string;
  /** What can be done about it before going back. */
  readonly advice: string;
}

const GC_ENDS = 'its garbage collection ends with an error there, and takes nothing';
const KEEP_A_COPY = 'run no garbage collection of theirs, or keep a copy of the store';

/** The table. */
export const TROUBLES = {
  'unknown-type': {
    what: 'a manifest of a type that they do not know',
    in28: `a pull of it fails with 500; ${GC_ENDS}`,
    in3: `a pull of it fails with an error; ${GC_ENDS}`,
    advice: 'delete the manifest before, or run no garbage collection of theirs',
  },
  'schema-1': {
    what: 'a manifest of Docker schema 1',
    in28: 'serves it where compatibility.schema1.enabled is set, signed by a key of its own',
    in3: `a pull of it fails with an error; ${GC_ENDS}`,
    advice: 'for 3, push the image again in a newer form, and delete this manifest',
  },
  signatures: {
    what: 'signatures of a manifest of Docker schema 1',
    in28: 'does not show them; its garbage collection takes them for good',
    in3: 'does not serve the manifest at all',
    advice: KEEP_A_COPY,
  },
  'tarsum-layers': {
    what: 'a manifest that names its layers by tarsums',
    in28: 'cannot pull its layers by these names; its garbage collection takes them for good',
    in3: 'as with any manifest of schema 1',
    advice: KEEP_A_COPY,
  },
  'tarsum-content': {
    what: 'content that stands under a tarsum alone',
    in28: 'does not serve it; its garbage collection ends with an error',
    in3: 'does not serve it',
    advice: 'lading migrate-layout brings it over',
  },
  'alias-reference': {
    what: 'a manifest that names content by sha512 which is stored by sha256',
    in28: 'its garbage collection takes the content for good',
    in3: 'its garbage collection takes the content for good',
    advice: KEEP_A_COPY,
  },
  'empty-link': {
    what: 'an empty link of a manifest, as a crash of registry:2 leaves it',
    in28: `answers 500 for it; ${GC_ENDS}`,
    in3: `answers an error for it; ${GC_ENDS}`,
    advice: 'push the manifest again before',
  },
  'lost-content': {
    what: 'a link to a manifest whose content is gone',
    in28: 'answers 404 for it; its garbage collection takes the layers that the manifest has named',
    in3: 'answers 404 for it; its garbage collection takes the layers that the manifest has named',
    advice: 'push the manifest again before',
  },
  'no-tags-folder': {
    what: 'manifests, and no folder for tags',
    in28: 'its garbage collection with -m ends with an error, and takes nothing',
    in3: 'its garbage collection with -m takes the content of all manifests of the repository',
    advice: 'do not use -m, or push a tag',
  },
  trash: {
    what: 'deletes that could be taken back',
    in28: 'its garbage collection takes the content of what was deleted for good',
    in3: 'its garbage collection takes the content of what was deleted for good',
    advice: 'restore before what is still wanted',
  },
} as const satisfies Record<string, Trouble>;

/** Names a kind of trouble. */
export type TroubleName = keyof typeof TROUBLES;
