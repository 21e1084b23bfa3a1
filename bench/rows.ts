/** All rows, in the order of the table. A new row adds a line here. */
import type { Row } from './row.js';
import { blobPull } from './rows/blob-pull.js';
import { blobPush } from './rows/blob-push.js';
import { catalogPage } from './rows/catalog-page.js';
import { imagePushes } from './rows/image-pushes.js';
import { manifestByDigest } from './rows/manifest-by-digest.js';
import { manifestByTag } from './rows/manifest-by-tag.js';
import { manyRepositories } from './rows/many-repositories.js';
import { manyTags } from './rows/many-tags.js';
import { memory } from './rows/memory.js';
import { smallBlob } from './rows/small-blob.js';
import { start } from './rows/start.js';
import { tagsPage } from './rows/tags-page.js';

export const ROWS: readonly Row[] = [
  manifestByTag,
  manifestByDigest,
  smallBlob,
  tagsPage,
  catalogPage,
  imagePushes,
  blobPush,
  blobPull,
  manyTags,
  manyRepositories,
  start,
  memory,
];
