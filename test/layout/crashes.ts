/**
 * What a crash of docker/distribution can leave in a volume, one entry for each kind: the files, what is asked of them and
 * answered, what is told to whoever runs the registry, and what mends it. The image of `content.ts` stands beside it, whole.
 */
import { blobFile, CONFIG, FIRST, LAYER, linkFile, manifest, type Piece, piece, SECOND } from './content.js';
import type { Files } from './folder.js';

/** What is asked, the status that comes (`cut` for a body that ends before its time), and the bytes where they matter. */
export type Asked = readonly [method: 'GET' | 'HEAD', target: string, status: number | 'cut', content?: Piece];

/** What a client then does. It is answered with 201. */
export type Mending =
  | { readonly push: 'blob'; readonly name: string; readonly content: Piece }
  | { readonly push: 'manifest'; readonly name: string; readonly tag: string; readonly content: Piece };

/** One kind of leftover. */
export interface Leftover {
  readonly what: string;
  readonly files: Files;
  readonly asked: readonly Asked[];
  /** What is reported meanwhile, each kind once. */
  readonly reported: readonly string[];
  /** Objects that reading sets aside, since they are not what their digest says. */
  readonly setAside?: readonly string[];
  readonly mending?: readonly Mending[];
  /** Asked when it has been mended. */
  readonly mended?: readonly Asked[];
  /** Below these nothing is left after a purge, a week later; all else stays. */
  readonly purged?: readonly string[];
}

const APP = 'repositories/library/app';
const V2 = '/v2/library/app';
const ID = '302c4430-9ea6-4922-a4c9-fd10b586b057';
const TMP = '.29538b7b-f200-4ccf-99f3-66c2a06670c8.tmp';
const TIME = '2026-11-24T02:03:25Z';
const text = ({ bytes }: Piece): string => bytes.toString('latin1');

/** An image with all that belongs to it. */
export const WHOLE: Files = {
  [blobFile(LAYER)]: text(LAYER),
  [blobFile(CONFIG)]: text(CONFIG),
  [blobFile(FIRST)]: text(FIRST),
  [`${APP}/_layers/${linkFile(LAYER)}`]: LAYER.digest,
  [`${APP}/_layers/${linkFile(CONFIG)}`]: CONFIG.digest,
  [`${APP}/_manifests/revisions/${linkFile(FIRST)}`]: FIRST.digest,
  [`${APP}/_manifests/tags/1/current/link`]: FIRST.digest,
  [`${APP}/_manifests/tags/1/index/${linkFile(FIRST)}`]: FIRST.digest,
};

/** Asked whatever else lies there. */
export const ALWAYS: readonly Asked[] = [
  ['GET', `${V2}/manifests/1`, 200, FIRST],
  ['GET', `${V2}/blobs/${LAYER.digest}`, 200, LAYER],
  ['GET', '/v2/_catalog', 200, piece('{"repositories":["library/app"]}')],
];

const tags = (...names: readonly string[]): Asked => [
  'GET',
  `${V2}/tags/list`,
  200,
  piece(JSON.stringify({ name: 'library/app', tags: names })),
];
const upload = (file: string): string => `${APP}/_uploads/${ID}/${file}`;

const LOST = piece('bytes of which the last have not reached the disk, and never will');
/** More than is kept in memory, so that it is sent while it is read. */
const LARGE = piece(Buffer.alloc(600_000, 'a large layer. '));
const NAMED = manifest(CONFIG, [LOST]);
const SHA512 = piece(LOST.bytes, 'sha512');

