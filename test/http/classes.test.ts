/** A policy of classes on the wire: what may be pushed is decided by the rights of whoever pushes, too. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { AuthMethod } from '../../src/auth/auth.js';
import { digestOf } from '../../src/core/digest.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { createRegistry } from '../../src/registry/create-registry.js';
import { EVERYTHING } from '../../src/registry/manifest-rules.js';
import { openStores } from '../../src/store/stores.js';
import { createNamedAuth } from '../support/named-auth.js';
import { codesOf, startServer } from './support.js';

const TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

it('a plugin is taken from those whose rights are for plugins alone', async (test) => {
  const rules = { ...EVERYTHING, classes: ['image', 'plugin'] };
  const registry = createRegistry(openStores(createMemoryDriver()), { rules });
  const auth: AuthMethod = {
    ...createNamedAuth(),
    authenticate: async (authorization) => ({ name: 'ann', allows: () => true, classes: () => [authorization ?? ''] }),
  };
  const { send } = await startServer(test, { registry, auth });
  const as = (authorization: string) => ({ headers: { authorization, 'content-type': TYPE } });
  const body = '{}';
  const digest = digestOf(Buffer.from(body));
  await send('POST', `/v2/a/blobs/uploads/?digest=${digest}`, { ...as('image'), body });
  const config = { mediaType: 'application/vnd.docker.plugin.v1+json', digest, size: 2 };
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: TYPE, config, layers: [] });
  const refused = await send('PUT', '/v2/a/manifests/t', { ...as('image'), body: manifest });
  assert.deepEqual([refused.status, codesOf(refused)], [403, ['DENIED']]);
  assert.equal((await send('PUT', '/v2/a/manifests/t', { ...as('plugin'), body: manifest })).status, 201);
});
