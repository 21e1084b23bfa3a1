/**
 * The most memory that a fresh server has used after 64 pushes at once. The layers are of `--memory-mib` MiB each, 64 by
 * default: the design's 1 GB a layer would write 128 GB. A server whose memory grows with the bytes shows it at either.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openConnection } from '../connection.js';
import { createContents } from '../content.js';
import { pushBlob } from '../pushes.js';
import type { Measure, Row } from '../row.js';
import type { Side } from '../servers.js';

const PUSHES = 64;

export const memory: Row = {
  name: 'memory',
  title: 'peak RSS at 64 pushes at once',
  unit: 'MiB',
  better: 'less',
  rounds: 1,
  async prepare(bench) {
    const contents = createContents(bench.memoryMib << 20);
    const measures: Partial<Record<Side, Measure>> = {};
    for (const side of bench.registries) {
      measures[side] = async (round) => {
        const server = await bench.start(side, { folder: join(bench.folder, `${side}-${round}`) });
        await Promise.all(
          Array.from({ length: PUSHES }, async (_, i) => {
            const connection = await openConnection(server.port);
            await pushBlob(connection, `team/app-${i}`, contents());
            connection.close();
          }),
        );
        const mib = peakOf(server.pid);
        await server.stop();
        return { value: mib };
      };
    }
    return measures;
  },
};

/** The high-water mark of resident memory, in MiB. */
function peakOf(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error('the system does not tell the peak of memory');
  return Number(kib) / 1024;
}
