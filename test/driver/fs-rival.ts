/**
 * One of several processes on one folder, for `fs-processes.test.ts`: counts up by `ifMatch`, and tries to be the first at
 * names that the others want too. Tells on standard output which names it was first at.
 */
import { createFsDriver } from '../../src/driver/fs/driver.js';
import { outcomeOf } from '../suites/driver/store.js';
import { pathOf } from '../support/stored-paths.js';

const [root = '', me = '', rounds = '0'] = process.argv.slice(2);
const driver = await createFsDriver({ root });

const won: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const name = pathOf(`/first/${round}`);
  if ((await outcomeOf(driver.put(name, Buffer.from(me), { ifAbsent: true, volatile: true }))) === undefined) won.push(round);
  for (;;) {
    const now = await driver.read(pathOf('/count'));
    const next = Buffer.from(`${Number(now) + 1}`);
    const outcome = await outcomeOf(driver.put(pathOf('/count'), next, { ifMatch: now, volatile: true }));
    if (outcome === undefined) break;
    if (outcome !== 'condition-failed') throw new Error(`the count ended with ${outcome}`);
  }
}
process.stdout.write(JSON.stringify(won));
