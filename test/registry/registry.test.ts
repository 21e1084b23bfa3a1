/** The registry suite on memory, on a folder, and through the wrapper that can fail, which here does not. */
import { checked } from '../../src/driver/checked.js';
import { registrySuite } from '../suites/registry/suite.js';
import { faulty } from '../support/faulty-driver.js';
import { openFolder, openMemory } from '../support/opened-stores.js';

registrySuite('memory', openMemory);
registrySuite('fs', openFolder);
registrySuite('memory behind wrappers', async () => {
  const { driver, done } = await openMemory();
  return { driver: checked(faulty(driver, () => undefined)), done };
});
