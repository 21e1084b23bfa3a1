/** From the start of the process to the first answer, on a store of 100,000 repositories. */
import { join } from 'node:path';
import type { Measure, Row } from '../row.js';
import type { Side } from '../servers.js';
import { writeRepositories } from '../trees.js';

const REPOSITORIES = 100_000;

export const start: Row = {
  name: 'start',
  title: 'start to first answer, 100,000 repositories',
  unit: 'ms',
  better: 'less',
  rounds: 7,
  async prepare(bench) {
    const root = join(bench.folder, 'store');
    writeRepositories(root, REPOSITORIES);
    const measures: Partial<Record<Side, Measure>> = {};
    for (const side of bench.registries) {
      measures[side] = async () => {
        const server = await bench.start(side, { root });
        await server.stop();
        return { value: server.startedInMs };
      };
    }
    return measures;
  },
};
