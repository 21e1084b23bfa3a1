/** A page of the tags of a common repository. docker-registry 2.8 knows no pages of tags and answers with all of them. */
import { makeImage, pushImage, putManifest } from '../pushes.js';
import type { Row } from '../row.js';
import { REQUEST_ROW, requestSides } from './requests.js';

const TAGS = 300;

export const tagsPage: Row = {
  ...REQUEST_ROW,
  name: 'tags',
  title: 'tags/list?n=20 of 300',
  prepare: (bench) => {
    const image = makeImage([4096]);
    return requestSides(bench, '/v2/team/app/tags/list?n=20', async (connection) => {
      await pushImage(connection, 'team/app', 'v0', image);
      for (let i = 1; i < TAGS; i++) await putManifest(connection, 'team/app', `v${i}`, image);
    });
  },
};
