/** The manifest by its digest, as deployments pin it. */
import { makeImage, pushImage } from '../pushes.js';
import type { Row } from '../row.js';
import { REQUEST_ROW, requestSides } from './requests.js';

export const manifestByDigest: Row = {
  ...REQUEST_ROW,
  name: 'manifest-digest',
  title: 'manifest GET by digest',
  prepare: (bench) => {
    const image = makeImage([4096]);
    const path = `/v2/team/app/manifests/${image.manifest.digest}`;
    return requestSides(bench, path, (connection) => pushImage(connection, 'team/app', 'latest', image));
  },
};
