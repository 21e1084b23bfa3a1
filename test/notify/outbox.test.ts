import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../src/core/clock.js';
import { DriverError, type StorageDriver } from '../../src/driver/driver.js';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import type { Notice } from '../../src/notify/envelope.js';
import { createOutbox, type Outbox } from '../../src/notify/outbox.js';
import { pathFor } from '../../src/paths/path-for.js';
import { createDeadLetters } from '../../src/store/dead-letters.js';
import { createOutboxStore, endpointFolder } from '../../src/store/outbox.js';
import { onFolder } from '../driver/fs-store.js';
import { failAlways, faulty } from '../support/faulty-driver.js';

const NOBODY = new Set<string>();

/** A process, and its end without a word. */
function processOn(
  driver: StorageDriver,
  worker: string,
  { maxEvents = 1000, maxAgeMs = 1e12, maxDead = 1000, alive = NOBODY, now = systemClock.now } = {},
) {
  const troubles: string[] = [];
  const buried: string[] = [];
  const queue = createOutboxStore(driver, {
    endpoint: 'one',
    worker: () => worker,
    others: async () => alive,
    maxDead,
    clock: { ...systemClock, now },
  });
  const outbox = createOutbox({
    queue,
    clock: systemClock,
    maxEvents,
    maxAgeMs,
    observer: {
      pending: () => undefined,
      buried: (count, why, removed) => void buried.push(`${count} ${why} ${removed}`),
      trouble: (what) => void troubles.push(what),
    },
  });
  return { outbox, troubles, buried };
}

let made = 0;
const noticeOf = (repository: string): Notice => ({
  id: String(made++).padStart(6, '0'),
  timestamp: new Date().toISOString(),
  action: 'push',
  target: { repository },
  request: {},
  actor: {},
  source: {},
});

/** Sends up to so many, and gives them. */
async function send(outbox: Outbox, most: number, held = new Set<string>()): Promise<Notice[]> {
  const sent: Notice[] = [];
  while (sent.length < most) {
    const notice = await outbox.next((repository) => held.has(repository));
    if (notice === undefined) break;
    sent.push(notice);
    outbox.finish(notice);
  }
  return sent;
}

const isGrowing = (notices: readonly Notice[]): boolean =>
  notices.every(({ id }, index) => index === 0 || (notices[index - 1]?.id ?? '') <= id);

type Step =
  | { readonly kind: 'keep'; readonly repositories: readonly string[] }
  | { readonly kind: 'send'; readonly most: number; readonly held: readonly string[] }
  | { readonly kind: 'kill' }
  | { readonly kind: 'stop' };

const repository = fc.constantFrom('a', 'b', 'c');
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('keep' as const), repositories: fc.array(repository, { minLength: 1, maxLength: 5 }) }),
    fc.record({
      kind: fc.constant('send' as const),
      most: fc.integer({ min: 1, max: 6 }),
      held: fc.uniqueArray(repository, { maxLength: 2 }),
    }),
    fc.constantFrom({ kind: 'kill' as const }, { kind: 'stop' as const }),
  ),
  { maxLength: 25 },
);

/** Whatever is kept is sent, in the order of its repository, by this process or one that comes after it. */
async function holds(driver: StorageDriver, all: readonly Step[]): Promise<void> {
  const kept: Notice[] = [];
  const sent = new Map<string, Notice>();
  let number = 0;
  let { outbox } = processOn(driver, `w${number}`);
  const take = async (most: number, held: ReadonlySet<string> = new Set()): Promise<void> => {
    const some = await send(outbox, most, new Set(held));
    for (const name of ['a', 'b', 'c']) assert.ok(isGrowing(some.filter(({ target }) => target.repository === name)));
    for (const notice of some) {
      const before = kept.filter(({ id, target }) => target.repository === notice.target.repository && id < notice.id);
      assert.ok(
        before.every(({ id }) => sent.has(id)),
        'nothing is sent before what came before it',
      );
      sent.set(notice.id, notice);
    }
  };
  for (const step of all) {
    if (step.kind === 'keep') {
      const notices = step.repositories.map(noticeOf);
      kept.push(...notices);
      await outbox.keep(notices);
    } else if (step.kind === 'send') await take(step.most, new Set(step.held));
    else {
      // What was sent is removed a moment later: who is killed before that leaves it, and it is sent twice.
      if (step.kind === 'stop') await outbox.close();
      ({ outbox } = processOn(driver, `w${++number}`));
      await outbox.takeOver();
    }
  }
  await take(Number.POSITIVE_INFINITY);
  await outbox.close();
  assert.deepEqual([...sent.keys()].sort(), kept.map(({ id }) => id).sort());
}

