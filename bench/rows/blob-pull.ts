/** The same layer back, from the page cache, one client; and nginx with the same file, by sendfile. */
import { linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseDigest } from '../../src/core/digest.js';
import { pathFor } from '../../src/paths/path-for.js';
import { expecting, openConnection } from '../connection.js';
import { createContents } from '../content.js';
import { pushBlob } from '../pushes.js';
import type { Measure, Row } from '../row.js';
import { isInstalled, type Side } from '../servers.js';

const MIB = 256;
const TIMES = 4;

export const blobPull: Row = {
  name: 'blob-pull',
  title: '256 MiB blob pull',
  unit: 'MiB/s',
  better: 'more',
  rounds: 11,
  async prepare(bench) {
    const blob = createContents(MIB << 20)();
    const measures: Partial<Record<Side, Measure>> = {};
    for (const side of bench.registries) {
      const server = await bench.start(side);
      const connection = await openConnection(server.port);
      await pushBlob(connection, 'team/app', blob);
      connection.close();
      measures[side] = pulling(server.port, `/v2/team/app/blobs/${blob.digest}`);
    }
    if (isInstalled('nginx')) {
      const served = join(bench.folder, 'nginx/data');
      mkdirSync(served, { recursive: true });
      const file = pathFor('blobData', { blob: parseDigest(blob.digest) });
      linkSync(join(bench.folder, 'lading/data', file), join(served, 'blob'));
      measures.nginx = pulling((await bench.start('nginx')).port, '/blob');
    }
    for (const measure of Object.values(measures)) await measure(-1);
    return measures;
  },
};

function pulling(port: number, path: string): Measure {
  return async () => {
    const connection = await openConnection(port);
    const started = performance.now();
    for (let i = 0; i < TIMES; i++) {
      const { bytes } = await expecting(connection.send({ method: 'GET', path }), 200);
      if (bytes < MIB << 20) throw new Error(`${bytes} bytes came`);
    }
    const seconds = (performance.now() - started) / 1000;
    connection.close();
    return { value: (TIMES * MIB) / seconds, work: TIMES * MIB };
  };
}
