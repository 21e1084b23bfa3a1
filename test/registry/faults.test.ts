/** Each driver call of each write flow fails once: the client is told what it is, sees nothing half done, and may try again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RegistryError } from '../../src/core/errors.js';
import { DriverError } from '../../src/driver/driver.js';
import { type Call, failOnce, faulty } from '../support/faulty-driver.js';
import { FLOWS, type Flow, isDone, preparedStore, repositoriesOf, retried } from './flows.js';

/** Runs the flow with its n-th call failing. False when it has no n-th call. */
async function withFault(flow: Flow, n: number, fault: 'unavailable' | 'no-space' | 'failed'): Promise<boolean> {
  const store = await preparedStore(flow);
  let struck: Call | undefined;
  const plan = failOnce(n, { fault });
  const driver = faulty(store, (call) => {
    const injection = plan(call);
    if (injection) struck = call;
    return injection;
  });
  const error = await flow.run(...repositoriesOf(driver)).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (struck === undefined) {
    assert.equal(error, undefined);
    return false;
  }
  const where = `${fault} at ${struck.operation} ${struck.paths.join(' ')}: ${String(error)}`;
  const done = await isDone(flow, store);
  if (error === undefined) {
    assert.ok(done, where);
  } else if (fault === 'failed') {
    assert.ok(error instanceof DriverError, where);
  } else {
    assert.ok(error instanceof RegistryError && error.code === 'UNAVAILABLE', where);
    assert.ok(error.retryAfter, where);
  }
  await retried(flow, store);
  return true;
}

for (const fault of ['unavailable', 'no-space', 'failed'] as const) {
  describe(`a driver that says ${fault} once`, () => {
    for (const flow of FLOWS) {
      it(`at any call of ${flow.name} leaves nothing half done`, async () => {
        let n = 1;
        while (await withFault(flow, n, fault)) n++;
        assert.ok(n > 3);
      });
    }
  });
}
