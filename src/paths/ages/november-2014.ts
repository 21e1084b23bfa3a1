/** The first form, 13 November 2014: content by sha256, layers known by their tarsum, an index of who owns which layer. */
import type { Layout } from '../layout.js';

/** The table. */
export const NOVEMBER_2014 = {
  blobs: {
    path: 'blob',
    type: 'folder',
    about: 'Content, stored once and shared by all repositories.',
  },
  blobData: {
    path: 'blob/<blob:hashBlob>',
    type: 'object',
    about: 'Content of a blob: the file itself, in no folder of its own.',
    content: 'The bytes.',
    writtenBy: 'The end of the upload of a layer. Uploads lay outside the store, in a folder of the server.',
    removedBy: 'Nothing.',
  },
  layerLink: {
    path: 'repositories/<name:open>/layers/<digest:tarsum>',
    type: 'object',
    about: 'Gives the repository a layer by its tarsum.',
    content: 'The sha256 digest of the content.',
    writtenBy: 'The end of the upload of a layer.',
    removedBy: 'Nothing.',
  },
  signedManifest: {
    path: 'repositories/<name:open>/manifests/<tag>',
    type: 'object',
    about: 'The manifest that the tag names, from 21 November on.',
    content: 'A signed manifest of schema 1, whole, as it was pushed.',
    writtenBy: 'Put of a manifest; the next one of this tag overwrites it.',
    removedBy: 'Delete of the tag.',
  },
  layerIndexes: {
    path: 'layerindex',
    type: 'folder',
    about: 'Which repositories own a layer. Given up on 24 November: the links say the same.',
  },
  layerIndex: {
    path: 'layerindex/<digest:tarsum>',
    type: 'object',
    about: 'The repositories that own this layer.',
    content: 'Their names, one in a line.',
    writtenBy: 'The end of the upload of a layer.',
    removedBy: 'Nothing.',
  },
} as const satisfies Layout;
