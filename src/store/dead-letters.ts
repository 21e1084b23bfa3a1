/** Events that wait and events that were given up, of all endpoints: for people who look at them, send them again or remove them. */
import { systemClock } from '../core/clock.js';
import type { StorageDriver } from '../driver/driver.js';
import { entryName } from '../paths/entry-name.js';
import { pathFor } from '../paths/path-for.js';
import { undefinedIfMissing } from './links.js';
import { countIn, deadLettersOf, endpointFolder, entriesOf, isBatch, nameAgain } from './outbox.js';

/** What there is of one endpoint. */
export interface EndpointEvents {
  /** How its folders are called: its name as far as it fits, and a sum of it. */
  readonly endpoint: string;
  readonly waiting: number;
  readonly dead: number;
}

/** The events of a store. An endpoint is named by its name, or by that of its folders. */
export interface DeadLetters {
  /** All endpoints of which there are events. */
  list(): Promise<readonly EndpointEvents[]>;
  /** The dead letters of an endpoint, oldest first: lines of JSON. */
  read(endpoint: string): AsyncIterable<Buffer>;
  /** Puts them where a server takes them over and sends them again. Returns how many; what was moved stays moved when it fails. */
  replay(endpoint: string): Promise<number>;
  /** Removes them. Returns how many. */
  drop(endpoint: string): Promise<number>;
}

/** The events of a driver's store. */
export function createDeadLetters(driver: StorageDriver): DeadLetters {
  const foldersIn = async (kind: 'outboxes' | 'deadLetters'): Promise<readonly string[]> =>
    (await entriesOf(driver, kind, {})).filter(({ folder }) => folder).map(({ name }) => name);

  const folderOf = async (endpoint: string): Promise<string> =>
    (await foldersIn('deadLetters')).includes(endpoint) ? endpoint : endpointFolder(endpoint);

  const waitingFor = async (endpoint: string): Promise<number> => {
    let count = 0;
    for (const worker of await entriesOf(driver, 'endpointOutbox', { endpoint })) {
      const batches = worker.folder ? await entriesOf(driver, 'workerOutbox', { endpoint, worker: worker.name }) : [];
      for (const { name } of batches.filter(isBatch)) count += countIn(name);
    }
    return count;
  };

  const deadOf = async (endpoint: string): Promise<number> =>
    (await deadLettersOf(driver, endpoint)).reduce((sum, { count }) => sum + count, 0);

  const tidy = async (endpoint: string): Promise<void> => {
    await driver.removeFolder(pathFor('endpointDeadLetters', { endpoint }));
    await driver.removeFolder(pathFor('deadLetters', {}));
  };

  return {
    async list() {
      const names = new Set([...(await foldersIn('outboxes')), ...(await foldersIn('deadLetters'))]);
      const all: EndpointEvents[] = [];
      for (const endpoint of [...names].sort())
        all.push({ endpoint, waiting: await waitingFor(endpoint), dead: await deadOf(endpoint) });
      return all;
    },

    async *read(name) {
      const endpoint = await folderOf(name);
      for (const letter of await deadLettersOf(driver, endpoint)) {
        const bytes = await driver.read(pathFor('deadLetter', { endpoint, entry: letter.name })).catch(undefinedIfMissing);
        if (bytes) yield bytes;
      }
    },

    async replay(name) {
      const endpoint = await folderOf(name);
      // Of no process that is at work, so the next one that looks takes it for left behind.
      const now = systemClock.now();
      const worker = `replay-${entryName(now)}`;
      let count = 0;
      for (const letter of await deadLettersOf(driver, endpoint)) {
        const from = pathFor('deadLetter', { endpoint, entry: letter.name });
        await driver.move(from, pathFor('outboxBatch', { endpoint, worker, entry: nameAgain(letter.name, now) }));
        count += letter.count;
      }
      await tidy(endpoint);
      return count;
    },

    async drop(name) {
      const endpoint = await folderOf(name);
      const letters = await deadLettersOf(driver, endpoint);
      await driver.remove(letters.map(({ name: entry }) => pathFor('deadLetter', { endpoint, entry })));
      await tidy(endpoint);
      return letters.reduce((sum, { count }) => sum + count, 0);
    },
  };
}
