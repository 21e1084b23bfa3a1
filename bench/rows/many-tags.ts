/** A page in the middle of 100,000 tags, warm. docker-registry 2.8 has no pages of tags: it answers with all of them. */
import { join } from 'node:path';
import type { Measure, Row } from '../row.js';
import type { Side } from '../servers.js';
import { writeTags } from '../trees.js';
import { latency } from './pages.js';

const TAGS = 100_000;
const PATH = '/v2/team/app/tags/list?n=100&last=v050000';

export const manyTags: Row = {
  name: 'many-tags',
  title: 'page of 100 of 100,000 tags, warm',
  unit: 'ms',
  better: 'less',
  rounds: 5,
  async prepare(bench) {
    const root = join(bench.folder, 'store');
    writeTags(root, 'team/app', TAGS);
    const measures: Partial<Record<Side, Measure>> = {};
    for (const side of bench.registries) {
      const { port } = await bench.start(side, { root });
      measures[side] = latency(port, PATH, side === 'lading' ? 50 : 1);
      await measures[side](-1);
    }
    return measures;
  },
};
