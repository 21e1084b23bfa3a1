/** A driver that tells how long its calls take. Lists and walks are left out: they run as slowly as whoever reads them. */
import type { StorageDriver } from './driver.js';

/** Takes the seconds that a call took, also one that failed. Must not throw. `action` is docker/distribution's name of it. */
export type ObserveCall = (driver: string, action: string, seconds: number) => void;

/** The same driver, observed. */
export function timed(driver: StorageDriver, observe: ObserveCall): StorageDriver {
  const watch =
    <A extends readonly unknown[], R>(action: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const startedAt = performance.now();
      try {
        return await call(...args);
      } finally {
        observe(driver.name, action, (performance.now() - startedAt) / 1000);
      }
    };
  return {
    ...driver,
    read: watch('GetContent', driver.read),
    open: watch('Reader', driver.open),
    stat: watch('Stat', driver.stat),
    put: watch('PutContent', driver.put),
    move: watch('Move', driver.move),
    remove: watch('Delete', driver.remove),
    append: watch('Writer', driver.append),
  };
}
