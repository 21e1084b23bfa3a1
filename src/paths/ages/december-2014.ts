/** The second form, 24 November 2014 to 13 January 2015: content by tarsum as well, so that links and content agree. */
import type { Layout } from '../layout.js';

/** The table. */
export const DECEMBER_2014 = {
  blobs: {
    path: 'blob',
    type: 'folder',
    about: 'Content, stored once and shared by all repositories.',
  },
  blobData: {
    path: 'blob/<blob:tarsumBlob>',
    type: 'object',
    about: 'Content of a layer by its tarsum: the file itself, in no folder of its own.',
    content: 'The bytes.',
    writtenBy: 'The end of the upload of a layer.',
    removedBy: 'Nothing.',
  },
  layerLink: {
    path: 'repositories/<name:open>/layers/<digest:tarsumBlob>',
    type: 'object',
    about: 'Gives the repository a layer. Here, too, the first two letters are a folder.',
    content: 'The tarsum, as in the path.',
    writtenBy: 'The end of the upload of a layer.',
    removedBy: 'Nothing.',
  },
  signedManifest: {
    path: 'repositories/<name:open>/manifests/<tag>',
    type: 'object',
    about: 'The manifest that the tag names.',
    content: 'A signed manifest of schema 1, whole, as it was pushed.',
    writtenBy: 'Put of a manifest; the next one of this tag overwrites it.',
    removedBy: 'Delete of the tag.',
  },
  uploadFolder: {
    path: 'repositories/<name:open>/uploads/<upload:uuid>',
    type: 'folder',
    about: 'One upload, from 9 January on; before, uploads lay outside the store.',
  },
  uploadStartedAt: {
    path: 'repositories/<name:open>/uploads/<upload:uuid>/startedat',
    type: 'object',
    about: 'When the upload began.',
    content: 'UTC, RFC 3339.',
    writtenBy: 'Start of the upload.',
    removedBy: 'End of the upload.',
  },
  uploadData: {
    path: 'repositories/<name:open>/uploads/<upload:uuid>/data',
    type: 'object',
    about: 'What has been received so far.',
    content: 'The bytes.',
    writtenBy: 'Each request of the upload.',
    removedBy: 'End of the upload.',
  },
} as const satisfies Layout;
