/**
 * Locks between processes, for conditional changes alone: a file made with O_EXCL, named by the hash of the path, below
 * the driver's own folder. Unconditional changes take none.
 *
 * A process that dies leaves its lock behind. It counts as stale when whoever waits for it has watched it unchanged for
 * 10 s; its time says nothing, for clocks differ between machines and are set. It is broken so: rename to a name of its
 * own, look whether that is the one which was stale, unlink. Two that break at once cannot take each other's fresh lock
 * unnoticed: the one that finds it has renamed another lock gives it back.
 *
 * A process that is stopped while it holds a lock (SIGSTOP, a frozen virtual machine) gives up on waking when it has held
 * it for more than 5 s of its own monotonic clock, and changes nothing. What is left is a stop of more than 10 s exactly
 * between that look and the system call behind it: then two changes may both believe that they won, as with any lock that
 * has a time-out. The bytes are whole in either case.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import type { Clock } from '../../core/clock.js';
import { createKeyedLock } from '../../core/gate.js';
import { throwIfAborted } from '../aborts.js';
import { DriverError } from '../driver.js';
import { identityOf } from './durable.js';
import { failedWith } from './faults.js';
import { discard, factsIfAny, inFolder } from './files.js';
import type { Places } from './places.js';
import type { FileSystem } from './system.js';

const STALE_MS = 10_000;
const HELD_MS = 5_000;
const WAIT_MS = 60_000;
const PAUSE_MS = { first: 1, most: 50 };

/** Locks of paths. */
export interface PathLocks {
  /**
   * Runs the task while nobody else, in any process, runs one for the same path. The task calls `confirm` right before
   * its effect, which throws `unavailable` when the lock may be lost. `unavailable` after a minute of waiting.
   */
  hold<T>(path: string, task: (confirm: () => void) => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
}

/** Locks in the driver's own folder. */
export function createPathLocks(system: FileSystem, places: Places, clock: Clock): PathLocks {
  const here = createKeyedLock();

  async function acquire(path: string, file: string, signal: AbortSignal | undefined): Promise<void> {
    const since = clock.monotonic();
    let watched: { identity: string; since: number } | undefined;
    for (let pause = PAUSE_MS.first; ; pause = Math.min(pause * 2, PAUSE_MS.most)) {
      throwIfAborted(signal);
      try {
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
        const fd = await inFolder(system, places.locks, () => system.open(file, flags));
        await closeLock(fd, file);
        return;
      } catch (error) {
        if (!failedWith(error, 'EEXIST')) throw error;
      }
      const now = clock.monotonic();
      if (now - since > WAIT_MS) throw new DriverError('unavailable', 'lock', path, new Error('others hold its lock'));
      const facts = await factsIfAny(system, file);
      if (facts === undefined) continue;
      const identity = identityOf(facts);
      if (watched?.identity !== identity) watched = { identity, since: now };
      if (now - watched.since > STALE_MS) await breakLock(file, identity);
      else await clock.sleep(pause * (0.5 + Math.random()), signal);
    }
  }

  /** A lock whose file cannot be closed is not held, and must not be left to grow stale. */
  async function closeLock(fd: number, file: string): Promise<void> {
    try {
      await system.close(fd);
    } catch (error) {
      await discard(system, file);
      throw error;
    }
  }

  async function breakLock(file: string, stale: string): Promise<void> {
    const aside = `${file}.${randomBytes(8).toString('hex')}`;
    try {
      await system.rename(file, aside);
    } catch (error) {
      if (failedWith(error, 'ENOENT')) return;
      throw error;
    }
    const facts = await factsIfAny(system, aside);
    if (facts !== undefined && identityOf(facts) !== stale) {
      try {
        await system.link(aside, file);
      } catch (error) {
        if (!failedWith(error, 'EEXIST')) throw error;
      }
    }
    await discard(system, aside);
  }

  return {
    hold: (path, task, signal) =>
      here(path, async () => {
        const file = `${places.locks}/${createHash('sha256').update(path).digest('hex')}`;
        await acquire(path, file, signal);
        const since = clock.monotonic();
        const isOurs = (): boolean => clock.monotonic() - since < HELD_MS;
        try {
          return await task(() => {
            if (!isOurs()) throw new DriverError('unavailable', 'lock', path, new Error('it was held for too long'));
          });
        } finally {
          // Held for too long, it may be somebody else's by now; left alone, it grows stale.
          if (isOurs()) await discard(system, file);
        }
      }),
  };
}
