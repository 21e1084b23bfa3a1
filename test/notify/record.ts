/**
 * Records what docker/distribution sends for the round of `drive.ts`: `node dist/test/notify/record.js <command> <name>` writes
 * `test/notify/testdata/<name>.json`. Run by hand; the recordings are compared with what lading sends.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServer } from '../clients/server.js';
import { comparable, drive, endsRound } from './drive.js';
import { startReceiver } from './receiver.js';

const [command = 'docker-registry', name = 'distribution-2.8'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'lading-record-'));
const receiver = await startReceiver();
try {
  const port = await freePort();
  const config = join(folder, 'config.yml');
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}` },
      notifications: { events: { includereferences: true }, endpoints: [{ name: 'recorder', url: receiver.url }] },
    }),
  );
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
  const server = await startServer({ command, args: ['serve', config], port, log: join(folder, 'log'), env });
  await drive(`http://${server.address}`, { tagDeletes: false });
  const received = await receiver.until((all) => all.some(endsRound));
  await server.stop();
  const file = join('test/notify/testdata', `${name}.json`);
  writeFileSync(file, `${JSON.stringify(received.map(comparable), undefined, 2)}\n`);
  process.stdout.write(`${file}: ${received.length} envelopes\n`);
} finally {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
}
