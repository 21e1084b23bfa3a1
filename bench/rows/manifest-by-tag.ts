/** A pull's first request: the manifest that a tag names. */
import { makeImage, pushImage } from '../pushes.js';
import type { Row } from '../row.js';
import { REQUEST_ROW, requestSides } from './requests.js';

export const manifestByTag: Row = {
  ...REQUEST_ROW,
  name: 'manifest-tag',
  title: 'manifest GET by tag',
  prepare: (bench) => {
    const image = makeImage([4096]);
    return requestSides(bench, '/v2/team/app/manifests/latest', (connection) =>
      pushImage(connection, 'team/app', 'latest', image),
    );
  },
};