/** The table. */
export const LEFTOVERS: readonly Leftover[] = [
  {
    what: 'an empty link of a tag',
    files: {
      [`${APP}/_manifests/tags/2/index/${linkFile(FIRST)}`]: FIRST.digest,
      [`${APP}/_manifests/tags/2/current/link`]: '',
    },
    asked: [['GET', `${V2}/manifests/2`, 404], tags('1')],
    reported: ['link-unreadable'],
    mending: [{ push: 'manifest', name: V2, tag: '2', content: FIRST }],
    mended: [['GET', `${V2}/manifests/2`, 200, FIRST], tags('1', '2')],
  },
  {
    what: 'an empty link of a revision',
    files: { [blobFile(SECOND)]: text(SECOND), [`${APP}/_manifests/revisions/${linkFile(SECOND)}`]: '' },
    asked: [['GET', `${V2}/manifests/${SECOND.digest}`, 404], tags('1')],
    reported: ['link-unreadable'],
    mending: [{ push: 'manifest', name: V2, tag: '2', content: SECOND }],
    mended: [['GET', `${V2}/manifests/${SECOND.digest}`, 200, SECOND], tags('1', '2')],
  },
  {
    what: 'an empty link of a layer',
    files: { [blobFile(LOST)]: text(LOST), [`${APP}/_layers/${linkFile(LOST)}`]: '' },
    asked: [
      ['HEAD', `${V2}/blobs/${LOST.digest}`, 404],
      ['GET', `${V2}/blobs/${LOST.digest}`, 404],
    ],
    reported: ['link-unreadable'],
    mending: [{ push: 'blob', name: V2, content: LOST }],
    mended: [['GET', `${V2}/blobs/${LOST.digest}`, 200, LOST]],
  },
  {
    what: 'a layer whose data is empty',
    files: { [blobFile(LOST)]: '', [`${APP}/_layers/${linkFile(LOST)}`]: LOST.digest },
    asked: [
      ['HEAD', `${V2}/blobs/${LOST.digest}`, 404],
      ['GET', `${V2}/blobs/${LOST.digest}`, 404],
    ],
    reported: ['blob-empty'],
    mending: [
      { push: 'blob', name: V2, content: LOST },
      { push: 'manifest', name: V2, tag: '2', content: NAMED },
    ],
    mended: [
      ['GET', `${V2}/blobs/${LOST.digest}`, 200, LOST],
      ['GET', `${V2}/manifests/2`, 200, NAMED],
    ],
  },
  {
    what: 'a layer whose data was cut short',
    files: { [blobFile(LOST)]: text(LOST).slice(0, 30), [`${APP}/_layers/${linkFile(LOST)}`]: LOST.digest },
    asked: [
      ['GET', `${V2}/blobs/${LOST.digest}`, 404],
      ['HEAD', `${V2}/blobs/${LOST.digest}`, 404],
    ],
    reported: ['blob-corrupt'],
    setAside: [blobFile(LOST)],
    mending: [
      { push: 'blob', name: V2, content: LOST },
      { push: 'manifest', name: V2, tag: '2', content: NAMED },
    ],
    mended: [['GET', `${V2}/blobs/${LOST.digest}`, 200, LOST]],
  },
  {
    what: 'a large layer whose data was cut short',
    files: { [blobFile(LARGE)]: text(LARGE).slice(0, 500_000), [`${APP}/_layers/${linkFile(LARGE)}`]: LARGE.digest },
    // The first reader is cut off before its end, so that it does not take what came for the whole.
    asked: [
      ['GET', `${V2}/blobs/${LARGE.digest}`, 'cut'],
      ['GET', `${V2}/blobs/${LARGE.digest}`, 404],
      ['HEAD', `${V2}/blobs/${LARGE.digest}`, 404],
    ],
    reported: ['blob-corrupt'],
    setAside: [blobFile(LARGE)],
    mending: [{ push: 'blob', name: V2, content: LARGE }],
    mended: [['GET', `${V2}/blobs/${LARGE.digest}`, 200, LARGE]],
  },
  {
    what: 'a layer whose data was cut short, and a client that pushes it without a look',
    files: { [blobFile(LARGE)]: text(LARGE).slice(0, 500_000), [`${APP}/_layers/${linkFile(LARGE)}`]: LARGE.digest },
    asked: [],
    reported: [],
    mending: [{ push: 'blob', name: V2, content: LARGE }],
    mended: [['GET', `${V2}/blobs/${LARGE.digest}`, 200, LARGE]],
  },
  {
    what: 'a manifest whose data was cut short',
    files: {
      [blobFile(SECOND)]: text(SECOND).slice(0, 30),
      [`${APP}/_manifests/revisions/${linkFile(SECOND)}`]: SECOND.digest,
      [`${APP}/_manifests/tags/2/index/${linkFile(SECOND)}`]: SECOND.digest,
      [`${APP}/_manifests/tags/2/current/link`]: SECOND.digest,
    },
    asked: [
      ['GET', `${V2}/manifests/2`, 404],
      ['GET', `${V2}/manifests/${SECOND.digest}`, 404],
      ['HEAD', `${V2}/manifests/2`, 404],
      tags('1', '2'),
    ],
    reported: ['blob-corrupt', 'tag-dangling'],
    setAside: [blobFile(SECOND)],
    mending: [{ push: 'manifest', name: V2, tag: '2', content: SECOND }],
    mended: [['GET', `${V2}/manifests/2`, 200, SECOND]],
  },
  {
    what: 'an upload that nobody will finish',
    files: {
      [upload('startedat')]: TIME,
      [upload('data')]: text(LAYER).slice(0, 100),
      [upload('hashstates/sha256/0')]: 'sha\x03',
      [upload('hashstates/sha256/100')]: 'sha\x03',
    },
    asked: [['GET', `${V2}/blobs/uploads/${ID}`, 204]],
    reported: [],
    purged: [`${APP}/_uploads/${ID}`],
  },
  {
    what: 'an upload without its beginning',
    files: { [upload('data')]: text(LAYER), [upload('hashstates/sha256/116')]: 'sha\x03' },
    asked: [['GET', `${V2}/blobs/uploads/${ID}`, 404]],
    reported: [],
    purged: [`${APP}/_uploads/${ID}`],
  },
  {
    what: 'an upload whose data has become a blob that no link leads to',
    files: { [upload('startedat')]: TIME, [upload('hashstates/sha256/0')]: 'sha\x03', [blobFile(LOST)]: text(LOST) },
    asked: [
      ['GET', `${V2}/blobs/uploads/${ID}`, 204],
      ['GET', `${V2}/blobs/${LOST.digest}`, 404],
    ],
    reported: [],
    mending: [{ push: 'blob', name: V2, content: LOST }],
    mended: [['GET', `${V2}/blobs/${LOST.digest}`, 200, LOST]],
    purged: [`${APP}/_uploads/${ID}`],
  },
  {
    what: 'temporary files beside links, content and the state of an upload',
    files: {
      [`${APP}/_layers/${linkFile(LAYER)}${TMP}`]: LAYER.digest.slice(0, 30),
      [`${APP}/_manifests/revisions/${linkFile(SECOND)}${TMP}`]: SECOND.digest,
      [`${APP}/_manifests/tags/1/current/link${TMP}`]: '',
      [`${APP}/_manifests/tags/2/current/link${TMP}`]: FIRST.digest,
      [`${blobFile(SECOND)}${TMP}`]: text(SECOND),
      [`${upload(`startedat${TMP}`)}`]: '2026',
      [`${upload(`hashstates/sha256/100${TMP}`)}`]: 'sha',
    },
    asked: [
      ['GET', `${V2}/manifests/2`, 404],
      ['GET', `${V2}/manifests/${SECOND.digest}`, 404],
      ['GET', `${V2}/blobs/uploads/${ID}`, 404],
      tags('1'),
    ],
    reported: [],
    mending: [{ push: 'manifest', name: V2, tag: '2', content: SECOND }],
    mended: [['GET', `${V2}/manifests/2`, 200, SECOND]],
    purged: [`${APP}/_uploads/${ID}`],
  },
  {
    what: 'a tag of a manifest that has no revision',
    files: {
      [blobFile(SECOND)]: text(SECOND),
      [`${APP}/_manifests/tags/2/index/${linkFile(SECOND)}`]: SECOND.digest,
      [`${APP}/_manifests/tags/2/current/link`]: SECOND.digest,
    },
    asked: [['GET', `${V2}/manifests/2`, 404], tags('1', '2')],
    reported: ['tag-dangling'],
    mending: [{ push: 'manifest', name: V2, tag: '2', content: SECOND }],
    mended: [['GET', `${V2}/manifests/2`, 200, SECOND]],
  },
  {
    what: 'a tag of a manifest that has no content',
    files: {
      [`${APP}/_manifests/revisions/${linkFile(SECOND)}`]: SECOND.digest,
      [`${APP}/_manifests/tags/2/index/${linkFile(SECOND)}`]: SECOND.digest,
      [`${APP}/_manifests/tags/2/current/link`]: SECOND.digest,
    },
    asked: [
      ['GET', `${V2}/manifests/2`, 404],
      ['HEAD', `${V2}/manifests/2`, 404],
      ['GET', `${V2}/manifests/${SECOND.digest}`, 404],
      tags('1', '2'),
    ],
    reported: ['tag-dangling'],
    mending: [{ push: 'manifest', name: V2, tag: '2', content: SECOND }],
    mended: [['GET', `${V2}/manifests/2`, 200, SECOND]],
  },
  {
    what: 'another name of a layer that is gone',
    files: {
      [`${APP}/_layers/${linkFile(SHA512)}`]: LOST.digest,
      [`${APP}/_layers/${linkFile(LOST)}`]: LOST.digest,
    },
    asked: [
      ['HEAD', `${V2}/blobs/${SHA512.digest}`, 404],
      ['GET', `${V2}/blobs/${SHA512.digest}`, 404],
      ['GET', `${V2}/blobs/${LOST.digest}`, 404],
    ],
    reported: ['alias-dangling'],
    mending: [{ push: 'blob', name: V2, content: LOST }],
    mended: [['GET', `${V2}/blobs/${SHA512.digest}`, 200, LOST]],
  },
  {
    what: 'a place of a tag in the past, of a manifest that was deleted',
    files: { [`${APP}/_manifests/tags/1/index/${linkFile(SECOND)}`]: SECOND.digest },
    asked: [['GET', `${V2}/manifests/${SECOND.digest}`, 404], tags('1')],
    reported: [],
  },
  {
    what: 'a manifest of a push that died before its tag',
    files: {
      [blobFile(SECOND)]: text(SECOND),
      [`${APP}/_manifests/revisions/${linkFile(SECOND)}`]: SECOND.digest,
      [`${APP}/_manifests/tags/2/index/${linkFile(SECOND)}`]: SECOND.digest,
    },
    asked: [['GET', `${V2}/manifests/${SECOND.digest}`, 200, SECOND], ['GET', `${V2}/manifests/2`, 404], tags('1')],
    reported: [],
    mending: [{ push: 'manifest', name: V2, tag: '2', content: SECOND }],
    mended: [['GET', `${V2}/manifests/2`, 200, SECOND], tags('1', '2')],
  },
];
