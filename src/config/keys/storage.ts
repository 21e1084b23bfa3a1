/** Where data is kept, and what is done to it. */
import type { Rows } from '../rows.js';

/** Rows of the table of keys. */
export const STORAGE_KEYS = {
  'storage.filesystem.rootdirectory': {
    type: 'folder',
    bare: './data',
    file: '/var/lib/registry',
    about: 'The folder that takes all data. Made when it is missing.',
  },
  'storage.inmemory': {
    type: 'section',
    bare: undefined,
    file: undefined,
    about: 'Keeps all data in memory, to be gone with the process. Instead of `storage.filesystem`; may be empty.',
  },
  'storage.delete.enabled': {
    type: 'flag',
    bare: true,
    file: false,
    about: 'Whether tags, manifests and blobs may be deleted; 405 otherwise.',
  },
  'storage.redirect.disable': {
    type: 'flag',
    bare: false,
    file: false,
    about:
      'Whether clients get content from here even where a store could give it to them. What is in a folder always comes from here.',
  },
  'storage.maintenance.uploadpurging.enabled': {
    type: 'flag',
    bare: true,
    file: true,
    about:
      'Whether uploads that nobody has finished are removed, now and then; the first time at a random moment of the first hour.',
    differs: 'registry:2 wants the other three keys too where this one is given as true.',
  },
  'storage.maintenance.uploadpurging.age': {
    type: 'age',
    bare: '168h',
    file: '168h',
    about: 'How long ago such an upload must have begun, at least. One that has received something in the last hour stays.',
    differs: 'An upload that is still receiving stays, whatever its age.',
  },
  'storage.maintenance.uploadpurging.interval': {
    type: 'interval',
    bare: '24h',
    file: '24h',
    about: 'How long to wait from one time to the next.',
  },
  'storage.maintenance.uploadpurging.dryrun': {
    type: 'flag',
    bare: false,
    file: false,
    about: 'Whether to log only what would be removed.',
  },
  'storage.maintenance.readonly.enabled': {
    type: 'flag',
    bare: false,
    file: false,
    about:
      'Whether nothing is changed, by requests or by the server itself: pushes and deletes get 405. `readonly: true` says the same ([running](operations.md#read-only)).',
  },
} as const satisfies Rows;
