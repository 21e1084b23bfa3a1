/**
 * The third form, 14 January to 1 February 2015: the design that was released, before its folders got their `_`. Kinds are
 * named as those of the released layout, so that what one mapper reads the other can place.
 */
import type { Layout } from '../layout.js';

const LINK = 'A digest, nothing else: no line end.';

/** The table. */
export const JANUARY_2015 = {
  blobData: {
    path: 'blobs/<blob>/data',
    type: 'object',
    about: 'Content of a blob, where it still is today: layers by their tarsum, payloads and signatures by their sha256.',
    content: 'The bytes.',
    writtenBy: 'Commit of an upload; put of a manifest.',
    removedBy: 'Nothing.',
  },
  layerLink: {
    path: 'repositories/<name:open>/layers/<digest:tarsum>/link',
    type: 'object',
    about: 'Gives the repository a layer by its tarsum.',
    content: 'The tarsum, as in the path.',
    writtenBy: 'Commit of an upload.',
    removedBy: 'Delete of the layer.',
  },
  revisionLink: {
    path: 'repositories/<name:open>/manifests/revisions/<digest>/link',
    type: 'object',
    about: 'Makes a manifest part of the repository.',
    content: LINK,
    writtenBy: 'Put of a manifest.',
    removedBy: 'Delete of the manifest.',
  },
  signaturesByAlgorithm: {
    path: 'repositories/<name:open>/manifests/revisions/<digest>/signatures/<algorithm>',
    type: 'folder',
    about: 'The signatures of a manifest by the algorithm of their digests.',
  },
  signatureLink: {
    path: 'repositories/<name:open>/manifests/revisions/<digest>/signatures/<signature>/link',
    type: 'object',
    about: 'One signature of the manifest; the signature itself is a blob.',
    content: LINK,
    writtenBy: 'Put of a signed manifest.',
    removedBy: 'Delete of the manifest.',
  },
  tagCurrent: {
    path: 'repositories/<name:open>/manifests/tags/<tag>/current/link',
    type: 'object',
    about: 'The manifest that the tag names now.',
    content: LINK,
    writtenBy: 'Put of a manifest by tag.',
    removedBy: 'Delete of the tag.',
  },
  tagIndexLink: {
    path: 'repositories/<name:open>/manifests/tags/<tag>/index/<digest>/link',
    type: 'object',
    about: 'A manifest that the tag names or has named.',
    content: LINK,
    writtenBy: 'Put of a manifest by tag.',
    removedBy: 'Delete of the tag.',
  },
  uploadFolder: {
    path: 'repositories/<name:open>/uploads/<upload:uuid>',
    type: 'folder',
    about: 'One upload.',
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
    removedBy: 'Commit moves it into the blob store.',
  },
} as const satisfies Layout;
