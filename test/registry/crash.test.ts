/** A process dies at each change of each write flow: what was said to be done is, and what was not is there whole or not at all. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { atEachCrash } from '../support/crashing.js';
import { FLOWS, isDone, preparedStore, repositoriesOf, retried } from './flows.js';

for (const when of ['before', 'during', 'after'] as const) {
  describe(`a death ${when} any change`, () => {
    for (const flow of FLOWS) {
      it(`of ${flow.name} loses nothing that was acknowledged, and the next try succeeds`, async () => {
        const deaths = await atEachCrash(
          () => preparedStore(flow),
          (driver) => flow.run(...repositoriesOf(driver)),
          async ({ store, point, acknowledged }) => {
            await flow.always?.(...repositoriesOf(store)).catch((error: unknown) => assert.fail(`${point}: ${String(error)}`));
            const done = await isDone(flow, store);
            assert.ok(done || !acknowledged, point);
            await retried(flow, store);
          },
          when,
        );
        assert.ok(deaths > 0);
      });
    }
  });
}
