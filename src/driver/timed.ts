/** A driver that tells how long its calls take. Of lists and walks what counts is how long pages are waited for. */
import type { Pages } from '../core/pages.js';
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
  const watchPages = <A extends readonly unknown[], T>(action: string, call: (...args: A) => Pages<T>) =>
    async function* (...args: A): AsyncGenerator<readonly T[], void, undefined> {
      let seconds = 0;
      let startedAt = performance.now();
      try {
        for await (const page of call(...args)) {
          seconds += (performance.now() - startedAt) / 1000;
          yield page;
          startedAt = performance.now();
        }
        seconds += (performance.now() - startedAt) / 1000;
      } finally {
        observe(driver.name, action, seconds);
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
    list: watchPages('List', driver.list),
    walk: watchPages('Walk', driver.walk),
    append: watch('Writer', driver.append),
  };
}
