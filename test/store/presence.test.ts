import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryDriver } from '../../src/driver/memory/driver.js';
import { ROOT } from '../../src/paths/layout.js';
import { createPresences, type Holder } from '../../src/store/presence.js';
import { failAlways, faulty } from '../support/faulty-driver.js';
import { createManualClock } from '../support/manual-clock.js';
import { filesOf } from '../support/store-content.js';
import { pathOf } from '../support/stored-paths.js';

/** A store, and processes that are at work on it. */
function bench() {
  const driver = createMemoryDriver();
  const clock = createManualClock(new Date('2026-11-25T12:00:00Z'));
  const gone = new Set<string>();
  const processOn = (host: string, store = driver) =>
    createPresences(store, { clock, self: { host, process: '7' }, isGone: (holder: Holder) => gone.has(holder.host) });
  return { driver, clock, gone, processOn };
}

/** Lets what was woken run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('presences', () => {
  it('are seen by others, not by who announced them, and are gone at their end', async () => {
    const { driver, processOn } = bench();
    const [one, other] = [processOn('a'), processOn('b')];
    const announced = await one.announce('server');
    assert.deepEqual(await one.list(), []);
    const [seen, ...more] = await other.list();
    assert.deepEqual([seen?.role, seen?.host, seen?.process, more.length], ['server', 'a', '7', 0]);
    await announced.end();
    await announced.end();
    assert.deepEqual(await other.list(), []);
    assert.deepEqual(await filesOf(driver), []);
    for await (const page of driver.list(pathOf(ROOT))) assert.deepEqual(page, []);
  });

  it('are renewed as long as they last', async () => {
    const { clock, processOn } = bench();
    const announced = await processOn('a').announce('server');
    const other = processOn('b');
    for (let passed = 0; passed < 20; passed++) {
      clock.advance(30_000);
      await settled();
    }
    const [seen] = await other.list();
    assert.equal(seen?.heartbeat.getTime(), clock.now().getTime());
    assert.equal(seen.since.getTime(), clock.now().getTime() - 600_000);
    await announced.end();
  });

  it('of somebody who was killed say nothing after two minutes, and are taken away by the next', async () => {
    const { driver, clock, processOn } = bench();
    const document = { role: 'server', host: 'a', process: '7', since: clock.now(), heartbeat: clock.now() };
    await driver.put(pathOf(`${ROOT}/_servers/killed`), Buffer.from(JSON.stringify(document)));
    await driver.put(pathOf(`${ROOT}/_servers/broken`), Buffer.from('{'));
    const next = processOn('b');
    clock.advance(119_000);
    assert.equal((await next.list()).length, 1);
    clock.advance(1_000);
    assert.deepEqual(await next.list(), []);
    assert.equal((await filesOf(driver)).length, 2);
    await next.announce('server');
    assert.equal((await filesOf(driver)).length, 1);
  });

  it('of a process that is known to have ended say nothing at once', async () => {
    const { gone, processOn } = bench();
    await processOn('a').announce('migration');
    gone.add('a');
    assert.deepEqual(await processOn('b').list(), []);
  });

  it('of a clock that is ahead count', async () => {
    const { driver, clock, processOn } = bench();
    const heartbeat = new Date(clock.now().getTime() + 3_600_000);
    const document = { role: 'migration', host: 'a', process: '7', since: heartbeat, heartbeat };
    await driver.put(pathOf(`${ROOT}/_servers/ahead`), Buffer.from(JSON.stringify(document)));
    assert.equal((await processOn('b').list()).length, 1);
  });

  it('miss heartbeats while the store is away, and go on', async () => {
    const { driver, clock, processOn } = bench();
    let away = false;
    const store = faulty(driver, (call) => (away && call.operation === 'put' ? { fault: 'unavailable' } : undefined));
    const announced = await processOn('a', store).announce('server');
    away = true;
    clock.advance(30_000);
    await settled();
    away = false;
    clock.advance(30_000);
    await settled();
    assert.equal((await processOn('b').list())[0]?.heartbeat.getTime(), clock.now().getTime());
    await announced.end();
  });

  it('that the store does not take are an error of whoever announces them, and of nobody else', async () => {
    const { driver, processOn } = bench();
    const store = faulty(driver, failAlways('put', { fault: 'unavailable' }));
    await assert.rejects(processOn('a', store).announce('server'));
    assert.deepEqual(await processOn('b').list(), []);
  });
});
