/**
 * Drives real clients against a registry, in both directions, and compares what comes back byte for byte.
 *
 * Starts a lading of its own on a temporary folder, or takes the one that LADING_URL names. Arguments are words: only
 * checks whose names hold one of them run. A client that is not here is skipped, with CI=true it is a failure.
 */
import { join } from 'node:path';
import type { Check } from './check.js';
import { access } from './checks/access.js';
import { containerd } from './checks/containerd.js';
import { cosign } from './checks/cosign.js';
import { craneChecks } from './checks/crane.js';
import { distribution } from './checks/distribution.js';
import { dockerRegistry } from './checks/docker-registry.js';
import { helm } from './checks/helm.js';
import { logins } from './checks/logins.js';
import { olderLayouts } from './checks/older-layouts.js';
import { oras } from './checks/oras.js';
import { buildah, podman } from './checks/podman.js';
import { purge } from './checks/purge.js';
import { regctlChecks } from './checks/regctl.js';
import { schema1 } from './checks/schema1.js';
import { secrets } from './checks/secrets.js';
import { skopeo } from './checks/skopeo.js';
import { createImages } from './images.js';
import { createReport } from './report.js';
import { freePort, ladingOn, startServer } from './server.js';
import { createWorld, type World } from './world.js';

const CHECKS: readonly Check[] = [
  ...access,
  ...logins,
  ...skopeo,
  ...schema1,
  ...podman,
  ...buildah,
  ...containerd,
  ...craneChecks,
  ...oras,
  ...regctlChecks,
  ...helm,
  ...cosign,
  ...dockerRegistry,
  ...purge,
  ...distribution,
  ...olderLayouts,
  ...secrets,
];

const logs: string[] = [];

async function serve(folder: string, atEnd: World['atEnd']): Promise<string> {
  const given = process.env['LADING_URL'];
  if (given !== undefined && given !== '') return new URL(given).host;
  const log = join(folder, 'log');
  const server = await startServer(ladingOn(join(folder, 'root'), await freePort(), log));
  logs.push(log);
  atEnd(() => server.stop());
  return server.address;
}

const world = await createWorld(serve);
world.logs.push(...logs);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void world.end().finally(() => process.exit(1)));
const report = createReport();
try {
  const images = await createImages(world);
  const words = process.argv.slice(2);
  for (const check of CHECKS) {
    if (words.length > 0 && !words.some((word) => check.name.includes(word))) continue;
    await report.check(check.name, () => check.run(world, images));
  }
} finally {
  await world.end();
}
process.exitCode = report.end();
