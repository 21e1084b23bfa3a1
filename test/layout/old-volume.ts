/** A volume as docker/distribution 2 leaves it: an image pushed twice, one mounted, an upload in the middle; and what years add. */

import { ARCHIVE, ARCHIVE_TARSUM } from '../support/tarsum-pushes.js';
import { blobFile, CONFIG, FIRST, LAYER, linkFile, manifest, type Piece, piece, SECOND } from './content.js';
import type { Files } from './folder.js';

/** The upload that was left after 100 bytes. */
export const UPLOAD = '302c4430-9ea6-4922-a4c9-fd10b586b057';
const TMP = '.29538b7b-f200-4ccf-99f3-66c2a06670c8.tmp';
const APP = 'repositories/library/app';
const OTHER = 'repositories/library/other';
const ODD = 'repositories/odd';
/** A saved state of a hash: 108 bytes that nobody here can read. */
const STATE = `sha\x03${'\0'.repeat(104)}`;
/** The bytes that the upload waits for are the layer's. */
const HALF = LAYER.bytes.toString('latin1').slice(0, 100);

/** The files that fourteen requests to it leave. */
export const PUSHED: Files = {
  [blobFile(LAYER)]: LAYER.bytes.toString('latin1'),
  [blobFile(FIRST)]: FIRST.bytes.toString('latin1'),
  [blobFile(CONFIG)]: CONFIG.bytes.toString('latin1'),
  [blobFile(SECOND)]: SECOND.bytes.toString('latin1'),
  [`${APP}/_layers/${linkFile(LAYER)}`]: LAYER.digest,
  [`${APP}/_layers/${linkFile(CONFIG)}`]: CONFIG.digest,
  [`${APP}/_manifests/revisions/${linkFile(FIRST)}`]: FIRST.digest,
  [`${APP}/_manifests/revisions/${linkFile(SECOND)}`]: SECOND.digest,
  [`${APP}/_manifests/tags/1/current/link`]: FIRST.digest,
  [`${APP}/_manifests/tags/1/index/${linkFile(FIRST)}`]: FIRST.digest,
  [`${APP}/_manifests/tags/latest/current/link`]: SECOND.digest,
  [`${APP}/_manifests/tags/latest/index/${linkFile(FIRST)}`]: FIRST.digest,
  [`${APP}/_manifests/tags/latest/index/${linkFile(SECOND)}`]: SECOND.digest,
  [`${APP}/_uploads/${UPLOAD}/data`]: HALF,
  [`${APP}/_uploads/${UPLOAD}/hashstates/sha256/0`]: STATE,
  [`${APP}/_uploads/${UPLOAD}/hashstates/sha256/100`]: STATE,
  [`${APP}/_uploads/${UPLOAD}/startedat`]: '2026-11-24T02:03:25Z',
  [`${OTHER}/_layers/${linkFile(LAYER)}`]: LAYER.digest,
  [`${OTHER}/_layers/${linkFile(CONFIG)}`]: CONFIG.digest,
  [`${OTHER}/_manifests/revisions/${linkFile(FIRST)}`]: FIRST.digest,
};

/** The layer by other names, as old registries linked it. */
export const SHA512 = piece(LAYER.bytes, 'sha512');
export const TARSUM = { digest: `tarsum.v1+sha256:${'5a'.repeat(32)}` };
/** One whose link holds a tarsum, and whose content stands by it: January to March 2015. */
export const EARLY: Piece = { digest: ARCHIVE_TARSUM, bytes: ARCHIVE, hex: ARCHIVE_TARSUM.slice(-64) };
/** The same, damaged. */
export const BROKEN = { digest: `tarsum.v1+sha256:${'6b'.repeat(32)}` };
/** Content that stands by its sha512 itself. */
export const NATIVE = piece('content by its sha512', 'sha512');
/** A manifest that was linked as a layer alone. */
export const MISTAKEN = manifest(CONFIG, [LAYER], { annotations: { linked: 'as a layer' } });
/** Content whose data a crash has left empty, or cut short. */
export const HOLLOW = piece('bytes that never reached the disk');
export const SHORT = piece('bytes of which the last have not reached the disk');
/** Content that is not there at all. */
export const GONE = piece('collected long ago');

