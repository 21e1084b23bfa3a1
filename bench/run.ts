/**
 * `npm run bench`: lading and Debian's docker-registry side by side, on one machine, in turn. Every row gets fresh servers
 * on fresh folders. `docs/performance.md` says what the rows mean and how to read them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunningServer } from '../test/clients/server.js';
import { HAS_WRK } from './load.js';
import { cpuTimeOf, describeMachine, fileSystemOf } from './machine.js';
import { TABLE_HEAD, tableLine } from './report.js';
import { measureRow, type Result } from './rounds.js';
import type { Bench, Row } from './row.js';
import { ROWS } from './rows.js';
import { isInstalled, type Side, startSide } from './servers.js';

const USAGE = `npm run bench -- [options]
  --rows A,B        these rows alone: ${ROWS.map((row) => row.name).join(', ')}
  --rounds N        rounds of each row; each row has its own number otherwise
  --only lading     one registry alone, without ratios (lading or registry)
  --folder DIR      where folders are made; must be on a disk (${tmpdir()})
  --memory-mib N    MiB of each of the 64 layers of the row memory (64)
  --json            results as JSON, with all that the table shows`;

interface Options {
  readonly rows: readonly Row[];
  readonly rounds: number | undefined;
  readonly registries: readonly Side[];
  readonly folder: string;
  readonly memoryMib: number;
  readonly json: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string' },
      folder: { type: 'string', default: tmpdir() },
      'memory-mib': { type: 'string', default: '64' },
      json: { type: 'boolean', default: false },
    },
  });
  const names = values.rows?.split(',');
  const unknown = names?.filter((name) => !ROWS.some((row) => row.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no such row: ${unknown.join(', ')}`);
  const registries = (['lading', 'registry'] as const).filter((side) => values.only === undefined || values.only === side);
  if (registries.length === 0) throw new Error('--only takes lading or registry');
  return {
    rows: ROWS.filter((row) => names === undefined || names.includes(row.name)),
    rounds: values.rounds === undefined ? undefined : wholeNumber(values.rounds),
    registries: registries.filter(isInstalled),
    folder: values.folder,
    memoryMib: wholeNumber(values['memory-mib']),
    json: values.json,
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${text} is no whole number`);
}

/** Prepares, measures, and cleans up whatever happens. */
async function runRow(row: Row, options: Options): Promise<Result> {
  const folder = mkdtempSync(join(options.folder, 'lading-bench-'));
  const servers: RunningServer[] = [];
  const latest = new Map<Side, RunningServer>();
  const bench: Bench = {
    folder,
    registries: options.registries,
    memoryMib: options.memoryMib,
    async start(side, how = {}) {
      const server = await startSide(side, { folder: join(folder, side), ...how });
      servers.push(server);
      latest.set(side, server);
      return server;
    },
  };
  try {
    const measures = await row.prepare(bench);
    const cpuTime = (side: Side) => cpuTimeOf(latest.get(side)?.pid ?? 0);
    return await measureRow(row, measures, options.rounds ?? row.rounds, cpuTime);
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  if (fileSystemOf(options.folder) === 'tmpfs')
    throw new Error(`${options.folder} is in memory, where syncs cost nothing: give --folder`);
  const machine = describeMachine(options.folder);
  console.error(`${machine}; load by ${HAS_WRK ? 'wrk' : 'this process (wrk is not installed)'}`);
  if (!isInstalled('registry')) console.error('docker-registry is not installed (apt-get install docker-registry): no ratios');
  const results: Result[] = [];
  if (!options.json) console.log(TABLE_HEAD);
  for (const row of options.rows) {
    const result = await runRow(row, options);
    results.push(result);
    if (!options.json) console.log(tableLine(result));
  }
  if (options.json) console.log(JSON.stringify({ machine, load: HAS_WRK ? 'wrk' : 'own', results }, undefined, 2));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = 1;
});
