/** A page of the catalog of a common registry. */
import { makeImage, pushImage } from '../pushes.js';
import type { Row } from '../row.js';
import { REQUEST_ROW, requestSides } from './requests.js';

const REPOSITORIES = 300;

export const catalogPage: Row = {
  ...REQUEST_ROW,
  name: 'catalog',
  title: '_catalog?n=50 of 300',
  prepare: (bench) => {
    const image = makeImage([4096]);
    return requestSides(bench, '/v2/_catalog?n=50', async (connection) => {
      for (let i = 0; i < REPOSITORIES; i++) await pushImage(connection, `team-${i % 10}/app-${i}`, 'latest', image);
    });
  },
};