describe('the outbox', () => {
  it('loses nothing and keeps the order of each repository, whoever is killed (memory)', () =>
    fc.assert(
      fc.asyncProperty(steps, (all) => holds(createMemoryDriver(), all)),
      { numRuns: 150 },
    ));

  it('loses nothing and keeps the order of each repository, whoever is killed (folder)', () =>
    fc.assert(
      fc.asyncProperty(steps, (all) => onFolder((driver) => holds(driver, all))),
      { numRuns: 8 },
    ));

  it('buries the oldest of what is too much, and the oldest letters of too many; the rest can be sent again', async () => {
    const driver = createMemoryDriver();
    const { outbox, buried } = processOn(driver, 'w', { maxEvents: 5, maxDead: 3 });
    const notices = Array.from({ length: 10 }, () => noticeOf('a'));
    for (const notice of notices) await outbox.keep([notice]);
    await outbox.close();
    assert.equal(buried.length, 5);
    const letters = createDeadLetters(driver);
    assert.deepEqual(
      (await letters.list()).map(({ waiting, dead }) => [waiting, dead]),
      [[5, 3]],
    );
    assert.equal(await letters.replay('one'), 3);
    const next = processOn(driver, 'x');
    await next.outbox.takeOver();
    const sent = await send(next.outbox, 100);
    assert.deepEqual(
      sent.map(({ id }) => id),
      notices.slice(2).map(({ id }) => id),
    );
  });

  it('buries what has waited for too long', async () => {
    const driver = createMemoryDriver();
    const { outbox, buried } = processOn(driver, 'w', { maxAgeMs: 60_000 });
    await outbox.keep([{ ...noticeOf('a'), timestamp: '2026-01-01T00:00:00.000Z' }]);
    const young = noticeOf('a');
    await outbox.keep([young]);
    assert.deepEqual(await send(outbox, 10), [young]);
    await outbox.close();
    assert.deepEqual(buried, ['1 age 0']);
    assert.equal(await createDeadLetters(driver).drop('one'), 1);
  });

  it('sends again what had waited for too long when it is asked to', async () => {
    const driver = createMemoryDriver();
    const letters = createDeadLetters(driver);
    const old = { ...noticeOf('a'), timestamp: '2026-01-01T00:00:00.000Z' };
    const first = processOn(driver, 'w', { maxAgeMs: 60_000 });
    await first.outbox.keep([old]);
    for (const worker of ['x', 'y']) {
      assert.deepEqual(await send(first.outbox, 10), []);
      await first.outbox.close();
      assert.equal(await letters.replay('one'), 1);
      const next = processOn(driver, worker, { maxAgeMs: 60_000 });
      await next.outbox.takeOver();
      assert.deepEqual(await send(next.outbox, 10), [old]);
      await next.outbox.keep([old]);
      assert.deepEqual(await send(next.outbox, 10), []);
      await next.outbox.close();
    }
  });

  it('looks through the dead letters once in a while alone, and not for each event', async () => {
    const driver = createMemoryDriver();
    let lists = 0;
    const counting: StorageDriver = {
      ...driver,
      list: (...asked) => {
        lists++;
        return driver.list(...asked);
      },
    };
    const { outbox } = processOn(counting, 'w', { maxEvents: 5, maxDead: 100 });
    for (let count = 0; count < 305; count++) {
      await outbox.keep([noticeOf('a')]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await outbox.close();
    assert.ok(lists < 60, `${lists} lists for 300 burials`);
    const dead = (await createDeadLetters(driver).list())[0]?.dead ?? 0;
    assert.ok(dead > 80 && dead <= 100, `${dead} dead letters`);
  });

  it('lets others go on, however much is held', async () => {
    const { outbox } = processOn(createMemoryDriver(), 'w', { maxEvents: 10_000 });
    for (let count = 0; count < 10; count++) await outbox.keep(Array.from({ length: 200 }, () => noticeOf('poison')));
    const fine = noticeOf('fine');
    await outbox.keep([fine]);
    assert.deepEqual(await send(outbox, 10, new Set(['poison'])), [fine]);
  });

  it('leaves alone files that others have laid there', async () => {
    const driver = createMemoryDriver();
    const first = processOn(driver, 'w');
    const notice = noticeOf('a');
    await first.outbox.keep([notice]);
    const endpoint = endpointFolder('one');
    const strange = pathFor('outboxBatch', { endpoint, worker: 'w', entry: 'notes.99999999' });
    const letter = pathFor('deadLetter', { endpoint, entry: 'notes.99999999' });
    for (const path of [strange, letter]) await driver.put(path, Buffer.from('mine\n'));
    const letters = createDeadLetters(driver);
    assert.deepEqual(await letters.list(), [{ endpoint, waiting: 1, dead: 0 }]);
    const next = processOn(driver, 'x');
    await next.outbox.takeOver();
    assert.deepEqual(await send(next.outbox, 10), [notice]);
    await next.outbox.close();
    assert.equal(await letters.replay('one'), 0);
    for (const path of [strange, letter]) assert.equal((await driver.read(path)).toString(), 'mine\n');
  });

  it('leaves alone what a process waits with that is at work', async () => {
    const driver = createMemoryDriver();
    const one = processOn(driver, 'one');
    await one.outbox.keep([noticeOf('a')]);
    const other = processOn(driver, 'other', { alive: new Set(['one']) });
    await other.outbox.takeOver();
    assert.deepEqual(await send(other.outbox, 10), []);
    assert.equal((await send(one.outbox, 10)).length, 1);
  });

  it('sends what was left behind before what came later', async () => {
    const driver = createMemoryDriver();
    const [before, after] = [noticeOf('a'), noticeOf('a')];
    await processOn(driver, 'one', { now: () => new Date(1_000) }).outbox.keep([before]);
    const { outbox } = processOn(driver, 'two', { now: () => new Date(2_000) });
    await outbox.keep([after]);
    await outbox.takeOver();
    assert.deepEqual(await send(outbox, 10), [before, after]);
  });

  it('keeps the order for those who take over when the clock was set back meanwhile', async () => {
    const driver = createMemoryDriver();
    const [before, after] = [noticeOf('a'), noticeOf('a')];
    let time = 2_000;
    const one = processOn(driver, 'one', { now: () => new Date(time) });
    await one.outbox.keep([before]);
    time = 1_000;
    await one.outbox.keep([after]);
    const { outbox } = processOn(driver, 'two');
    await outbox.takeOver();
    assert.deepEqual(await send(outbox, 10), [before, after]);
  });

  it('has kept what was changed when it says so, durably; what was read it keeps without', async () => {
    const inner = createMemoryDriver();
    const puts: (boolean | undefined)[] = [];
    const driver: StorageDriver = {
      ...inner,
      async put(path, bytes, options) {
        await inner.put(path, bytes, options);
        puts.push(options?.volatile);
      },
    };
    const { outbox } = processOn(driver, 'w');
    await outbox.keep([noticeOf('a')]);
    assert.deepEqual(puts.map(Boolean), [false]);
    outbox.offer(noticeOf('a'));
    await outbox.close();
    assert.deepEqual(puts.map(Boolean), [false, true]);
  });

  it('does not bury what is just being sent', async () => {
    const { outbox, buried } = processOn(createMemoryDriver(), 'w', { maxEvents: 3 });
    const [first, second, third, fourth] = [noticeOf('a'), noticeOf('a'), noticeOf('a'), noticeOf('a')];
    await outbox.keep([first, second]);
    assert.equal(await outbox.next(() => false), first);
    await outbox.keep([third]);
    await outbox.keep([fourth]);
    outbox.finish(first);
    assert.deepEqual(await send(outbox, 10), [second, fourth]);
    await outbox.close();
    assert.deepEqual(buried, ['1 overflow 0']);
  });

  it('keeps in memory what the store does not take, and says so', async () => {
    const driver = faulty(createMemoryDriver(), failAlways('put', { fault: 'no-space' }));
    const { outbox, troubles } = processOn(driver, 'w');
    await outbox.keep([noticeOf('a')]);
    assert.equal(troubles.length, 1);
    assert.equal((await send(outbox, 10)).length, 1);
  });

  it('sends all in order when the store takes nothing any more, however much is in memory alone', async () => {
    const inner = createMemoryDriver();
    let isFull = false;
    const driver: StorageDriver = {
      ...inner,
      put: (...args) => (isFull ? Promise.reject(new DriverError('no-space', 'put', args[0])) : inner.put(...args)),
    };
    const { outbox } = processOn(driver, 'w', { maxEvents: 10_000 });
    const notices = Array.from({ length: 12 }, () => Array.from({ length: 200 }, () => noticeOf('a')));
    for (const [index, batch] of notices.entries()) {
      isFull = index >= 6;
      await outbox.keep(batch);
    }
    assert.deepEqual(
      (await send(outbox, 10_000)).map(({ id }) => id),
      notices.flat().map(({ id }) => id),
    );
  });

  it('takes pulls as long as there is room, and writes them a moment later', async () => {
    const driver = createMemoryDriver();
    const { outbox } = processOn(driver, 'w', { maxEvents: 50 });
    const taken = Array.from({ length: 20 }, () => outbox.offer(noticeOf('a'))).filter(Boolean).length;
    assert.equal(taken, 5);
    await outbox.close();
    assert.deepEqual(
      (await createDeadLetters(driver).list()).map(({ waiting }) => waiting),
      [5],
    );
  });
});
