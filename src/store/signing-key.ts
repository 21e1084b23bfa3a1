/** The private key of the store, for manifests whose own signatures are gone. One for all processes that work on it. */
import { type CallOptions, isConditionFailed, type StorageDriver } from '../driver/driver.js';
import { pathFor } from '../paths/path-for.js';
import { undefinedIfMissing } from './links.js';
import type { Report } from './report.js';

/** Where the key is kept. */
export interface SigningKeyStore {
  /**
   * What `parse` makes of the text that is kept; `make` gives one when there is none yet, and the first that is written is
   * everybody's. Undefined when `parse` makes nothing of it (which is reported).
   */
  load<T>(make: () => string, parse: (text: string) => T | undefined, options?: CallOptions): Promise<T | undefined>;
  /** What `parse` makes of the text, if there is one. Never makes one. */
  read<T>(parse: (text: string) => T | undefined, options?: CallOptions): Promise<T | undefined>;
}

/** The signing key of a store. */
export function createSigningKeyStore(driver: StorageDriver, report: Report): SigningKeyStore {
  const path = pathFor('signingKey', {});
  return {
    async read(parse, options) {
      const bytes = await driver.read(path, options).catch(undefinedIfMissing);
      return bytes && parse(bytes.toString('utf8'));
    },

    async load(make, parse, options) {
      let bytes = await driver.read(path, options).catch(undefinedIfMissing);
      if (bytes === undefined) {
        const condition = driver.features.conditional ? ({ ifAbsent: true } as const) : {};
        await driver.put(path, Buffer.from(make()), { ...options, ...condition }).catch((error: unknown) => {
          if (!isConditionFailed(error)) throw error;
        });
        // Not what was made, but what stands there: another process may have been first.
        bytes = await driver.read(path, options);
      }
      const key = parse(bytes.toString('utf8'));
      if (key === undefined) {
        report({ what: 'signing-key-unreadable', path, message: 'what is kept as the signing key is none; it is not used' });
      }
      return key;
    },
  };
}
