/** One layer of 256 MiB, from the first request to the 201. */
import { openConnection } from '../connection.js';
import { createContents } from '../content.js';
import { pushBlob } from '../pushes.js';
import type { Measure, Row } from '../row.js';
import type { Side } from '../servers.js';

const MIB = 256;

export const blobPush: Row = {
  name: 'blob-push',
  title: '256 MiB blob push (durable)',
  unit: 'MiB/s',
  better: 'more',
  rounds: 7,
  async prepare(bench) {
    const contents = createContents(MIB << 20);
    const measures: Partial<Record<Side, Measure>> = {};
    for (const side of bench.registries) {
      const { port } = await bench.start(side);
      measures[side] = async () => {
        const blob = contents();
        const connection = await openConnection(port);
        const started = performance.now();
        await pushBlob(connection, 'team/app', blob);
        const seconds = (performance.now() - started) / 1000;
        connection.close();
        return { value: MIB / seconds, work: MIB };
      };
    }
    return measures;
  },
};
