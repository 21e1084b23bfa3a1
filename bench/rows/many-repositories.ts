/** A page in the middle of a catalog of 100,000 repositories, warm. */
import { join } from 'node:path';
import type { Measure, Row } from '../row.js';
import type { Side } from '../servers.js';
import { writeRepositories } from '../trees.js';
import { latency } from './pages.js';

const REPOSITORIES = 100_000;
const PATH = '/v2/_catalog?n=100&last=team-0500/app-49';

export const manyRepositories: Row = {
  name: 'many-repositories',
  title: 'page of 100 of 100,000 repositories, warm',
  unit: 'ms',
  better: 'less',
  rounds: 5,
  async prepare(bench) {
    const root = join(bench.folder, 'store');
    writeRepositories(root, REPOSITORIES);
    const measures: Partial<Record<Side, Measure>> = {};
    for (const side of bench.registries) {
      const { port } = await bench.start(side, { root });
      measures[side] = latency(port, PATH, side === 'lading' ? 50 : 1);
      await measures[side](-1);
    }
    return measures;
  },
};
