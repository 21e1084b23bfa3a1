/**
 * Kills a real server with SIGKILL while clients push, move and delete; starts it again on the same folder; looks whether
 * all that was acknowledged is there and everything else is there whole or not at all. Again and again.
 *
 *   node dist/test/kill/run.js [--rounds 50] [--seed N]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createReport } from '../clients/report.js';
import { freePort, ladingOn, type RunningServer, startServer } from '../clients/server.js';
import { createClient } from './client.js';
import { createLedger } from './ledger.js';
import { createRandom } from './random.js';
import { type Choice, verify } from './verify.js';
import { work } from './worker.js';

const CLIENTS = 6;
const LONGEST_MS = 900;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '50' }, seed: { type: 'string' } } });
const rounds = Number(values.rounds);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
process.stdout.write(`seed ${String(seed)}, ${String(rounds)} rounds\n`);

const folder = await mkdtemp(join(tmpdir(), 'lading-kill-'));
const command = ladingOn(join(folder, 'root'), await freePort(), join(folder, 'log'));
const client = createClient(command.port);
const ledger = createLedger();
const random = createRandom(seed);
const report = createReport();
let server: RunningServer | undefined;

function fail(wrongs: readonly string[]): void {
  if (wrongs.length > 0)
    throw new Error(`seed ${String(seed)}\n${wrongs.slice(0, 20).join('\n')}\n${server?.log().slice(-1000) ?? ''}`);
}

/** Load until the kill; how many operations were answered. */
async function loadAndKill(running: RunningServer): Promise<number> {
  let killed = false;
  const wrongs: string[] = [];
  const workers = Array.from({ length: CLIENTS }, (_, index) => {
    const own = random.fork(`${String(ledger.round)}/${String(index)}`);
    return work({ client, ledger, random: own }, index, () => killed, wrongs);
  });
  await delay(random.whole(5, LONGEST_MS));
  killed = true;
  await running.stop('SIGKILL');
  const done = (await Promise.all(workers)).reduce((sum, count) => sum + count, 0);
  client.close();
  fail(wrongs);
  return done;
}

/** Starts it and looks at what the last two rounds touched, and at some of the rest. */
async function startAndLook(choice: Choice): Promise<void> {
  server = await startServer(command);
  fail(await verify(client, ledger, random, choice));
}

const some: Choice = { takes: (entry) => entry.round >= ledger.round - 1 || random.chance(0.03), endUploads: false };
let operations = 0;
try {
  await report.check('the server starts on an empty folder', () => startAndLook(some));
  while (server && ledger.round < rounds) {
    ledger.round += 1;
    const passed = await report.check(`round ${String(ledger.round)}`, async () => {
      if (server) operations += await loadAndKill(server);
      server = undefined;
      await startAndLook(some);
    });
    if (!passed && server === undefined) break;
  }
  await report.check('at the end everything acknowledged is there, and every unfinished upload can be ended', () =>
    verify(client, ledger, random, { takes: () => true, endUploads: true }).then(fail),
  );
} finally {
  await server?.stop();
  client.close();
  await rm(folder, { recursive: true, force: true });
}
const counts = `${String(ledger.blobs.size)} blobs, ${String(ledger.manifests.size)} manifests, ${String(ledger.tags.size)} tags`;
process.stdout.write(`seed ${String(seed)}: ${String(operations)} operations; ${counts}\n`);
process.exitCode = report.end();
