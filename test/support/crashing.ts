/**
 * A process that dies: a driver on which one change, and every call after it, fails. What is on the store underneath is
 * then what a restart finds. Crash points can be counted: each change of a flow is one, for a death before a read leaves
 * the same store as a death before the change that comes next.
 */
import type { StorageDriver } from '../../src/driver/driver.js';
import { type Call, faulty, type Injection, isChange } from './faulty-driver.js';

/** A driver that dies, and what has become of it. */
export interface Crashing {
  readonly driver: StorageDriver;
  /** The call at which it died; undefined while it lives. */
  readonly diedAt: () => Call | undefined;
}

/**
 * Dies at the n-th change (from 1), before its effect, or `during` or `after` it (see `Injection`); all later calls fail
 * before their effect, reads too. Changes that run at the same time as the n-th may still end well, as in a real death.
 */
export function crashing(driver: StorageDriver, n: number, when: Injection['when'] = 'before'): Crashing {
  let changes = 0;
  let diedAt: Call | undefined;
  const dying = faulty(driver, (call) => {
    if (diedAt !== undefined) return { fault: 'failed' };
    if (!isChange(call.operation) || ++changes < n) return undefined;
    diedAt = call;
    return { fault: 'failed', when };
  });
  return {
    driver: { ...dying, stamp: (path) => (diedAt ? undefined : driver.stamp(path)) },
    diedAt: () => diedAt,
  };
}

/** One death, for the check of what it left behind. */
export interface Death {
  /** The store, alive again: open on it whatever a restart opens. */
  readonly store: StorageDriver;
  /** Where it died, for messages: `during put /a/b (change 3)`. */
  readonly point: string;
  /** True when the flow returned all the same: it had said done before it died, or does not mind. */
  readonly acknowledged: boolean;
}

/**
 * Runs a flow again and again, each time on a fresh store and with death one change later, until it lives through; checks
 * each death. Returns how many there were. The flow must throw nothing but what a death causes.
 */
export async function atEachCrash(
  open: () => Promise<StorageDriver>,
  flow: (driver: StorageDriver) => Promise<unknown>,
  check: (death: Death) => Promise<void>,
  when: Injection['when'] = 'before',
): Promise<number> {
  for (let n = 1; ; n++) {
    const store = await open();
    const { driver, diedAt } = crashing(store, n, when);
    const outcome = await flow(driver).then(
      () => ({}),
      (error: unknown) => ({ error }),
    );
    const at = diedAt();
    if (at === undefined) {
      if ('error' in outcome) throw outcome.error;
      return n - 1;
    }
    const point = `${when} ${at.operation} ${at.paths.join(' ')} (change ${n})`;
    await check({ store, point, acknowledged: !('error' in outcome) });
  }
}