/** What years add to it. */
export const AGED: Files = {
  ...PUSHED,
  [`${APP}/_layers/${linkFile(SHA512)}`]: LAYER.digest,
  [`${APP}/_layers/${linkFile(TARSUM)}`]: LAYER.digest,
  [`${APP}/_layers/${linkFile(EARLY)}`]: EARLY.digest,
  [blobFile(EARLY)]: ARCHIVE.toString('latin1'),
  [`${APP}/_layers/${linkFile(BROKEN)}`]: BROKEN.digest,
  [blobFile(BROKEN)]: 'a layer by its tarsum',
  [`${APP}/_layers/${linkFile(NATIVE)}`]: NATIVE.digest,
  [blobFile(NATIVE)]: NATIVE.bytes.toString('latin1'),
  // Folders that deletes and collections leave.
  [`${APP}/_manifests/revisions/sha256/${'0'.repeat(64)}/`]: '',
  [`${APP}/_layers/sha256/${'0'.repeat(64)}/`]: '',
  [`${APP}/_manifests/tags/bare/`]: '',
  [`${APP}/_manifests/tags/halfway/index/${linkFile(FIRST)}`]: FIRST.digest,
  'blobs/sha256/00/': '',
  'repositories/left/behind/_uploads/': '',
  // Temporary files of later versions.
  [`${APP}/_layers/${linkFile(LAYER)}${TMP}`]: LAYER.digest.slice(0, 30),
  [`${APP}/_manifests/tags/latest/current/link${TMP}`]: '',
  [`${APP}/_uploads/${UPLOAD}/startedat${TMP}`]: '2026',
  [`${APP}/_uploads/${UPLOAD}/hashstates/sha256/100${TMP}`]: 'sha',
  [`${blobFile(FIRST)}${TMP}`]: '{',
  // Uploads that lost a part.
  [`${APP}/_uploads/11111111-9ea6-4922-a4c9-fd10b586b057/data`]: 'without a beginning',
  [`${APP}/_uploads/22222222-9ea6-4922-a4c9-fd10b586b057/startedat`]: '2026-11-24T02:03:25Z',
  [`${APP}/_uploads/33333333-9ea6-4922-a4c9-fd10b586b057/`]: '',
  [`${APP}/_uploads/README`]: 'not an upload',
  // Links that say nothing, and links to nothing.
  [`${ODD}/_manifests/tags/empty/current/link`]: '',
  [`${ODD}/_manifests/tags/empty/index/${linkFile(FIRST)}`]: FIRST.digest,
  [`${ODD}/_manifests/tags/lines/current/link`]: `${FIRST.digest}\n`,
  [`${ODD}/_manifests/tags/nowhere/current/link`]: GONE.digest,
  [`${ODD}/_manifests/tags/deleted/current/link`]: FIRST.digest,
  [`${ODD}/_manifests/tags/deleted/index/${linkFile(GONE)}`]: GONE.digest,
  [`${ODD}/_manifests/revisions/${linkFile(FIRST)}`]: FIRST.digest,
  [`${ODD}/_manifests/revisions/${linkFile(SECOND)}`]: '',
  [`${ODD}/_manifests/revisions/${linkFile(GONE)}`]: GONE.digest,
  [`${ODD}/_layers/${linkFile(CONFIG)}`]: '',
  [`${ODD}/_layers/${linkFile(SHA512)}`]: GONE.digest,
  [`${ODD}/_layers/${linkFile(MISTAKEN)}`]: MISTAKEN.digest,
  [`${ODD}/_manifests/tags/mistaken/current/link`]: MISTAKEN.digest,
  [blobFile(MISTAKEN)]: MISTAKEN.bytes.toString('latin1'),
  [`${ODD}/_layers/${linkFile(HOLLOW)}`]: HOLLOW.digest,
  [blobFile(HOLLOW)]: '',
  [`${ODD}/_layers/${linkFile(SHORT)}`]: SHORT.digest,
  [blobFile(SHORT)]: SHORT.bytes.toString('latin1').slice(0, 20),
  // What nobody here has written.
  [`${APP}/_manifests/revisions/${linkFile(FIRST).replace(/link$/, 'signatures')}/${linkFile(GONE)}`]: GONE.digest,
  [`${APP}/_manifests/tags/latest/note`]: 'kept',
  [`${APP}/note`]: 'kept',
  'blobs/note': 'kept',
  'repositories/note': 'kept',
  'repositories/Upper/_layers/': '',
  'mirror/state': 'kept',
};
