/**
 * What every method of authentication must hold: `authMethodSuite('name', openCase)` in a test file of its own. Whatever a
 * method logs on the way is looked through for what it was shown.
 */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { type AuthMethod, type AuthTools, isRefusal } from '../../src/auth/auth.js';
import { parseRepositoryName } from '../../src/core/reference.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';

/** A method, and what may be shown to it. */
export interface AuthCase {
  readonly method: AuthMethod;
  /** An `Authorization` of somebody with this name, who may pull from the repository `a`. */
  readonly good: string;
  readonly user: string;
  /** Of the scheme of the method, and not good; by what is wrong. */
  readonly bad: Readonly<Record<string, string>>;
  /** Texts that no log may have. */
  readonly secrets: readonly string[];
}

/** Opens a method for one test. */
export type OpenAuthCase = (tools: AuthTools & { readonly clock: ManualClock }, test: TestContext) => Promise<AuthCase>;

/** Headers that some client has sent or might send; none of them shows anything. */
const NONSENSE = ['', ' ', 'x', 'Basic', 'Bearer', 'Basic ', 'Bearer ', 'Negotiate YII=', '\u00ff\u00fe', 'Basic Bearer Basic'];
const LONG = ['Basic ', 'Bearer '].map((scheme) => scheme + 'A'.repeat(30_000));

/** Runs the suite on a method. */
export function authMethodSuite(name: string, open: OpenAuthCase): void {
  const on = (use: (one: AuthCase & { readonly clock: ManualClock }) => Promise<void>) => async (test: TestContext) => {
    const lines: string[] = [];
    const clock = createManualClock();
    const note = (message: string, facts: object): void => void lines.push(message + JSON.stringify(facts));
    const one = await open({ clock, log: { info: note, warn: note } }, test);
    await use({ ...one, clock });
    for (const secret of [...one.secrets, one.good]) assert.ok(!lines.join('\n').includes(secret), 'a secret is in the log');
  };

  describe(`the method ${name}`, () => {
    it(
      'knows somebody by what they show',
      on(async ({ method, good, user }) => {
        const outcome = await method.authenticate(good);
        assert.ok(!isRefusal(outcome), JSON.stringify(outcome));
        assert.equal(outcome.name, user);
        assert.equal(outcome.allows({ type: 'repository', name: parseRepositoryName('a'), action: 'pull' }), true);
      }),
    );

    it(
      'recalls them until something changes, and nobody else',
      on(async ({ method, good, bad, user }) => {
        assert.equal(method.recall(good), undefined);
        await method.authenticate(good);
        assert.equal(method.recall(good)?.name, user);
        for (const other of [undefined, '', good.slice(0, -1), `${good}A`, ...Object.values(bad)])
          assert.equal(method.recall(other), undefined, other);
      }),
    );

    it(
      'forgets them after a day at the latest',
      on(async ({ method, good, bad, clock }) => {
        await method.authenticate(good);
        clock.advance(24 * 3600_000);
        // After this, nothing else is in the way of recalling somebody.
        for (const shown of Object.values(bad)) await method.authenticate(shown);
        assert.equal(method.recall(good), undefined);
      }),
    );

    it(
      'does not know who shows nothing, or something of another kind',
      on(async ({ method, good }) => {
        for (const shown of [undefined, ...NONSENSE, `Negotiate ${good}`]) {
          const outcome = await method.authenticate(shown);
          assert.deepEqual(isRefusal(outcome) && outcome.refused, 'missing', shown);
        }
        for (const shown of LONG) assert.ok(isRefusal(await method.authenticate(shown)));
      }),
    );

    it(
      'refuses what is not good, each time, for one of a few reasons that tell nothing of it',
      on(async ({ method, bad }) => {
        for (const [what, shown] of Object.entries(bad)) {
          for (let times = 0; times < 2; times++) {
            const outcome = await method.authenticate(shown);
            assert.ok(isRefusal(outcome), what);
            assert.equal(outcome.refused, 'invalid', what);
            assert.match(outcome.reason, /^[a-z ,]+$/, what);
            assert.equal(method.recall(shown), undefined, what);
          }
        }
      }),
    );

    it(
      'challenges with a header that can be sent',
      on(async ({ method }) => {
        for (const why of ['missing', 'invalid'] as const) {
          const challenge = method.challenge({ wanted: [], why, host: undefined });
          assert.match(challenge ?? '', /^(?:Basic|Bearer) realm="(?:[^"\\]|\\.)*"[\x20-\x7e]*$/);
        }
      }),
    );
  });
}
