/** A configuration of 1.5 KiB. */
import { makeImage, pushImage } from '../pushes.js';
import type { Row } from '../row.js';
import { REQUEST_ROW, requestSides } from './requests.js';

export const smallBlob: Row = {
  ...REQUEST_ROW,
  name: 'small-blob',
  title: 'small blob GET',
  prepare: (bench) => {
    const image = makeImage([4096]);
    const path = `/v2/team/app/blobs/${image.blobs[0]?.digest}`;
    return requestSides(bench, path, (connection) => pushImage(connection, 'team/app', 'latest', image));
  },
};
