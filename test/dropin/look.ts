/** What the configuration asks for, seen from outside: the same must be seen of each system that is started with it. */
import assert from 'node:assert/strict';
import type { System } from '../clients/volume.js';
import { type Estate, PASSWORD, USER } from './estate.js';
import { EVENTS_TOKEN } from './listener.js';

/** How each calls the counts of requests, which must be there. */
const REQUESTS = /^registry_http_requests_total\{.*\} [1-9]/m;

/** Fails unless the system does what the file and the variables say. */
export async function assertAsConfigured(estate: Estate): Promise<void> {
  const { world, debug } = estate;
  const stranger = await fetch(`${world.url}/v2/`);
  assert.equal(stranger.status, 401, 'who has no password is not let in');
  assert.equal(stranger.headers.get('www-authenticate'), 'Basic realm="Port of the north"');
  assert.equal(stranger.headers.get('docker-distribution-api-version'), 'registry/2.0');
  const body = (await stranger.json()) as { readonly errors?: readonly { readonly code: string }[] };
  assert.equal(body.errors?.[0]?.code, 'UNAUTHORIZED');
  const known = await world.fetch(`${world.url}/v2/`);
  assert.equal(known.status, 200);
  for (const [name, value] of [
    ['x-content-type-options', 'nosniff'],
    ['x-site', 'north'],
    ['docker-distribution-api-version', 'registry/2.0'],
  ] as const) {
    assert.equal(known.headers.get(name), value, name);
  }
  assert.equal((await fetch(`${debug}/debug/health`)).status, 200, 'the health of the store');
  assert.match(await (await fetch(`${debug}/metrics`)).text(), REQUESTS, 'figures for Prometheus');
}

/** Fails unless its log, after it has ended, says what the file and the variables ask for; that of lading no secret. */
export function assertLogged(estate: Estate, system: System): void {
  const log = estate.log();
  const line = log.split('\n').find((each) => each.includes('listening on')) ?? '';
  for (const field of ['service=registry', 'environment=production', 'site=north']) {
    assert.ok(line.includes(field), `${system} logs ${field}: ${line}`);
  }
  assert.match(log, /REGISTRY_PORT/i, 'a variable that means nothing to it is told');
  // docker-registry 2.8 logs the headers of its endpoints, with all that is in them.
  if (system !== 'lading') return;
  for (const secret of [
    PASSWORD,
    encodeURIComponent(PASSWORD),
    Buffer.from(`${USER}:${PASSWORD}`).toString('base64'),
    EVENTS_TOKEN,
  ]) {
    assert.ok(!log.includes(secret), `${system} logs a secret`);
  }
}
