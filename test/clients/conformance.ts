/**
 * Runs the official OCI conformance program against lading, on a folder and in memory, with every switch on but sparse
 * manifests (an index may not name what was never pushed, as in docker/distribution).
 *
 * With LADING_URL it runs once, against that registry, whose repositories conformance/repo1 and /repo2 must be empty.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readResults } from './conformance-results.js';
import { createReport, Skip } from './report.js';
import { freePort, LADING_MAIN, ladingOn, type ServerCommand, startServer } from './server.js';
import { tryShell, which } from './shell.js';

const APIS = [
  'PING PULL PUSH REFERRER',
  'BLOBS_ATOMIC BLOBS_DELETE BLOBS_DIGEST_HEADER BLOBS_MOUNT_ANONYMOUS BLOBS_UPLOAD_CANCEL',
  'MANIFESTS_ATOMIC MANIFESTS_DELETE MANIFESTS_DIGEST_HEADER MANIFESTS_TAG_PARAM',
  'TAGS_ATOMIC TAGS_DELETE TAGS_LIST',
];
const DATA = [
  'IMAGE INDEX INDEX_LIST ARTIFACT ARTIFACT_LIST SUBJECT SUBJECT_LIST SUBJECT_MISSING',
  'DATA_FIELD NONDISTRIBUTABLE CUSTOM_FIELDS NO_LAYERS EMPTY_BLOB SHA512',
];

function settings(address: string, results: string): NodeJS.ProcessEnv {
  const on = (prefix: string, lines: readonly string[]) =>
    lines.flatMap((line) => line.split(' ')).map((name) => [`${prefix}_${name}`, 'true'] as const);
  return {
    PATH: process.env['PATH'],
    HOME: results,
    OCI_VERSION: 'dev',
    OCI_TLS: 'disabled',
    OCI_REGISTRY: address,
    OCI_RESULTS_DIR: results,
    OCI_LOG: 'error',
    ...Object.fromEntries(on('OCI_API', APIS)),
    ...Object.fromEntries(on('OCI_DATA', DATA)),
    OCI_DATA_SPARSE: 'false',
  };
}

const report = createReport();

/** One run of the program; each of its tests becomes a check, and so does each line of its summary. */
async function run(where: string, address: string, folder: string): Promise<void> {
  const results = await mkdtemp(join(folder, 'results-'));
  await report.check(`${where}: the conformance program runs to its end`, async () => {
    if (which('conformance') === undefined) throw new Skip('conformance is not on PATH');
    const { stdout, stderr, code } = await tryShell('conformance', [], {
      env: settings(address, results),
      cwd: results,
      timeoutMs: 300_000,
    });
    const outcome = await readResults(results).catch((error: unknown) => {
      throw new Error(`no results (exit code ${String(code)}): ${String(error)}\n${stderr}\n${stdout.toString().slice(-2000)}`);
    });
    for (const { name, status, why } of outcome.tests) {
      await report.check(
        `${where}: ${name}`,
        () => {
          if (status !== 'passed') throw new Error(`${status}: ${why}`);
        },
        { quiet: true },
      );
    }
    for (const [name, status] of outcome.summary) {
      await report.check(
        `${where}: summary: ${name}`,
        () => {
          if (status !== 'Pass' && name !== 'Sparse Manifests') throw new Error(`${status}; wanted: Pass`);
        },
        { quiet: true },
      );
    }
    process.stdout.write(`${where}: ${outcome.counts}\n`);
    if (code !== 0 && outcome.tests.every((test) => test.status === 'passed'))
      throw new Error(`exit code ${String(code)}\n${stderr}`);
  });
}

async function runOn(where: string, folder: string, command: ServerCommand): Promise<void> {
  await report.check(`${where}: lading starts`, async () => {
    const server = await startServer(command);
    try {
      await run(where, server.address, folder);
    } finally {
      await server.stop();
    }
  });
}

async function inMemory(folder: string): Promise<ServerCommand> {
  const port = await freePort();
  const file = join(folder, 'config.yml');
  await writeFile(
    file,
    `version: 0.1\nlog: {level: error}\nstorage: {inmemory: {}, delete: {enabled: true}}\nhttp: {addr: '127.0.0.1:${String(port)}'}\n`,
  );
  return { command: process.execPath, args: [LADING_MAIN, 'serve', file], port, log: join(folder, 'memory.log') };
}

const folder = await mkdtemp(join(tmpdir(), 'lading-conformance-'));
try {
  const given = process.env['LADING_URL'];
  if (given !== undefined && given !== '') {
    await run('given', new URL(given).host, folder);
  } else {
    await runOn('folder', folder, ladingOn(join(folder, 'root'), await freePort(), join(folder, 'folder.log')));
    await runOn('memory', folder, await inMemory(folder));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = report.end();
